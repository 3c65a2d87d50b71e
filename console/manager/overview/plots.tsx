import { ChartColumn } from 'lucide-react';
import { type ReactNode, useMemo } from 'react';
import { Statistics } from '../../../protocol/statistics.ts';
import { duration } from '../../shared/figures.ts';
import { dayOf } from '../../shared/moments.ts';
import { useResource } from '../../shared/resource.ts';
import { navigate } from '../../shared/router.tsx';
import { useSignedIn } from '../../shared/signed-in.tsx';
import { t } from '../../shared/strings.ts';
import { Button } from '../../shared/ui/button.tsx';
import { EmptyState } from '../../shared/ui/empty-state.tsx';
import { Notice } from '../../shared/ui/notice.tsx';
import { Waiting } from '../../shared/ui/progress.tsx';
import type { LogView } from '../log-view.ts';
import { isDeleted } from './deleted-days.ts';
import { FigurePanel } from './figure-panel.tsx';
import { FigureRows } from './figure-rows.tsx';
import type { FigureTable } from './figure-table.ts';
import {
  outcomesTable,
  refusalsTable,
  sessionsTable,
  statusesTable,
  teamsTable,
  techniciansTable,
  timesTable,
  toolsTable,
} from './figure-tables.ts';
import { type EachPoint, noon, statisticsQuestion, withPeriod } from './overview-view.ts';
import { sessionScale, timeScale } from './plot-scales.ts';
import styles from './plots.module.css';
import { SpanPanel } from './span-panel.tsx';
import { spanWords } from './span-words.ts';
import { Tiles } from './tiles.tsx';

const text = t.overview;

/** The figures of a view of the log, in each of their states. */
export function Plots({
  view: given,
  each,
  addressOf,
}: {
  view: LogView;
  each: EachPoint;
  /** Where the page shows another view: itself. */
  addressOf: (view: LogView) => string;
}) {
  const view = useMemo(() => withPeriod(given), [given]);
  const question = statisticsQuestion(view, each, new Date())?.toString();
  return (
    <>
      {(view.q !== '' || view.company !== '') && <Notice isSilent>{text.notFollowed}</Notice>}
      {question === undefined ? (
        <Notice kind="warning">{text.impossible}</Notice>
      ) : (
        <Counted question={question} view={view} addressOf={addressOf} />
      )}
    </>
  );
}

function Counted({
  question,
  view,
  addressOf,
}: {
  question: string;
  view: LogView;
  addressOf: (view: LogView) => string;
}) {
  const { api } = useSignedIn();
  const { resource, reload } = useResource(question, (signal) =>
    api.get(`/statistics?${question}`, Statistics, signal),
  );
  if (resource.standing === 'loading') return <Waiting label={text.loading} />;
  if (resource.standing === 'failed')
    return (
      <Notice
        kind="trouble"
        title={text.failedTitle}
        actions={<Button onPress={reload}>{t.tryAgain}</Button>}
      >
        {resource.problem.message}
      </Notice>
    );
  if (resource.value.sessions === 0)
    return (
      <div className={styles.empty}>
        <DeletedNotice statistics={resource.value} />
        <EmptyState
          icon={<ChartColumn />}
          title={text.emptyTitle}
          action={
            view.period === 'last-365-days' ? undefined : (
              <Button
                onPress={() => navigate(addressOf({ ...view, period: 'last-365-days', from: '', to: '' }))}
              >
                {text.aYear}
              </Button>
            )
          }
        >
          {text.empty}
        </EmptyState>
      </div>
    );
  return <Shown statistics={resource.value} view={view} />;
}

function Shown({ statistics, view }: { statistics: Statistics; view: LogView }) {
  const { me } = useSignedIn();
  const seesOthers = me.user.role !== 'technician';
  const { spans } = statistics;
  const period = { from: spans[0]?.from ?? '', to: spans.at(-1)?.to ?? '' };
  const lines = useMemo(() => {
    const times = (which: 'waiting' | 'active') => [
      { look: 'line' as const, values: spans.map((span) => span[which]?.medianSeconds ?? null) },
      { look: 'dashed' as const, values: spans.map((span) => span[which]?.p95Seconds ?? null) },
    ];
    return {
      sessions: [
        {
          look: 'bars' as const,
          values: spans.map((span) => (isDeleted(statistics, span) ? null : span.sessions)),
        },
      ],
      waiting: times('waiting'),
      active: times('active'),
    };
  }, [spans, statistics]);
  const bars = (table: FigureTable, note?: string): ReactNode => (
    <FigurePanel table={table} period={period} {...(note === undefined ? {} : { note })}>
      <FigureRows table={table} />
    </FigurePanel>
  );
  return (
    <div className={styles.plots}>
      <DeletedNotice statistics={statistics} />
      <Tiles statistics={statistics} />
      <SpanPanel
        statistics={statistics}
        table={sessionsTable(statistics, view)}
        lines={lines.sessions}
        scale={sessionScale}
        note={statistics.by === 'day' ? text.sessionsNote : text.partNote[statistics.by]}
        summary={sessionsInWords(statistics)}
        isWide
      />
      {(['waiting', 'active'] as const).map((which) => (
        <SpanPanel
          key={which}
          statistics={statistics}
          table={timesTable(statistics, which, view)}
          lines={lines[which]}
          scale={timeScale}
          note={text[`${which}Note`]}
          summary={timesInWords(statistics, which)}
        />
      ))}
      {bars(statusesTable(statistics, view), text.statusesNote)}
      {bars(outcomesTable(statistics, view), text.outcomesNote)}
      {bars(toolsTable(statistics, view), text.toolsNote)}
      {bars(refusalsTable(statistics), text.refusalsNote)}
      {seesOthers && bars(teamsTable(statistics, view))}
      {seesOthers && bars(techniciansTable(statistics, view))}
    </div>
  );
}

/** What is not there was there: nobody takes it for a quiet month. */
function DeletedNotice({ statistics: { deletedBefore } }: { statistics: Statistics }) {
  if (deletedBefore === undefined) return null;
  return <Notice isSilent>{text.deletedBefore(dayOf(noon(deletedBefore).toISOString()))}</Notice>;
}

function sessionsInWords({ by, spans, sessions }: Statistics): string {
  const most = spans.reduce((best, span) => (span.sessions > best.sessions ? span : best));
  return text.busiest(text.sessions(sessions), spanWords(by)(most), text.count(most.sessions));
}

function timesInWords(statistics: Statistics, which: 'waiting' | 'active'): string {
  const times = statistics[which];
  if (times === undefined) return text.tileNone;
  return text.times(duration(times.medianSeconds), duration(times.p95Seconds), text.sessions(times.sessions));
}
