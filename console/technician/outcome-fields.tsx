import { Label, Radio, RadioGroup } from 'react-aria-components';
import type { Outcome } from '../../protocol/session.ts';
import { t } from '../shared/strings.ts';
import { TextField } from '../shared/ui/text-field.tsx';
import styles from './outcome-fields.module.css';

/** Whether it is solved, and a note for the record. */
export function OutcomeFields({
  outcome,
  note,
  hint = t.technician.notes.hint,
  onOutcome,
  onNote,
}: {
  outcome: Outcome | undefined;
  note: string;
  hint?: string;
  onOutcome: (outcome: Outcome) => void;
  onNote: (note: string) => void;
}) {
  return (
    <>
      <RadioGroup
        className={styles.group ?? ''}
        value={outcome ?? null}
        onChange={(value) => onOutcome(value as Outcome)}
        orientation="horizontal"
      >
        <Label className={styles.label ?? ''}>{t.technician.end.outcome}</Label>
        <div className={styles.choices}>
          {(['solved', 'not-solved'] as const).map((value) => (
            <Radio key={value} value={value} className={styles.choice ?? ''}>
              {t.session.outcome[value]}
            </Radio>
          ))}
        </div>
      </RadioGroup>
      <TextField
        label={t.technician.end.note}
        hint={hint}
        lines={4}
        maxLength={4000}
        value={note}
        onChange={onNote}
      />
    </>
  );
}
