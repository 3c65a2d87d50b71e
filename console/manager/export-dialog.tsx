import { useState } from 'react';
import { Radio, RadioGroup } from 'react-aria-components';
import { ExportQuery } from '../../protocol/session-query.ts';
import { t } from '../shared/strings.ts';
import { Button } from '../shared/ui/button.tsx';
import { Checkbox } from '../shared/ui/checkbox.tsx';
import { Dialog, DialogButtons } from '../shared/ui/dialog.tsx';
import { toast } from '../shared/ui/toast.tsx';
import { type ColumnId, csvColumns } from './chosen-columns.ts';
import styles from './export-dialog.module.css';
import { isFiltered, type LogView, questionOf } from './log-view.ts';

/** NDJSON alone can carry the proofs: that is a choice of its own, so that who needs them sees that they are there. */
type Choice = ExportQuery['format'] | 'proven';
const CHOICES: readonly Choice[] = [...ExportQuery.shape.format.options, 'proven'];

/** Exports what the filters show. The browser's own download takes the stream, so that any size goes to disk. */
export function ExportDialog({
  view,
  columns,
  total,
  onClose,
}: {
  view: LogView;
  columns: readonly ColumnId[];
  total: number | undefined;
  onClose: () => void;
}) {
  const text = t.log;
  const [choice, setChoice] = useState<Choice>('csv');
  const [onlyShown, setOnlyShown] = useState(false);

  const start = () => {
    const format = choice === 'proven' ? 'ndjson' : choice;
    const question = questionOf(view, new Date());
    question.delete('sort');
    question.set('format', format);
    if (format === 'csv' && onlyShown) question.set('columns', csvColumns(columns).join(','));
    if (choice === 'proven') question.set('proofs', 'true');
    const link = document.createElement('a');
    link.href = `/api/v1/sessions/export?${question}`;
    link.download = `sessions.${format}`;
    link.click();
    toast(text.exportStarted, 'done');
    onClose();
  };

  return (
    <Dialog title={text.exportTitle} isOpen onClose={onClose} isDismissable>
      <p>
        {isFiltered(view) && total !== undefined
          ? text.exportLead(text.counted(total, total, false))
          : isFiltered(view)
            ? text.exportFiltered
            : text.exportAll}
      </p>
      <RadioGroup
        aria-label={text.export}
        value={choice}
        onChange={(value) => setChoice(value as Choice)}
        className={styles.formats ?? ''}
      >
        {CHOICES.map((one) => (
          <Radio key={one} value={one} className={styles.format ?? ''}>
            <strong>{text.formats[one].name}</strong>
            <span>{text.formats[one].use}</span>
          </Radio>
        ))}
      </RadioGroup>
      {choice === 'csv' && (
        <Checkbox isSelected={onlyShown} onChange={setOnlyShown}>
          {text.exportColumns}
        </Checkbox>
      )}
      <DialogButtons>
        <Button onPress={onClose}>{t.cancel}</Button>
        <Button kind="primary" onPress={start}>
          {text.export}
        </Button>
      </DialogButtons>
    </Dialog>
  );
}
