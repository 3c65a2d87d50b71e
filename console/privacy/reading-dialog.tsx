import { Reading, type ReadingPolicy } from '../../protocol/reading-policy.ts';
import { asProblem } from '../shared/api.ts';
import { useSignedIn } from '../shared/signed-in.tsx';
import { rulesWords } from '../shared/strings/rules.ts';
import { t } from '../shared/strings.ts';
import { Button } from '../shared/ui/button.tsx';
import { Dialog, DialogButtons } from '../shared/ui/dialog.tsx';
import { toast } from '../shared/ui/toast.tsx';
import { useAction } from '../shared/use-action.ts';
import type { ReadingChange } from './reading-rights.ts';
import styles from './run-dialog.module.css';

const text = rulesWords.reading;

/**
 * Names each change before it counts. When somebody else was first, it says so and lets the page show what they changed.
 * `onChanged` shows what holds now and closes the dialog after that, so nobody reads the old rules under the news.
 */
export function ReadingDialog({
  was,
  policy,
  changes,
  onClose,
  onChanged,
}: {
  was: ReadingPolicy;
  policy: ReadingPolicy;
  changes: readonly ReadingChange[];
  onClose: () => void;
  onChanged: () => Promise<void>;
}) {
  const { api } = useSignedIn();
  const { isPending, act } = useAction();
  const change = async () => {
    await act(async () => {
      try {
        await api.put('/settings/reading', { reading: policy, was }, Reading);
      } catch (thrown) {
        if (asProblem(thrown).code === 'request.out-of-order') await onChanged();
        throw thrown;
      }
      toast(text.done, 'done');
      await onChanged();
    });
  };
  return (
    <Dialog title={text.confirmTitle} role="alertdialog" isOpen onClose={onClose}>
      <ul className={styles.due}>
        {changes.map(({ role, right, isOn }) => (
          <li key={`${role} ${right}`}>{text.change(role, right, isOn)}</li>
        ))}
      </ul>
      <p>{text.confirm}</p>
      <DialogButtons>
        <Button onPress={onClose}>{t.cancel}</Button>
        <Button kind="primary" isPending={isPending} onPress={change}>
          {text.action}
        </Button>
      </DialogButtons>
    </Dialog>
  );
}
