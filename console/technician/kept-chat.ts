import { z } from 'zod';
import { ChatMessage } from '../../protocol/chat.ts';
import { type TabStorage, tabStorage } from '../shared/tab-storage.ts';
import type { ChatLine } from './chat.ts';

const Kept = z.array(
  ChatMessage.extend({ from: z.enum(['technician', 'customer']), isWaiting: z.boolean().optional() }),
);

/** Where the conversation of one session outlasts a reload of its page. */
export interface KeptChat {
  read(): ChatLine[];
  write(lines: readonly ChatLine[]): void;
}

/** This tab's own storage: gone with the tab, emptied at the end of the session and at sign-out, in no record. */
export function chatOfTab(sessionId: string, storage: TabStorage = tabStorage): KeptChat {
  const key = `countersign.chat.${sessionId}`;
  return {
    read() {
      try {
        return Kept.parse(JSON.parse(storage.getItem(key) ?? '[]')) as ChatLine[];
      } catch {
        return []; // of an older page, or not ours
      }
    },
    write(lines) {
      try {
        if (lines.length === 0) storage.removeItem(key);
        else storage.setItem(key, JSON.stringify(lines));
      } catch {
        // Storage that is full costs the reload its lines, and the conversation nothing.
      }
    },
  };
}
