import type { FoldedRecord } from '../../protocol/session-fold.ts';
import type { SessionRecord } from '../../protocol/session-record.ts';
import type { RetentionSchedule } from '../settings/settings.ts';

/** When a session's entries go: counted from its end, or from its beginning while it is open. */
export function deleteAfter(record: FoldedRecord, schedule: RetentionSchedule): string {
  const from = Date.parse(record.endedAt ?? record.createdAt);
  return new Date(from + schedule['session-record'] * 86_400_000).toISOString();
}

export const withRetention = (record: FoldedRecord, schedule: RetentionSchedule): SessionRecord => ({
  ...record,
  retention: { deleteAfter: deleteAfter(record, schedule) },
});
