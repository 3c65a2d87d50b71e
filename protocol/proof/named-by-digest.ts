import type { EntryOf, SessionEntry } from '../record.ts';
import type { Finding } from './account.ts';
import { nameDigestInput } from './signed-statement.ts';
import { successorDigestInput } from './successor-digest.ts';
import { watcherDigestInput } from './watcher-digest.ts';

/** What statements name by a digest alone: a file's name, and who was to watch, or to go on. */
export type Digested = EntryOf<'file.name-stated' | 'watching.asked' | 'passing.asked'>;

export const isDigested = (entry: SessionEntry): entry is Digested =>
  entry.type === 'file.name-stated' || entry.type === 'watching.asked' || entry.type === 'passing.asked';

export function digestInputOf(entry: Digested): Uint8Array {
  switch (entry.type) {
    case 'file.name-stated':
      return nameDigestInput(entry);
    case 'watching.asked':
      return watcherDigestInput({ ...entry, ...entry.watcher });
    case 'passing.asked':
      return successorDigestInput(entry.passingId, entry.successor);
  }
}

/** Each answer is about the person whom the record names, and each question about one. */
export function wrongPeople(
  entries: readonly SessionEntry[],
  digestOf: (entry: Digested) => string,
): Finding[] {
  const wrong = entries.filter((entry) => isAboutPerson(entry) && !isAboutAsked(entry, entries, digestOf));
  return [...wrong, ...watchersInTwo(entries)].map(({ id }) => ({ about: 'other-person', entryId: id }));
}

/** Entries that speak of somebody else than those before them under the same `watchingId`: a yes to one could be taken for a yes to the other. */
function watchersInTwo(entries: readonly SessionEntry[]): SessionEntry[] {
  const people = new Map<string, EntryOf<'watching.asked'>['watcher']>();
  return entries.filter((entry) => {
    if (entry.type !== 'watching.invited' && entry.type !== 'watching.asked') return false;
    const before = people.get(entry.watchingId);
    people.set(entry.watchingId, entry.watcher);
    return (
      before !== undefined && (before.userId !== entry.watcher.userId || before.name !== entry.watcher.name)
    );
  });
}

type AboutPerson = EntryOf<'watching.answered' | 'passing.answered'>;
const isAboutPerson = (entry: SessionEntry): entry is AboutPerson =>
  entry.type === 'watching.answered' || entry.type === 'passing.answered';

/** The customer's answer is about the person whom the record names. */
const isAboutAsked = (
  answer: AboutPerson,
  entries: readonly SessionEntry[],
  digestOf: (entry: Digested) => string,
): boolean =>
  entries.some((entry) =>
    answer.type === 'watching.answered'
      ? entry.type === 'watching.asked' &&
        entry.watchingId === answer.watchingId &&
        digestOf(entry) === answer.watcherSha256
      : entry.type === 'passing.asked' &&
        entry.passingId === answer.passingId &&
        digestOf(entry) === answer.successorSha256,
  );
