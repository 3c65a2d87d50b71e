import { useState } from 'react';
import type { ConsoleSessionState } from '../../../protocol/session-state.ts';
import { t } from '../../shared/strings.ts';
import { Button } from '../../shared/ui/button.tsx';
import { Dialog, DialogButtons } from '../../shared/ui/dialog.tsx';
import { TextField } from '../../shared/ui/text-field.tsx';
import { toast } from '../../shared/ui/toast.tsx';
import { useAction } from '../../shared/use-action.ts';
import { ColleagueList } from '../colleague-list.tsx';
import type { SupportSession } from '../support-session.ts';

const text = t.passing.technician;
const MAX_REASON = 300;

/** To whom it is offered, and why. */
export function PassOnDialog({
  session,
  state,
  isOpen,
  onClose,
}: {
  session: SupportSession;
  state: ConsoleSessionState;
  isOpen: boolean;
  onClose: () => void;
}) {
  return (
    <Dialog title={text.dialogTitle} isOpen={isOpen} onClose={onClose} isDismissable>
      <p>{text.lead(state.contact.name)}</p>
      <Choice session={session} onClose={onClose} />
      <DialogButtons>
        <Button onPress={onClose}>{t.cancel}</Button>
      </DialogButtons>
    </Dialog>
  );
}

function Choice({ session, onClose }: { session: SupportSession; onClose: () => void }) {
  const [reason, setReason] = useState('');
  const { isPending, act } = useAction();
  const offer = async (userId: string, name: string) => {
    if (!(await act(() => session.send({ type: 'passing.offer', userId, reason })))) return;
    toast(text.offered(name), 'done');
    onClose();
  };
  return (
    <>
      <TextField label={text.reason} maxLength={MAX_REASON} value={reason} onChange={setReason} />
      <ColleagueList text={text} isWanted={({ role }) => role === 'technician'}>
        {({ id, name }) => (
          <Button
            size="small"
            isDisabled={isPending}
            aria-label={text.choose(name)}
            onPress={() => offer(id, name)}
          >
            {text.chooseAction}
          </Button>
        )}
      </ColleagueList>
    </>
  );
}
