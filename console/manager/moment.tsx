import { momentOf } from '../shared/moments.ts';

/** A moment in the reader's zone; the exact one, in UTC, shows when it is pointed at. */
export function Moment({ at }: { at: string }) {
  return (
    <time dateTime={at} title={at} className="figures">
      {momentOf(at)}
    </time>
  );
}
