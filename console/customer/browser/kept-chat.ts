import { z } from 'zod';
import { Talk } from '../../../protocol/customer-end/kept-end.ts';
import { tabStorage } from '../../shared/tab-storage.ts';

const NAME = 'countersign-chat';
/** Of what was said, the newest: the tab's storage is small, and what the session needs has to fit beside it. */
const MAX_CHARACTERS = 200_000;

/** The conversation of this tab's session, with the last message of the technician's that was in sight. */
const KeptChat = Talk.extend({ sessionId: z.uuid(), lastRead: z.uuid().optional() });
type KeptChat = z.infer<typeof KeptChat>;

export function keptChat(sessionId: string): KeptChat | undefined {
  const text = tabStorage.getItem(NAME);
  if (text === null) return undefined;
  try {
    const chat = KeptChat.parse(JSON.parse(text));
    return chat.sessionId === sessionId ? chat : undefined;
  } catch {
    return undefined; // of an older page
  }
}

export function keepChat(sessionId: string, change: Partial<Talk> & Pick<KeptChat, 'lastRead'>): void {
  const before = keptChat(sessionId) ?? { sessionId, said: [], waiting: [], given: [] };
  const chat = { ...before, ...change };
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
