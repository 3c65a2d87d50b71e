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

type Format = ExportQuery['format'];
const FORMATS = ExportQuery.shape.format.options;

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
  const [format, setFormat] = useState<Format>('csv');
  const [onlyShown, setOnlyShown] = useState(false);
  const [isProven, setProven] = useState(false);

  const start = () => {
    const question = questionOf(view, new Date());
    question.delete('sort');
    question.set('format', format);
    if (format === 'csv' && onlyShown) question.set('columns', csvColumns(columns).join(','));
    if (format === 'ndjson' && isProven) question.set('proofs', 'true');
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
        value={format}
        onChange={(value) => setFormat(value as Format)}
        className={styles.formats ?? ''}
      >
        {FORMATS.map((one) => (
          <Radio key={one} value={one} className={styles.format ?? ''}>
            <strong>{text.formats[one].name}</strong>
            <span>{text.formats[one].use}</span>
          </Radio>
        ))}
      </RadioGroup>
      {format === 'csv' && (
        <Checkbox isSelected={onlyShown} onChange={setOnlyShown}>
          {text.exportColumns}
        </Checkbox>
      )}
      {format === 'ndjson' && (
        <Checkbox isSelected={isProven} onChange={setProven}>
          {text.exportProofs}
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
