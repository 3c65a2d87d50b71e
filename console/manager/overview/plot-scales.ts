import { duration } from '../../shared/figures.ts';
import { t } from '../../shared/strings.ts';
import type { PlotScale } from './span-plot.tsx';

/** Whole sessions: there is no half of one. */
export const sessionScale: PlotScale = {
  steps: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000, 100_000, 1_000_000],
  words: t.overview.count,
};

const MINUTE = 60;
const HOUR = 3600;

/** Seconds, minutes and hours as a clock divides them. */
export const timeScale: PlotScale = {
  steps: [
    ...[1, 2, 5, 10, 15, 30],
    ...[1, 2, 5, 10, 15, 30].map((minutes) => minutes * MINUTE),
    ...[1, 2, 4, 6, 12, 24, 48, 120, 240].map((hours) => hours * HOUR),
  ],
  words: duration,
};
