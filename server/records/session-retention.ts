import type { SessionRetention } from '../../protocol/retention.ts';
import { PART_KINDS, type PartKind } from '../../protocol/retention-kinds.ts';
import type { RetentionSchedule } from '../../protocol/retention-schedule.ts';
import type { SessionDocument } from '../../protocol/session-fold.ts';
import type { SessionRecord } from '../../protocol/session-record.ts';

const DAY_MS = 86_400_000;

/** A part of a session that went before the rest. */
export interface DeletedPart {
  readonly kind: PartKind;
  readonly deletedAt: string;
}

/** The session record as it is read on a day with this schedule. */
export const withRetention = (
  document: SessionDocument,
  schedule: RetentionSchedule,
  deleted: readonly DeletedPart[] = [],
): SessionRecord => ({ ...document.record, retention: retentionOf(document, schedule, deleted) });

/** Periods count from the session's end, or from its beginning while it is open. */
export function retentionOf(
  {
    record,
    kept = {},
  }: Pick<SessionDocument, 'kept'> & { readonly record: Pick<SessionRecord, 'createdAt' | 'endedAt'> },
  schedule: RetentionSchedule,
  deleted: readonly DeletedPart[],
): SessionRetention {
  const from = Date.parse(record.endedAt ?? record.createdAt);
  const after = (days: number, ...keptUntil: (string | undefined)[]) =>
    [new Date(from + days * DAY_MS).toISOString(), ...keptUntil].reduce(latest) as string;
  const { hold, extension } = kept;
  return {
    deleteAfter: after(schedule['session-record'], hold?.until, extension?.until),
    parts: PART_KINDS.map((kind) => ({
      kind,
      deleteAfter: after(schedule[kind], hold?.until),
      ...deleted.find((part) => part.kind === kind),
    })),
    ...(hold !== undefined && { hold }),
    ...(extension !== undefined && { extension }),
  };
}

/** Until when nothing of the session goes, and until when not the whole of it. */
export function keptUntil({ kept }: SessionDocument): {
  held?: string | undefined;
  whole?: string | undefined;
} {
  const held = kept?.hold?.until;
  return { held, whole: latest(held, kept?.extension?.until) };
}

/** Instants compare as text. */
const latest = (a: string | undefined, b: string | undefined): string | undefined =>
  a === undefined || (b !== undefined && b > a) ? b : a;
