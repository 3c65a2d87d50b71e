import type { Ending } from '../protocol/customer-end/ending.ts';
import type { EndReason } from '../protocol/session.ts';
import { EXIT, type ExitStatus } from './agent-error.ts';

/** How it ended, for the customer and for the script that started this program. */
export interface SessionEnding {
  readonly status: ExitStatus;
  readonly sentence: string;
}

const SENTENCES: Record<EndReason, string> = {
  done: 'Your technician ended the session.',
  'stopped-by-customer': 'You stopped the session.',
  'reported-by-customer': 'You left and reported that you did not ask for help.',
  'refused-by-customer': 'You did not allow anything. Nothing was shown or changed.',
  'consent-timed-out':
    'Nobody answered in time, so nothing was allowed. If you still want help, ask for a new code and start this again.',
  'not-admitted': 'The technician did not let this computer in: they expected another one.',
  'cancelled-by-technician': 'The technician cancelled the session.',
  'code-expired': 'The code expired.',
  'customer-gone': 'This computer was away from the server for too long.',
  'technician-gone': 'The technician was away for too long.',
  'broker-restarted': 'The server was restarted.',
  'display-lost': 'The screen of this computer went away, so the session ended.',
  'record-unavailable': 'The server could not write its record any more, so it ended the session.',
  'user-disabled': "The technician's account was closed, so the session ended.",
};

export function describeEnding({ status, endReason }: Ending): SessionEnding {
  const sentence = endReason ? SENTENCES[endReason] : 'The session is over.';
  return {
    status: status === 'lost' ? EXIT.lost : EXIT.ended,
    sentence: `${sentence} Nothing is shared any more.`,
  };
}
