import { z } from 'zod';
import { type KeptEnd, LeftLane, LetGoOn } from '../../../protocol/customer-end/kept-end.ts';
import { Successor } from '../../../protocol/passing.ts';
import { ToolSet } from '../../../protocol/tool.ts';
import { tabStorage } from '../../shared/tab-storage.ts';
import type { KeptReading } from '../local/customer-link.ts';
import { forgetChat, keepChat, keptChat } from './kept-chat.ts';
import { notedNumber, noteNumber } from './page-key.ts';

const NAME = 'countersign-session';
const LOOK_EVERY_MS = 2_000;

/** What this tab needs to go on after it was loaded anew. It goes with the tab. */
const KeptSession = z.object({
  code: z.string(),
  sessionId: z.uuid(),
  agentToken: z.string(),
  signingKey: z.string().optional(),
  /** As the customer's own table stood. */
  allowed: ToolSet,
  /** Something went over a lane of it. */
  used: ToolSet,
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
  const text = tabStorage.getItem(NAME);
  if (text === null) return undefined;
  try {
    return KeptSession.parse(JSON.parse(text));
  } catch {
    return undefined; // of an older page
  }
}

/** At once: a page may be gone before a promise settles. */
export const keepSession = (session: KeptSession): void => tabStorage.setItem(NAME, JSON.stringify(session));

/** As it happens: a page that crashes says nothing as it goes. Each tool is written once, and nothing is read while none is new. The answer stops it. */
export function keepUsed(before: KeptSession['used'], used: () => KeptSession['used']): () => void {
  let known = before.length;
  const timer = setInterval(() => {
    const now = used();
    if (now.length <= known) return;
    known = now.length;
    const kept = keptSession();
    if (kept) keepSession({ ...kept, used: now });
  }, LOOK_EVERY_MS);
  return () => clearInterval(timer);
}

/** With all that was said in it. */
export function forgetSession(): void {
  tabStorage.removeItem(NAME);
  forgetChat();
}

/** Not after the end: nothing of a session outlasts it here. */
const keepTalk = (sessionId: string, change: Parameters<typeof keepChat>[1]): void => {
  if (keptSession()) keepChat(sessionId, change);
};

/** Which of the technician's messages were in sight, for a page that is loaded anew. */
export const keptReading = ({ sessionId }: KeptSession): KeptReading => ({
  last: keptChat(sessionId)?.lastRead,
  keep: (lastRead) => keepTalk(sessionId, { lastRead }),
});

/** What the end of this session finds, and keeps from now on. */
export const keptEnd = (session: KeptSession): KeptEnd => {
  const keep = (change: Partial<KeptSession>) => keepSession({ ...(keptSession() ?? session), ...change });
  keep({ left: [] });
  const { signingKey } = session;
  return {
    allowed: session.allowed,
    watchers: session.watchers,
    help: session.help,
    used: session.used,
    lastNumber: Math.max(session.lastNumber, signingKey === undefined ? 0 : notedNumber(signingKey)),
    left: session.left,
    talk: keptChat(session.sessionId),
    keepAllowed: (allowed) => keep({ allowed: [...allowed] }),
    keepWatchers: (watchers) => keep({ watchers: [...watchers] }),
    keepHelp: (help) => keep({ help }),
    keepNumber: (lastNumber) => {
      keep({ lastNumber });
      if (signingKey !== undefined) noteNumber(signingKey, lastNumber);
    },
    keepTalk: (talk) => keepTalk(session.sessionId, talk),
  };
};
