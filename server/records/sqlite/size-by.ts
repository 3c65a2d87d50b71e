import type { Connection } from './connection.ts';

/** The last checkpoint of an hour. */
interface Hourly {
  readonly hour: string;
  readonly size: number;
}

const HOUR_MS = 3_600_000;

/** How many entries the log had by a moment. A clock that was behind wrote entries that say they are old, and came later. */
export interface SizeBy {
  /** Those of a number up to this one were there. */
  readonly least: number;
  /** Those of a higher one came later. The same, but where nothing was logged for a while: then one between may have either time. */
  readonly most: number;
}

/** By the hours of which a checkpoint was kept; of a moment before all of them it is not known what was there (ISO 8601). */
export function sizeBy(connection: Connection): (moment: string) => SizeBy {
  const kept = connection.prepare<[], Hourly>('SELECT hour, size FROM checkpoints ORDER BY size');
  // Each step of a rule asks for the same one.
  let last = { moment: '', size: { least: 0, most: 0 } };
  return (moment) => {
    if (last.moment === moment) return last.size;
    // An entry waits for its commit, and that may be of the next hour.
    const hour = new Date(Date.parse(moment) + HOUR_MS).toISOString().slice(0, 13);
    const hours = following(kept.all());
    const most = hours.find((each) => each.hour >= hour)?.size ?? Number.MAX_SAFE_INTEGER;
    const least = hours.findLast((each) => each.hour <= hour)?.size ?? most;
    last = { moment, size: { least, most } };
    return last.size;
  };
}

/**
 * The most hours that follow each other as the log grew: those of a clock that was wrong for a while, behind or ahead, stand in
 * the way of more than they are. Of two ways that are as long, the one of later hours.
 */
export function following(bySize: readonly Hourly[]): Hourly[] {
  // From the end: `begins[n]` has n + 1 hours from it on, and no row that has as many is of a later hour.
  const begins: number[] = [];
  const after = new Map<number, number>();
  for (let row = bySize.length - 1; row >= 0; row -= 1) {
    const { hour } = bySize[row] as Hourly;
    let [from, to] = [0, begins.length];
    while (from < to) {
      const middle = (from + to) >> 1;
      if ((bySize[begins[middle] as number] as Hourly).hour > hour) from = middle + 1;
      else to = middle;
    }
    if (from > 0) after.set(row, begins[from - 1] as number);
    begins[from] = row;
  }
  const way: Hourly[] = [];
  for (let row = begins.at(-1); row !== undefined; row = after.get(row)) way.push(bySize[row] as Hourly);
  return way;
}
