import type { Durations } from '../../protocol/statistics.ts';

/** Median and 95th percentile by nearest rank, exact. `parts`: ms, together; `undefined` for none. */
export function durationsOf(parts: readonly (readonly number[])[]): Durations | undefined {
  const times = together(parts);
  if (times.length === 0) return undefined;
  const p95 = select(times, rank(times.length, 0.95), times.length);
  const median = select(times, rank(times.length, 0.5), rank(times.length, 0.95) + 1);
  return { sessions: times.length, medianSeconds: median / 1000, p95Seconds: p95 / 1000 };
}

function together(parts: readonly (readonly number[])[]): Float64Array {
  const all = new Float64Array(parts.reduce((count, part) => count + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

const rank = (count: number, share: number): number => Math.ceil(count * share) - 1;

/**
 * The value that stands at `place` when the first `end` values are sorted, in linear time (Hoare's selection): smaller
 * ones come before it, larger ones behind.
 */
function select(values: Float64Array, place: number, end: number): number {
  let [low, high] = [0, end - 1];
  while (low < high) {
    const pivot = values[(low + high) >> 1] as number;
    let [left, right] = [low, high];
    while (left <= right) {
      while ((values[left] as number) < pivot) left += 1;
      while ((values[right] as number) > pivot) right -= 1;
      if (left <= right) {
        const kept = values[left] as number;
        values[left] = values[right] as number;
        values[right] = kept;
        left += 1;
        right -= 1;
      }
    }
    if (place <= right) high = right;
    else if (place >= left) low = left;
    else break;
  }
  return values[place] as number;
}
