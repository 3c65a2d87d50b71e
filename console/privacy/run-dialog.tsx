import { type ClockDoubt, type KindPreview, RunResult } from '../../protocol/retention.ts';
import { minuteOf } from '../shared/moments.ts';
import { useSignedIn } from '../shared/signed-in.tsx';
import { t } from '../shared/strings.ts';
import { Button } from '../shared/ui/button.tsx';
import { Dialog, DialogButtons } from '../shared/ui/dialog.tsx';
import { toast } from '../shared/ui/toast.tsx';
import { useAction } from '../shared/use-action.ts';
import styles from './run-dialog.module.css';

const text = t.retention;

/** Asks by name and number before what is due is deleted at once. */
export function RunDialog({
  kinds,
  doubt,
  isOpen,
  onClose,
  onRan,
}: {
  kinds: readonly KindPreview[];
  doubt: ClockDoubt | undefined;
  isOpen: boolean;
  onClose: () => void;
  onRan: () => void;
}) {
  const { api } = useSignedIn();
  const { isPending, act } = useAction();
  const due = kinds.flatMap(({ kind, name, counts, due }) =>
    due !== undefined && due.now > 0 ? [{ kind, name, what: text.amount(due.now, counts) }] : [],
  );
  const run = async () => {
    const ran = await act(async () => {
      const { items } = await api.post('/retention/run', {}, RunResult);
      toast(text.ran(items.reduce((sum, { entries }) => sum + entries, 0)), 'done');
    });
    if (ran) onRan();
  };
  return (
    <Dialog title={text.runTitle} role="alertdialog" isOpen={isOpen} onClose={onClose}>
      {doubt !== undefined && <p>{text.runInDoubt(minuteOf(doubt.clock))}</p>}
      <p>{text.runText}</p>
      {due.length === 0 && <p>{text.nothingDue}</p>}
      <ul className={styles.due}>
        {due.map(({ kind, name, what }) => (
          <li key={kind}>{text.runOf(name, what)}</li>
        ))}
      </ul>
      {isPending && <p role="status">{text.runGoesOn}</p>}
      <DialogButtons>
        <Button onPress={onClose}>{isPending ? text.runClose : t.cancel}</Button>
        <Button kind="danger" isPending={isPending} onPress={run}>
          {due.length === 0 ? text.runOfNothing : text.runAction}
        </Button>
      </DialogButtons>
    </Dialog>
  );
}
