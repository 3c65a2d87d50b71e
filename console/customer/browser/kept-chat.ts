import { z } from 'zod';
import { Talk } from '../../../protocol/customer-end/kept-end.ts';
import { tabStorage } from '../../shared/tab-storage.ts';

const NAME = 'countersign-chat';
/** Of what was said, the newest: the tab's storage is small, and what the session needs has to fit beside it. */
const MAX_CHARACTERS = 200_000;

/** A browser that crashed gives its tabs back whenever it is asked: by then nobody talks there any more. */
const KEPT_FOR_MS = 12 * 60 * 60_000;

/** The conversation of this tab's session, with the last message of the technician's that was in sight, and when it last changed. */
const KeptChat = Talk.extend({ sessionId: z.uuid(), lastRead: z.uuid().optional(), atMs: z.number() });
type KeptChat = z.infer<typeof KeptChat>;

export function keptChat(sessionId: string, nowMs = Date.now()): KeptChat | undefined {
  const chat = whatIsKept();
  if (chat?.sessionId === sessionId && Math.abs(nowMs - chat.atMs) < KEPT_FOR_MS) return chat;
  // Too old, of another session, or of an older page.
  forgetChat();
  return undefined;
}

function whatIsKept(): KeptChat | undefined {
  try {
    return KeptChat.parse(JSON.parse(tabStorage.getItem(NAME) ?? ''));
  } catch {
    return undefined;
  }
}

export function keepChat(
  sessionId: string,
  change: Partial<Talk> & Pick<KeptChat, 'lastRead'>,
  nowMs = Date.now(),
): void {
  const before = keptChat(sessionId, nowMs) ?? { sessionId, said: [], waiting: [], given: [] };
  const chat: KeptChat = { ...before, ...change, atMs: nowMs };
  try {
    tabStorage.setItem(NAME, JSON.stringify({ ...chat, said: newestOf(chat.said) }));
  } catch {
    // Storage that is full costs a reload its messages, and the session nothing.
  }
}

export const forgetChat = (): void => tabStorage.removeItem(NAME);

function newestOf(said: KeptChat['said']): KeptChat['said'] {
  let characters = 0;
  const tooOld = said.findLastIndex(({ text }) => {
    characters += text.length;
    return characters > MAX_CHARACTERS;
  });
  return said.slice(tooOld + 1);
}
