import { parseLeafRanges } from '../../../protocol/proof/leaf-ranges.ts';
import type { LeafRange } from '../../../protocol/proof/tree-shape.ts';
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
  readonly sessions: number | null;
  readonly kind: string | null;
  readonly before: string | null;
  /** When the backup was made that a restore brought back. */
  readonly madeAt: string | null;
}

export const certificatesIn = (connection: Connection): Certificate[] =>
  connection
    .prepare<[], Certificate>(
      `SELECT seq, at, type, fields ->> '$.leaves' AS leaves, fields ->> '$.entries' AS entries,
         fields ->> '$.sessions' AS sessions, fields ->> '$.kind' AS kind, fields ->> '$.before' AS before,
         fields ->> '$.madeAt' AS madeAt
       FROM entries WHERE session IS NULL AND type IN ('retention.deleted', 'backup.restored') ORDER BY seq`,
    )
    .all();

/** How many leaves the log had at a moment (ISO 8601), at most. */
export type SizeAt = (moment: string) => number;

/** The last checkpoint of each hour is kept, and so dates every leaf, also of what is gone. */
export function sizesIn(connection: Connection): SizeAt {
  const kept = connection
    .prepare<[], { hour: string; size: number }>('SELECT hour, size FROM checkpoints ORDER BY hour')
    .all();
  // A clock that was wrong for a while must not date what came after it.
  let most = 0;
  const largest = kept.map(({ size }) => {
    most = Math.max(most, size);
    return most;
  });
  return (moment) => {
    const time = Date.parse(moment) + COMMITTED_WITHIN_MS;
    if (Number.isNaN(time)) return 0;
    const hour = new Date(time).toISOString().slice(0, 13);
    let [from, to] = [0, kept.length];
    while (from < to) {
      const middle = (from + to) >> 1;
      if ((kept[middle] as { hour: string }).hour < hour) from = middle + 1;
      else to = middle;
    }
    return largest[from] ?? Number.POSITIVE_INFINITY;
  };
}

/** What a certificate says that no deletion by rule, and no restore, can have been. */
export function faultOf(certificate: Certificate, sizeAt: SizeAt): string | undefined {
  const { seq, at, type, leaves, madeAt } = certificate;
  const ranges = parseLeafRanges(leaves);
  if (ranges === undefined) return 'does not say which entries went';
  if (ranges.some(([, end]) => end >= seq)) return 'speaks of entries that came after it';
  if (type === 'retention.deleted') return faultOfRule(certificate, ranges, sizeAt);
  if (madeAt === null || !(Date.parse(madeAt) - CLOCK_SET_BACK_MS <= Date.parse(at)))
    return 'speaks of a backup that was still to be made';
  const last = ranges.at(-1)?.[1] ?? 0;
  if (last > sizeAt(madeAt)) return `names log entry ${last}, which came after the backup of ${madeAt}`;
  return undefined;
}

function faultOfRule(
  { at, entries, sessions, kind, before }: Certificate,
  ranges: readonly LeafRange[],
  sizeAt: SizeAt,
): string | undefined {
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
  const size = sizeAt(before);
  const last = ranges.at(-1)?.[1] ?? 0;
  if (rule.ends === 'by-itself' && last > size)
    return `names log entry ${last}, which came after the day ${before} that it goes by`;
  // Holds, notes and the last lines of lanes may come later; a session's end did not.
  const older = ranges.reduce((sum, [start, end]) => sum + Math.max(0, Math.min(end, size) - start), 0);
  if (rule.ends === 'session' && older < (sessions ?? 0))
    return `names ${sessions} sessions, and ${older === 0 ? 'no entry' : `only ${older} entries`} from before the day ${before} that it goes by`;
  return undefined;
}

/** An entry waits for its commit for seconds; the last checkpoint of an hour may be of its beginning. */
const COMMITTED_WITHIN_MS = 3_600_000;
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
