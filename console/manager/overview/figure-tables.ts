import { Outcome, SessionStatus } from '../../../protocol/session.ts';
import type { Durations, Statistics } from '../../../protocol/statistics.ts';
import { duration } from '../../shared/figures.ts';
import { t } from '../../shared/strings.ts';
import type { LogView } from '../log-view.ts';
import { isDeleted } from './deleted-days.ts';
import { type FigureCell, type FigureRow, type FigureTable, words } from './figure-table.ts';
import { viewOfSpan } from './overview-view.ts';
import { spanWords } from './span-words.ts';

const text = t.overview;
const { columns } = text;

const figure = (value: number): FigureCell => ({ raw: value, text: text.count(value) });
/** As a spreadsheet takes it: a part of one. */
const share = (part: number, whole: number): FigureCell => ({
  raw: whole === 0 ? '' : Math.round((1000 * part) / whole) / 1000,
  text: text.share(part, whole),
});
const time = (seconds: number | undefined): FigureCell =>
  seconds === undefined ? { raw: '', text: '–' } : { raw: seconds, text: duration(seconds) };

const DELETED: FigureCell = { raw: '', text: text.deletedCell };

export function sessionsTable(statistics: Statistics, view: LogView): FigureTable {
  const { by, spans } = statistics;
  const when = spanWords(by);
  return {
    title: text.sessionsTitles[by],
    columns: [text.spanNames[by], columns.sessions],
    rows: spans.map((span) => ({
      id: span.from,
      cells: [
        { raw: span.from, text: when(span) },
        isDeleted(statistics, span) ? DELETED : figure(span.sessions),
      ],
      view: viewOfSpan(view, span),
    })),
  };
}

export function timesTable(statistics: Statistics, which: 'waiting' | 'active', view: LogView): FigureTable {
  const { by, spans } = statistics;
  const when = spanWords(by);
  const cells = (times: Durations | undefined) => [
    time(times?.medianSeconds),
    time(times?.p95Seconds),
    figure(times?.sessions ?? 0),
  ];
  return {
    title: text[which],
    columns: [text.spanNames[by], text.median, text.p95, text.of],
    rows: spans.map((span) => ({
      id: span.from,
      cells: [
        { raw: span.from, text: when(span) },
        ...(isDeleted(statistics, span) ? [DELETED, DELETED, DELETED] : cells(span[which])),
      ],
      view: viewOfSpan(view, span),
    })),
  };
}

export const statusesTable = ({ statuses, sessions }: Statistics, view: LogView): FigureTable => ({
  title: text.statuses,
  columns: [columns.status, columns.sessions, columns.share],
  rows: SessionStatus.options
    .map((status) => ({ status, count: statuses[status] ?? 0 }))
    .filter(({ count }) => count > 0)
    .sort((a, b) => b.count - a.count)
    .map(({ status, count }) => ({
      id: status,
      cells: [words(t.session.status[status]), figure(count), share(count, sessions)],
      bar: [count],
      view: { ...view, status: [status] },
    })),
});

export function outcomesTable({ outcomes }: Statistics, view: LogView): FigureTable {
  const all = outcomes.solved + outcomes['not-solved'] + outcomes.unsaid;
  const row = (id: keyof typeof outcomes, name: string): FigureRow => ({
    id,
    cells: [words(name), figure(outcomes[id]), share(outcomes[id], all)],
    bar: [outcomes[id]],
  });
  return {
    title: text.outcomes,
    columns: [columns.outcome, columns.sessions, columns.share],
    rows: [
      ...Outcome.options.map((one) => ({
        ...row(one, t.session.outcome[one]),
        view: { ...view, outcome: [one] },
      })),
      row('unsaid', text.unsaid),
    ],
  };
}

export const toolsTable = ({ tools, sessions }: Statistics, view: LogView): FigureTable => ({
  title: text.tools,
  columns: [columns.tool, columns.sessions, columns.share],
  rows: tools.map(({ tool, used }) => ({
    id: tool,
    cells: [words(t.tools.name[tool]), figure(used), share(used, sessions)],
    bar: [used],
    view: { ...view, tool: [tool] },
  })),
});

export const refusalsTable = ({ tools }: Statistics): FigureTable => ({
  title: text.refusals,
  columns: [columns.tool, columns.refused, columns.unanswered, columns.asked],
  rows: tools.map(({ tool, refused, unanswered, asked }) => ({
    id: tool,
    cells: [words(t.tools.name[tool]), figure(refused), figure(unanswered), figure(asked)],
    bar: [refused, unanswered],
  })),
});

type Group = Statistics['teams'][number] | Statistics['technicians'][number];
const groupCells = ({ sessions, waiting, active, solved, notSolved }: Group) => [
  figure(sessions),
  time(waiting?.medianSeconds),
  time(active?.medianSeconds),
  share(solved, solved + notSolved),
];
const GROUP_COLUMNS = [columns.sessions, columns.medianWait, columns.medianLength, columns.solved];

export const teamsTable = ({ teams }: Statistics, view: LogView): FigureTable => ({
  title: text.teams,
  columns: [columns.team, ...GROUP_COLUMNS],
  rows: teams.map((group) => ({
    id: group.team ?? '',
    cells: [words(group.team ?? text.noTeam), ...groupCells(group)],
    bar: [group.sessions],
    ...(group.team === undefined ? {} : { view: { ...view, team: [group.team] } }),
  })),
});

export const techniciansTable = ({ technicians }: Statistics, view: LogView): FigureTable => ({
  title: text.technicians,
  columns: [columns.technician, ...GROUP_COLUMNS],
  rows: technicians.map((group) => ({
    id: group.technicianId,
    cells: [words(group.name), ...groupCells(group)],
    bar: [group.sessions],
    view: { ...view, technician: group.key },
  })),
});
