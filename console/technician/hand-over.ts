import { useState } from 'react';
import type { HandOverState } from '../../protocol/hand-over.ts';
import type { ConsoleSessionState } from '../../protocol/session-state.ts';
import { announce } from '../shared/announcer.ts';
import { t } from '../shared/strings.ts';
import { toast } from '../shared/ui/toast.tsx';
import { useAction } from '../shared/use-action.ts';
import { useAskAgain } from './ask-again.ts';
import { runsProgram } from './runs-program.ts';
import type { SupportSession } from './support-session.ts';

const text = t.handOver.technician;

/** From a customer's browser to the program, as the technician's page knows it. */
export interface HandOver {
  /** The customer's computer runs the program. */
  readonly isPossible: boolean;
  readonly standing: keyof typeof text.label;
  /** It may not be asked for yet: in how many seconds it may be. */
  readonly waitSeconds: number;
  readonly isAsking: boolean;
  readonly isPending: boolean;
  /** Whatever is pressed for it: says how it stands, or lets the technician ask. */
  press: () => void;
  close: () => void;
  ask: () => Promise<boolean>;
}

export function useHandOver(session: SupportSession, state: ConsoleSessionState): HandOver {
  const [isOpen, setOpen] = useState(false);
  const { act, isPending } = useAction();
  const { handOver, contact, computer } = state;
  const standing = standingOf(handOver);
  const refusedAt = handOver?.refusedAt;
  const askAgain = useAskAgain(
    refusedAt === undefined ? { standing: 'off', since: '' } : { standing: 'refused', since: refusedAt },
  );
  const isPossible = runsProgram(computer?.platform ?? '');
  return {
    isPossible,
    standing,
    waitSeconds: standing === 'idle' ? askAgain : 0,
    isAsking: isOpen && standing === 'idle',
    isPending,
    press() {
      if (!isPossible) toast(text.notFrom(computer?.platform ?? ''));
      else if (standing !== 'idle') announce(text.label[standing]);
      else if (askAgain > 0) toast(t.technician.active.askAgainIn(contact.name, false, askAgain));
      else setOpen(true);
    },
    close: () => setOpen(false),
    ask: () =>
      act(async () => {
        await session.send({ type: 'hand-over.ask', tools: ['control'] });
        setOpen(false);
        announce(text.asked(contact.name));
      }),
  };
}

function standingOf(handOver: HandOverState | undefined): keyof typeof text.label {
  if (handOver?.comes) return 'comes';
  if (handOver?.ticketUntil !== undefined) return 'begun';
  return handOver?.asked ? 'asked' : 'idle';
}
