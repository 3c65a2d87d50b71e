import { z } from 'zod';
import { type TabStorage, tabStorage } from '../shared/tab-storage.ts';

/** What of one session this tab held when its page went, and what went with it (docs/decisions/0025). */
export interface LeftBehind<Item> {
  /** Once: the page that asks is the one that is back. */
  take(): Item[];
  note(items: readonly Item[]): void;
}

/** In this tab's own storage, and written only as its page goes: a tab that was duplicated left nothing behind. */
export function leftBehind<Item>(
  what: 'files' | 'lanes',
  sessionId: string,
  item: z.ZodType<Item>,
  storage: TabStorage = tabStorage,
): LeftBehind<Item> {
  const key = `countersign.left.${what}.${sessionId}`;
  return {
    take() {
      try {
        const left = z.array(item).parse(JSON.parse(storage.getItem(key) ?? '[]'));
        storage.removeItem(key);
        return left;
      } catch {
        return []; // of an older page, or not ours
      }
    },
    note(items) {
      try {
        if (items.length === 0) storage.removeItem(key);
        else storage.setItem(key, JSON.stringify(items));
      } catch {
        // With storage that is full the people cancel by hand what the page held, and the account says less.
      }
    },
  };
}
