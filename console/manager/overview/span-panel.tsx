import { lazy, Suspense, useMemo, useState } from 'react';
import type { Statistics } from '../../../protocol/statistics.ts';
import { navigate } from '../../shared/router.tsx';
import { t } from '../../shared/strings.ts';
import { Button } from '../../shared/ui/button.tsx';
import { FigurePanel } from './figure-panel.tsx';
import { FigureRows } from './figure-rows.tsx';
import type { FigureTable } from './figure-table.ts';
import { logAddress } from './overview-view.ts';
import styles from './span-panel.module.css';
import type { PlotLine, PlotScale } from './span-plot.tsx';
import { axisWords } from './span-words.ts';

const text = t.overview;

// uPlot comes when there is something to draw: the numbers are read meanwhile.
const SpanPlot = lazy(async () => ({ default: (await import('./span-plot.tsx')).SpanPlot }));

/** A plot over the period, or its table. Pointing at a point reads it out above the plot; a click opens its sessions. */
export function SpanPanel({
  statistics,
  table,
  lines,
  scale,
  note,
  summary,
  isWide = false,
}: {
  statistics: Statistics;
  table: FigureTable;
  lines: readonly PlotLine[];
  scale: PlotScale;
  note?: string;
  /** The whole plot in a sentence. */
  summary: string;
  isWide?: boolean;
}) {
  const { by, spans } = statistics;
  const [isTable, setTable] = useState(false);
  const [pointed, setPointed] = useState<number>();
  const axisLabels = useMemo(() => spans.map(axisWords(by)), [spans, by]);
  const row = pointed === undefined ? undefined : table.rows[pointed];
  const open = (index: number) => {
    const view = table.rows[index]?.view;
    if (view !== undefined) navigate(logAddress(view));
  };
  return (
    <FigurePanel
      table={table}
      period={{ from: spans[0]?.from ?? '', to: spans.at(-1)?.to ?? '' }}
      isWide={isWide}
      {...(note === undefined ? {} : { note })}
      actions={
        <Button
          kind="quiet"
          size="small"
          onPress={() => setTable(!isTable)}
          aria-label={`${isTable ? text.showPlot : text.showTable}: ${table.title}`}
        >
          {isTable ? text.showPlot : text.showTable}
        </Button>
      }
    >
      {isTable ? (
        <FigureRows table={table} isScrolled />
      ) : (
        <div>
          <div className={styles.words}>
            <p>{row === undefined ? summary : <Readout table={table} cells={row.cells} />}</p>
            {lines.length > 1 && <Legend names={table.columns.slice(1, 1 + lines.length)} />}
          </div>
          <Suspense fallback={<div className={styles.coming} />}>
            <SpanPlot
              label={[text.plotOf(table.title), summary, text.tableBelow].join(' ')}
              lines={lines}
              scale={scale}
              axisLabels={axisLabels}
              onPoint={setPointed}
              onOpen={open}
            />
          </Suspense>
        </div>
      )}
    </FigurePanel>
  );
}

function Readout({ table, cells }: { table: FigureTable; cells: FigureTable['rows'][number]['cells'] }) {
  const [when, ...figures] = cells;
  return (
    <>
      <strong>{when?.text}</strong>
      {figures.map(({ text: figure }, index) => (
        <span key={table.columns[index + 1]} className={styles.figure}>
          {`${table.columns[index + 1]}: ${figure}`}
        </span>
      ))}
    </>
  );
}

function Legend({ names }: { names: readonly string[] }) {
  return (
    <ul className={styles.legend} aria-hidden="true">
      {names.map((name, index) => (
        <li key={name}>
          <span className={index === 0 ? styles.solid : styles.dashed} />
          {name}
        </li>
      ))}
    </ul>
  );
}
