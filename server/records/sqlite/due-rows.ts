import type { Ending } from '../../../protocol/retention-kinds.ts';

/** The session's end was logged later than its own time says: by a clock that was behind. */
const endedLater = (session: string) =>
  `EXISTS (SELECT 1 FROM entries WHERE entries.session = ${session} AND seq > @size AND type = 'session.ended')`;

/**
 * What of a kind is due, by how it ends: `FROM` and `WHERE`. Of one `@team` (none: null), older than `@before`, among the first
 * `@size` entries of the log, which are all that it had by then, and kept by nobody when the run had `@begun`. Deletions go by it.
 */
export const DUE_ROWS = {
  session: `FROM sessions WHERE team IS @team AND ended_at < @before AND coalesce(kept_until, '') <= @begun
    AND NOT ${endedLater('number')}`,
  'session-part': `
    FROM session_parts AS part JOIN sessions ON number = part.session
    WHERE kind = @kind AND part.team IS @team AND part.ended_at < @before AND deleted_at IS NULL
      AND coalesce(held_until, '') <= @begun AND NOT ${endedLater('part.session')}`,
  // By the index of what is oldest, and not by number.
  'by-itself': 'FROM entries WHERE session IS NULL AND keep = @kind AND at < @before AND +seq <= @size',
  view: 'FROM saved_views WHERE changed_at < @before',
} as const satisfies Record<Exclude<Ending, 'never'>, string>;
