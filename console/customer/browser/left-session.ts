import { z } from 'zod';
import { GRACE_MS } from '../../../protocol/session.ts';

const NAME = 'countersign-left';

/** Which session a tab of this browser left, and when. Nothing in it opens anything: the code is used up. */
const LeftSession = z.object({ code: z.string(), atMs: z.number() });

/** The page goes, in the middle of its session: what the tab keeps comes back with it, and no other tab has it. */
export function noteLeaving(code: string): void {
  whereKept((storage) => storage.setItem(NAME, JSON.stringify({ code, atMs: Date.now() })));
}

export const forgetLeaving = (): void => whereKept((storage) => storage.removeItem(NAME));

/** The session of this code was open in a tab that is closed, and waits for it still. */
export function wasLeftJustNow(code: string, nowMs = Date.now()): boolean {
  try {
    const left = LeftSession.parse(JSON.parse(window.localStorage.getItem(NAME) ?? ''));
    return left.code === code && Math.abs(nowMs - left.atMs) < GRACE_MS;
  } catch {
    return false; // none, or a private window without storage
  }
}

/** Where the browser keeps nothing, no other tab learns of it: there the session ends with its page. */
function whereKept(use: (storage: Storage) => void): void {
  try {
    use(window.localStorage);
  } catch {
    // As above.
  }
}
