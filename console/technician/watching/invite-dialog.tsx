import type { ConsoleSessionState } from '../../../protocol/session-state.ts';
import { isOpenWatching } from '../../../protocol/watching.ts';
import { t } from '../../shared/strings.ts';
import { Button } from '../../shared/ui/button.tsx';
import { Dialog, DialogButtons } from '../../shared/ui/dialog.tsx';
import { toast } from '../../shared/ui/toast.tsx';
import { useAction } from '../../shared/use-action.ts';
import { ColleagueList } from '../colleague-list.tsx';
import type { SupportSession } from '../support-session.ts';

const text = t.watching.technician;

/** Whom to invite: searched by name. */
export function InviteDialog({
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
    <Dialog title={text.inviteTitle} isOpen={isOpen} onClose={onClose} isDismissable>
      <p>{text.lead(state.contact.name)}</p>
      <Choice session={session} state={state} onClose={onClose} />
      <DialogButtons>
        <Button onPress={onClose}>{t.cancel}</Button>
      </DialogButtons>
    </Dialog>
  );
}

function Choice({
  session,
  state,
  onClose,
}: {
  session: SupportSession;
  state: ConsoleSessionState;
  onClose: () => void;
}) {
  const { isPending, act } = useAction();
  const invite = async (userId: string, name: string) => {
    if (!(await act(() => session.send({ type: 'watching.invite', userId })))) return;
    toast(text.invited(name), 'done');
    onClose();
  };
  return (
    <ColleagueList text={text}>
      {({ id, name }) => {
        const known = state.watchers.findLast(({ userId }) => userId === id);
        // Whoever is invited, or watches, is not invited a second time.
        return known && isOpenWatching(known) ? (
          <span>{text.standing(known.standing, known.isSeeing, known.endedBy)}</span>
        ) : (
          <Button
            size="small"
            isDisabled={isPending}
            aria-label={text.inviteOne(name)}
            onPress={() => invite(id, name)}
          >
            {text.inviteAction}
          </Button>
        );
      }}
    </ColleagueList>
  );
}
