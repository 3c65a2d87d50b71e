import type { RetentionKind } from '../../../protocol/record.ts';
import type { DeletionCount, DeletionRule } from '../record-store.ts';
import type { Connection } from './connection.ts';

/** `@early`: before when file names go; what that rule takes along is counted there and not with the session record. */
const COUNTS: Record<RetentionKind, string> = {
  'session-record': `
    SELECT count(entries.seq) AS entries, count(DISTINCT number) AS sessions FROM sessions
    LEFT JOIN entries ON entries.session = number AND NOT (keep <> 'session-record' AND ended_at < @early)
    WHERE ended_at < @before`,
  'chat-and-file-names': `
    SELECT count(entries.seq) AS entries, count(DISTINCT number) AS sessions FROM sessions
    LEFT JOIN entries ON entries.session = number AND keep = @kind
    WHERE forgets_early = 1 AND ended_at < @before`,
  'sign-in-log': `
    SELECT count(*) AS entries, 0 AS sessions FROM entries
    WHERE session IS NULL AND keep = @kind AND at < @before`,
  'access-log': `
    SELECT count(*) AS entries, 0 AS sessions FROM entries
    WHERE session IS NULL AND keep = @kind AND at < @before`,
};

/** What each rule would delete, counted as the deletion itself counts. */
export function countDue(connection: Connection, rules: readonly DeletionRule[]): DeletionCount[] {
  const early = rules.find(({ kind }) => kind === 'chat-and-file-names')?.before ?? '';
  return rules.map(({ kind, before }) => {
    const count = connection.prepare<[object], { entries: number; sessions: number }>(COUNTS[kind]);
    return { kind, before, entries: 0, sessions: 0, ...count.get({ kind, before, early }) };
  });
}
