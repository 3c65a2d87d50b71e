import { z } from 'zod';

const Left = z.array(z.uuid());

/** Which files of one session this tab held when its page went: their bytes went with it (docs/decisions/0025). */
export interface LeftFiles {
  /** Once: the page that asks is the one that is back. */
  take(): string[];
  note(fileIds: readonly string[]): void;
}

/** In this tab's own storage, and written only as its page goes: a tab that was duplicated left nothing behind. */
export function filesOfTab(sessionId: string, storage: Storage = sessionStorage): LeftFiles {
  const key = `countersign.files.${sessionId}`;
  return {
    take() {
      try {
        const left = Left.parse(JSON.parse(storage.getItem(key) ?? '[]'));
        storage.removeItem(key);
        return left;
      } catch {
        return []; // of an older page, or not ours
      }
    },
    note(fileIds) {
      try {
        if (fileIds.length === 0) storage.removeItem(key);
        else storage.setItem(key, JSON.stringify(fileIds));
      } catch {
        // Without storage the people have to cancel by hand what the page held.
      }
    },
  };
}
