import type { Durations, Statistics } from '../../../protocol/statistics.ts';
import { duration } from '../../shared/figures.ts';
import { t } from '../../shared/strings.ts';
import { perDay } from './deleted-days.ts';
import styles from './tiles.module.css';

const text = t.overview;
const rounded = new Intl.NumberFormat(undefined, { maximumSignificantDigits: 2 });

/** The period in four numbers, before the plots. */
export function Tiles({ statistics }: { statistics: Statistics }) {
  const { sessions, waiting, active, outcomes } = statistics;
  const { solved, 'not-solved': notSolved } = outcomes;
  const time = (times: Durations | undefined) =>
    times === undefined
      ? { figure: '–', note: text.tileNone }
      : { figure: duration(times.medianSeconds), note: text.tileP95(duration(times.p95Seconds)) };
  const tiles = [
    {
      title: text.tiles.sessions,
      figure: text.count(sessions),
      note: text.tilePerDay(rounded.format(perDay(statistics))),
    },
    { title: text.tiles.waiting, ...time(waiting) },
    { title: text.tiles.active, ...time(active) },
    {
      title: text.tiles.solved,
      figure: text.share(solved, solved + notSolved),
      note: text.tileSolved(text.count(solved), text.count(solved + notSolved)),
    },
  ];
  return (
    <dl className={styles.tiles}>
      {tiles.map(({ title, figure, note }) => (
        <div key={title} className={styles.tile}>
          <dt>{title}</dt>
          <dd className={styles.figure}>{figure}</dd>
          <dd className={styles.note}>{note}</dd>
        </div>
      ))}
    </dl>
  );
}
