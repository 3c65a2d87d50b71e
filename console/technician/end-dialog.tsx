import { useState } from 'react';
import type { Outcome } from '../../protocol/session.ts';
import type { ConsoleSessionState } from '../../protocol/session-state.ts';
import { t } from '../shared/strings.ts';
import { Button } from '../shared/ui/button.tsx';
import { Dialog, DialogButtons } from '../shared/ui/dialog.tsx';
import { useAction } from '../shared/use-action.ts';
import { OutcomeFields } from './outcome-fields.tsx';
import type { SupportSession } from './support-session.ts';

const text = t.technician.end;

/** Asks how it went, and ends. `note` is shared with the notes panel. */
export function EndDialog({
  session,
  state,
  note,
  onNote,
  isOpen,
  onClose,
}: {
  session: SupportSession;
  state: ConsoleSessionState;
  note: string;
  onNote: (note: string) => void;
  isOpen: boolean;
  onClose: () => void;
}) {
  const [outcome, setOutcome] = useState<Outcome>();
  const { isPending, act } = useAction();
  const end = () =>
    act(() =>
      session.send({
        type: 'session.end',
        ...(outcome === undefined ? {} : { outcome }),
        ...(note.trim() === '' ? {} : { note }),
      }),
    );
  return (
    <Dialog title={text.title} isOpen={isOpen} onClose={onClose}>
      <p>{text.lead(state.contact.name)}</p>
      <OutcomeFields outcome={outcome} note={note} onOutcome={setOutcome} onNote={onNote} />
      <DialogButtons>
        <Button onPress={onClose}>{t.cancel}</Button>
        <Button kind="danger" isPending={isPending} onPress={end}>
          {text.action}
        </Button>
      </DialogButtons>
    </Dialog>
  );
}
