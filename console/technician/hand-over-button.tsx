import { AppWindowMac } from 'lucide-react';
import { useState } from 'react';
import type { HandOverState } from '../../protocol/hand-over.ts';
import type { ConsoleSessionState } from '../../protocol/session-state.ts';
import { announce } from '../shared/announcer.ts';
import { t } from '../shared/strings.ts';
import { Button } from '../shared/ui/button.tsx';
import { Dialog, DialogButtons } from '../shared/ui/dialog.tsx';
import { toast } from '../shared/ui/toast.tsx';
import { Tooltip } from '../shared/ui/tooltip.tsx';
import { useAction } from '../shared/use-action.ts';
import { useAskAgain } from './ask-again.ts';
import { RailButton } from './rail-button.tsx';
import type { SupportSession } from './support-session.ts';

const text = t.handOver.technician;

/** For a customer in a browser, which has no mouse to give: asks them to go on with the program. */
export function HandOverButton({ session, state }: { session: SupportSession; state: ConsoleSessionState }) {
  const [isOpen, setOpen] = useState(false);
  const { act, isPending } = useAction();
  const { handOver, contact } = state;
  const standing = standingOf(handOver);
  const askAgain = useAskAgain(
    handOver?.refusedAt === undefined
      ? { standing: 'off', since: '' }
      : { standing: 'refused', since: handOver.refusedAt },
  );
  const label = text.label[standing];
  const press = () => {
    if (standing !== 'idle') announce(label);
    else if (askAgain > 0) toast(t.technician.active.askAgainIn(contact.name, false, askAgain));
    else setOpen(true);
  };
  const ask = () =>
    act(async () => {
      await session.send({ type: 'hand-over.ask', tools: ['control'] });
      setOpen(false);
      announce(text.asked(contact.name));
    });
  return (
    <>
      <Tooltip placement="right" text={label}>
        <RailButton
          icon={<AppWindowMac />}
          word={text.word}
          label={label}
          standing={standing === 'idle' ? 'off' : 'asked'}
          waitSeconds={standing === 'idle' ? askAgain : 0}
          onPress={press}
        />
      </Tooltip>
      <Dialog
        title={text.title}
        isOpen={isOpen && standing === 'idle'}
        onClose={() => setOpen(false)}
        isDismissable
      >
        <p>{text.why(contact.name)}</p>
        <p>{text.how(contact.name)}</p>
        <DialogButtons>
          <Button onPress={() => setOpen(false)}>{t.cancel}</Button>
          <Button kind="primary" isPending={isPending} onPress={ask}>
            {text.action}
          </Button>
        </DialogButtons>
      </Dialog>
    </>
  );
}

function standingOf(handOver: HandOverState | undefined): keyof typeof text.label {
  if (handOver?.comes) return 'comes';
  if (handOver?.ticketUntil !== undefined) return 'begun';
  return handOver?.asked ? 'asked' : 'idle';
}
