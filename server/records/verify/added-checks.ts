import type { Connection } from '../sqlite/connection.ts';
import { certificatesIn, type NumberRange, numbersIn } from './certificates.ts';
import type { Findings } from './finding.ts';

const HOUR_MS = 3_600_000;

interface Kept {
  readonly id: string;
  readonly createdAt: string;
}

interface Added {
  readonly users: { has(id: string): boolean };
  readonly keys: { has(id: string): boolean };
}

/**
 * Users and API keys that no entry says were added: whoever has the data key can write rows of their own. The entry stands in the log
 * before the row, at the command line and in the set-up too, so that it is there or was deleted in its time.
 */
export function checkAdded(connection: Connection, findings: Findings, added: Added): void {
  const kept = (table: 'users' | 'api_keys') =>
    connection.prepare<[], Kept>(`SELECT id, created_at AS createdAt FROM ${table}`).all();
  const users = kept('users').filter(({ id }) => !added.users.has(id));
  const keys = kept('api_keys').filter(({ id }) => !added.keys.has(id));
  if (users.length + keys.length === 0) return;
  const mayBeGone = deletedAround(connection);
  const tell = (what: string, { createdAt }: Kept) => {
    if (!mayBeGone(createdAt))
      findings.add(
        'account',
        `${what} is kept as of ${createdAt}; no entry says that it was added, and none was deleted that could have.`,
      );
  };
  for (const user of users) tell(`User ${user.id}`, user);
  for (const key of keys) tell(`API key ${key.id}`, key);
}

/** Whether an entry of the access log that was written about then was deleted. Only what is looked for is read. */
function deletedAround(connection: Connection): (moment: string) => boolean {
  const deleted = numbersIn(
    certificatesIn(connection).filter(
      ({ type, kind }) => kind === 'access-log' || type === 'backup.restored',
    ),
  );
  const checkpoints = connection
    .prepare<[], { hour: string; size: number }>('SELECT hour, size FROM checkpoints ORDER BY size')
    .all();
  // The checkpoint of an hour speaks of what was written in it.
  const written = new Map<string, NumberRange>();
  for (const [index, { hour, size }] of checkpoints.entries())
    written.set(hour, [(checkpoints[index - 1]?.size ?? 0) + 1, size]);
  return (moment) => {
    const then = Date.parse(moment);
    if (Number.isNaN(then)) return false;
    // An entry and its row may be of two hours.
    return [-HOUR_MS, 0, HOUR_MS].some((away) => {
      const range = written.get(new Date(then + away).toISOString().slice(0, 13));
      return range !== undefined && overlap(deleted, range);
    });
  };
}

/** @param ranges in order, without overlaps. */
function overlap(ranges: readonly NumberRange[], [first, last]: NumberRange): boolean {
  let [from, to] = [0, ranges.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((ranges[middle] as NumberRange)[1] < first) from = middle + 1;
    else to = middle;
  }
  return (ranges[from]?.[0] ?? Number.POSITIVE_INFINITY) <= last;
}
