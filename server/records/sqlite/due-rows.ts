import type { Ending } from '../../../protocol/retention-kinds.ts';

/**
 * What of a kind is due, by how it ends: `FROM` and `WHERE`. Of one `@team` (none: null), older than `@before`, and kept by
 * nobody `@at` this moment. Deletions go by it, and counts.
 */
export const DUE_ROWS = {
  session: `FROM sessions WHERE team IS @team AND ended_at < @before AND coalesce(kept_until, '') <= @at`,
  'session-part': `
    FROM session_parts AS part JOIN sessions ON number = part.session
    WHERE kind = @kind AND part.team IS @team AND part.ended_at < @before AND deleted_at IS NULL
      AND coalesce(held_until, '') <= @at`,
  'by-itself': 'FROM entries WHERE session IS NULL AND keep = @kind AND at < @before',
  view: 'FROM saved_views WHERE changed_at < @before',
} as const satisfies Record<Exclude<Ending, 'never'>, string>;
