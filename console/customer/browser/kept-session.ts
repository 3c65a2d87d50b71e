import { z } from 'zod';
import { LeftLane, LetGoOn } from '../../../protocol/customer-end/kept-end.ts';
import { Successor } from '../../../protocol/passing.ts';
import { ToolSet } from '../../../protocol/tool.ts';

const NAME = 'countersign-session';

/** What this tab needs to go on after it was loaded anew. It goes with the tab. */
const KeptSession = z.object({
  code: z.string(),
  sessionId: z.uuid(),
  agentToken: z.string(),
  signingKey: z.string().optional(),
  /** As the customer's own table stood. */
  allowed: ToolSet,
  /** Who may watch. */
  watchers: z.array(z.uuid()),
  help: z.object({ technician: Successor, next: LetGoOn.optional() }).optional(),
  /** Of the last line of this end's account. */
  lastNumber: z.number().int(),
  /** Lanes that closed with the page: their ends are said when it is back. */
  left: z.array(LeftLane),
});
export type KeptSession = z.infer<typeof KeptSession>;

export function keptSession(): KeptSession | undefined {
  const text = window.sessionStorage.getItem(NAME);
  if (text === null) return undefined;
  try {
    return KeptSession.parse(JSON.parse(text));
  } catch {
    return undefined; // of an older page
  }
}

/** At once: a page may be gone before a promise settles. */
export const keepSession = (session: KeptSession): void =>
  window.sessionStorage.setItem(NAME, JSON.stringify(session));

export const forgetSession = (): void => window.sessionStorage.removeItem(NAME);
