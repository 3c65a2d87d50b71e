import type { AccessRow } from '../../protocol/access-log.ts';

/** Entries that one look at a page left, newest first; the first is the newest. */
export type Visit = readonly [AccessRow, ...AccessRow[]];

/** What one page asks for when it is opened comes within this, from the first to the last. */
const WITHIN_MS = 5_000;

/**
 * Entries of one page visit together: the same person from the same address, reading or searching within a few seconds, of no
 * more than one session and of no more than one search. Who opens two records has two lines, and so has who looks for two
 * people; a script that asks every few seconds has as many as it asks.
 */
export function visitsOf(rows: readonly AccessRow[]): Visit[] {
  const visits: [AccessRow, ...AccessRow[]][] = [];
  for (const row of rows) {
    const visit = visits.at(-1);
    if (visit !== undefined && belongsTo(visit, row)) visit.push(row);
    else visits.push([row]);
  }
  return visits;
}

/** What stands for a visit: that somebody was looked for, before the lists and figures that the same page asked for. */
export const leadOf = (visit: Visit): AccessRow => visit.find(({ kind }) => kind === 'search') ?? visit[0];

/** Measured from the newest: from neighbour to neighbour, a visit would never end for who keeps asking. */
const belongsTo = (visit: Visit, older: AccessRow): boolean => {
  const [newest] = visit;
  return (
    looksOnly(newest) &&
    looksOnly(older) &&
    newest.who?.id !== undefined &&
    newest.who.id === older.who?.id &&
    newest.address === older.address &&
    newest.session?.id === older.session?.id &&
    Date.parse(newest.at) - Date.parse(older.at) <= WITHIN_MS &&
    visit.every((row) => !isAnotherSearch(row, older))
  );
};

/** Both look for somebody, and not for the same. Lists and figures of one page are asked with filters of their own. */
const isAnotherSearch = (one: AccessRow, other: AccessRow): boolean =>
  one.type === other.type &&
  (one.kind === 'search' || one.type === 'access-log.read') &&
  asked(one) !== asked(other);

const asked = ({ filters = {} }: AccessRow): string =>
  JSON.stringify(Object.entries(filters).sort(([a], [b]) => (a < b ? -1 : 1)));

/** A verification and a change of anything stand alone. */
const looksOnly = ({ kind, type }: AccessRow): boolean =>
  (kind === 'read' || kind === 'search') && !type.startsWith('log.verif');
