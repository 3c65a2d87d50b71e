import { useState } from 'react';
import type { ConsoleSessionState } from '../../../protocol/session-state.ts';
import { Colleagues } from '../../../protocol/watching.ts';
import { useResource } from '../../shared/resource.ts';
import { useSignedIn } from '../../shared/signed-in.tsx';
import { t } from '../../shared/strings.ts';
import { Button } from '../../shared/ui/button.tsx';
import { Dialog, DialogButtons } from '../../shared/ui/dialog.tsx';
import { Notice } from '../../shared/ui/notice.tsx';
import { Waiting } from '../../shared/ui/progress.tsx';
import { TextField } from '../../shared/ui/text-field.tsx';
import { toast } from '../../shared/ui/toast.tsx';
import { useAction } from '../../shared/use-action.ts';
import type { SupportSession } from '../support-session.ts';
import styles from './invite-dialog.module.css';

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
      <Choice session={session} onClose={onClose} />
      <DialogButtons>
        <Button onPress={onClose}>{t.cancel}</Button>
      </DialogButtons>
    </Dialog>
  );
}

function Choice({ session, onClose }: { session: SupportSession; onClose: () => void }) {
  const { api } = useSignedIn();
  const [words, setWords] = useState('');
  const { isPending, act } = useAction();
  const { resource } = useResource('colleagues', (signal) => api.get('/colleagues', Colleagues, signal));
  if (resource.standing === 'loading') return <Waiting />;
  if (resource.standing === 'failed') return <Notice kind="trouble">{resource.problem.message}</Notice>;
  const wanted = words.trim().toLocaleLowerCase();
  const found = resource.value.items.filter(({ name }) => name.toLocaleLowerCase().includes(wanted));
  const invite = async (userId: string, name: string) => {
    if (!(await act(() => session.send({ type: 'watching.invite', userId })))) return;
    toast(text.invited(name), 'done');
    onClose();
  };
  return (
    <>
      <TextField
        label={text.search}
        placeholder={text.searchPlaceholder}
        type="search"
        autoFocus
        value={words}
        onChange={setWords}
      />
      {found.length === 0 && <p className={styles.nobody}>{text.nobody}</p>}
      {found.length > 0 && (
        <ul className={styles.list}>
          {found.map(({ id, name, role, teams }) => (
            <li key={id}>
              <span className={styles.who}>
                <bdi>{name}</bdi>
                <span className={styles.as}>{[t.roles[role], ...teams].join(' · ')}</span>
              </span>
              <Button
                size="small"
                isDisabled={isPending}
                aria-label={text.inviteOne(name)}
                onPress={() => invite(id, name)}
              >
                {text.inviteAction}
              </Button>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
