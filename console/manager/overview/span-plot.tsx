import { useEffect, useRef } from 'react';
import UPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { type PlotColours, usePlotColours } from './plot-colours.ts';
import styles from './span-plot.module.css';

export interface PlotLine {
  readonly values: readonly (number | null)[];
  /** The second line is dashed and of another colour, so that neither alone tells them apart. */
  readonly look: 'bars' | 'line' | 'dashed';
}

export interface PlotScale {
  /** Steps that a person counts in. */
  readonly steps: number[];
  readonly words: (value: number) => string;
}

const HEIGHT = 220;
const LABEL_ROOM = 76;
const POINTS_UNTIL = 45;
const FONT = '12px "Inter Variable", system-ui, sans-serif';

/** One point per span, evenly beside each other: days of 23 and 25 hours are as wide as others. */
export function SpanPlot({
  label,
  lines,
  scale,
  axisLabels,
  onPoint,
  onOpen,
}: {
  /** The plot in words, for who cannot see it. */
  label: string;
  lines: readonly PlotLine[];
  scale: PlotScale;
  axisLabels: readonly string[];
  /** The pointer is over a point, or over none. */
  onPoint: (index: number | undefined) => void;
  onOpen: (index: number) => void;
}) {
  const frame = useRef<HTMLDivElement>(null);
  const colours = usePlotColours();
  const told = useRef({ onPoint, onOpen });
  told.current = { onPoint, onOpen };

  useEffect(() => {
    const element = frame.current;
    if (element === null) return;
    const count = axisLabels.length;
    const plot = new UPlot(
      {
        width: element.clientWidth,
        height: HEIGHT,
        legend: { show: false },
        cursor: { y: false, drag: { x: false, y: false }, points: { size: 8 } },
        scales: {
          x: { time: false, range: () => [-0.5, count - 0.5] },
          y: { range: (_plot, _min, max) => [0, Math.max(1, max ?? 0) * 1.06] },
        },
        axes: axesOf(colours(), scale, axisLabels),
        series: [{}, ...lines.map((line) => seriesOf(line, colours(), count))],
        hooks: { setCursor: [({ cursor }) => told.current.onPoint(cursor.idx ?? undefined)] },
      },
      [axisLabels.map((_, index) => index), ...lines.map(({ values }) => [...values])] as UPlot.AlignedData,
      element,
    );
    const open = () => {
      if (typeof plot.cursor.idx === 'number') told.current.onOpen(plot.cursor.idx);
    };
    plot.over.addEventListener('click', open);
    const resized = new ResizeObserver(() => {
      if (element.clientWidth > 0) plot.setSize({ width: element.clientWidth, height: HEIGHT });
    });
    resized.observe(element);
    return () => {
      resized.disconnect();
      plot.destroy();
    };
  }, [lines, scale, axisLabels, colours]);

  return <div ref={frame} className={styles.plot} role="img" aria-label={label} />;
}

function axesOf(colours: PlotColours, scale: PlotScale, axisLabels: readonly string[]): UPlot.Axis[] {
  const line = { stroke: colours.grid, width: 1 };
  const common = { stroke: colours.text, font: FONT, labelGap: 0 };
  return [
    {
      ...common,
      grid: { show: false },
      ticks: { ...line, size: 4 },
      size: 30,
      splits: ({ width }) => {
        const step = Math.max(1, Math.ceil(axisLabels.length / Math.max(2, Math.floor(width / LABEL_ROOM))));
        return axisLabels.map((_, index) => index).filter((index) => index % step === 0);
      },
      values: (_plot, splits) => splits.map((index) => axisLabels[index] ?? ''),
    },
    {
      ...common,
      grid: line,
      ticks: { show: false },
      size: (_plot, values) => 14 + 7 * Math.max(2, ...(values ?? []).map(({ length }) => length)),
      space: 36,
      incrs: scale.steps,
      values: (_plot, splits) => splits.map(scale.words),
    },
  ];
}

function seriesOf({ look }: PlotLine, colours: PlotColours, count: number): UPlot.Series {
  if (look === 'bars')
    return {
      fill: colours.main,
      stroke: colours.main,
      width: 0,
      points: { show: false },
      ...(UPlot.paths.bars && { paths: UPlot.paths.bars({ size: [0.72, 44], radius: 0.12 }) }),
    };
  const stroke = look === 'dashed' ? colours.second : colours.main;
  return {
    stroke,
    width: 2,
    ...(look === 'dashed' && { dash: [6, 5] }),
    // A point between two gaps has no line.
    points: { show: count <= POINTS_UNTIL, size: 6, stroke, fill: stroke },
    spanGaps: true,
  };
}
