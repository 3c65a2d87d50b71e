import { parseLeafRanges } from '../../../protocol/proof/leaf-ranges.ts';
import { RETENTION_KINDS } from '../../../protocol/retention-kinds.ts';
import type { Connection } from '../sqlite/connection.ts';

/** Of entries, counted from 1. */
export type NumberRange = [first: number, last: number];

/** An entry that says which leaves went: of a deletion, or of a restore that deleted again. */
interface Certificate {
  readonly seq: number;
  readonly at: string;
  readonly type: string;
  readonly leaves: string;
  readonly entries: number | null;
  readonly kind: string | null;
  readonly before: string | null;
}

export const certificatesIn = (connection: Connection): Certificate[] =>
  connection
    .prepare<[], Certificate>(
      `SELECT seq, at, type, fields ->> '$.leaves' AS leaves, fields ->> '$.entries' AS entries,
         fields ->> '$.kind' AS kind, fields ->> '$.before' AS before
       FROM entries WHERE session IS NULL AND type IN ('retention.deleted', 'backup.restored') ORDER BY seq`,
    )
    .all();

/** What a certificate says that no deletion by rule can have been. */
export function faultOf({ seq, at, type, leaves, entries, kind, before }: Certificate): string | undefined {
  const ranges = parseLeafRanges(leaves);
  if (ranges === undefined) return 'does not say which entries went';
  if (ranges.some(([, end]) => end >= seq)) return 'speaks of entries that came after it';
  if (type !== 'retention.deleted') return undefined;
  const named = ranges.reduce((sum, [start, end]) => sum + end - start, 0);
  if (named !== entries) return `counts ${entries} entries and names ${named}`;
  const rule =
    kind !== null && Object.hasOwn(RETENTION_KINDS, kind) ? RETENTION_KINDS[kind as DatedName] : undefined;
  if (rule === undefined || !('days' in rule) || before === null) return 'goes by no rule that there is';
  if (before > at) return 'goes by a day that was still to come';
  // A run takes its day before it writes its certificates, and no setting keeps data for less.
  const keptMs = Date.parse(at) - Date.parse(before);
  // As is compared, so that what is no day at all is a fault too.
  if (!(keptMs >= rule.days.min * DAY_MS - CLOCK_SET_BACK_MS))
    return `goes by the day ${before}, and was written before the ${rule.days.min} days were over for which such data are kept at least`;
  return undefined;
}

const DAY_MS = 86_400_000;
/** How far a clock may be corrected while a run goes on. */
const CLOCK_SET_BACK_MS = 3_600_000;

type DatedName = keyof typeof RETENTION_KINDS;

/** The entries that certificates name, as ranges in order that do not overlap. */
export function numbersIn(certificates: readonly Certificate[]): NumberRange[] {
  const ranges = certificates
    .flatMap(({ leaves }) => parseLeafRanges(leaves) ?? [])
    .map(([start, end]): NumberRange => [start + 1, end])
    .sort((a, b) => a[0] - b[0]);
  const merged: NumberRange[] = [];
  for (const range of ranges) {
    const before = merged.at(-1);
    if (before !== undefined && range[0] <= before[1] + 1) before[1] = Math.max(before[1], range[1]);
    else merged.push(range);
  }
  return merged;
}
