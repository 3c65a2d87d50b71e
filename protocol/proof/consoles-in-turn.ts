import type { EntryOf, SessionEntry } from '../record.ts';
import type { Finding } from './account.ts';

/** Whose a session was, and the keys of their consoles: a new turn begins with each passing. */
export interface ConsoleTurns {
  /** The keys of the technician whose it was when an entry was written; of a passing itself, of the one who passed it on. */
  keysAt(entry: SessionEntry): ReadonlySet<string>;
  /** What is the last line of a key's account: of one who passed it on, that they did. */
  closing(key: string, isOver: boolean): 'session.passed' | 'session.ended' | undefined;
}

const NO_KEYS: ReadonlySet<string> = new Set();

export function consoleTurns(entries: readonly SessionEntry[]): ConsoleTurns {
  // By the entry itself: whoever writes a log may give two of them one id.
  const at = new Map<SessionEntry, Set<string>>();
  let keys = new Set<string>();
  for (const entry of entries) {
    if (entry.type === 'account.began' && entry.side === 'technician') keys.add(entry.signingKey);
    at.set(entry, keys);
    if (entry.type === 'session.passed') keys = new Set();
  }
  return {
    keysAt: (entry) => at.get(entry) ?? NO_KEYS,
    closing: (key, isOver) => (!keys.has(key) ? 'session.passed' : isOver ? 'session.ended' : undefined),
  };
}

/** A session is somebody else's only after the customer's yes to that person, each yes once; and from whoever had it. */
export function wrongPassings(entries: readonly SessionEntry[]): Finding[] {
  let had = entries.find((entry) => entry.type === 'session.created')?.technician;
  const asked = new Map<string, EntryOf<'passing.asked'>>();
  const allowed = new Set<string>();
  return entries.flatMap((entry): Finding[] => {
    if (entry.type === 'passing.asked') {
      const before = asked.get(entry.passingId)?.successor;
      asked.set(entry.passingId, entry);
      // One question is about one person, or a yes to one could be taken for a yes to the other.
      if (before && !isSamePerson(before, entry.successor))
        return [{ about: 'other-person', entryId: entry.id }];
    }
    if (entry.type === 'passing.answered' && entry.allowed && entry.mode !== 'timed-out')
      allowed.add(entry.passingId);
    if (entry.type !== 'session.passed') return [];
    const isTheirs = had === undefined || isSamePerson(had, entry.from);
    had = entry.technician;
    if (!allowed.delete(entry.passingId)) return [{ about: 'not-said', entryId: entry.id }];
    const { successor } = asked.get(entry.passingId) ?? {};
    return isTheirs && successor && isSamePerson(successor, entry.technician)
      ? []
      : [{ about: 'other-person', entryId: entry.id }];
  });
}

type Named = EntryOf<'passing.asked'>['successor'];
const isSamePerson = (one: Named, other: Named): boolean =>
  one.userId === other.userId && one.name === other.name && one.team === other.team;
