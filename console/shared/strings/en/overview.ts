import type { Span } from '../../../../protocol/statistics.ts';
import { isolated } from '../../isolated.ts';

const count = new Intl.NumberFormat('en');
const sessions = (figure: number): string =>
  `${count.format(figure)} ${figure === 1 ? 'session' : 'sessions'}`;

const spans: Record<Span | 'auto', string> = {
  auto: 'As it fits',
  day: 'By day',
  week: 'By week',
  month: 'By month',
};

const sessionsTitles: Record<Span, string> = {
  day: 'Sessions a day',
  week: 'Sessions a week',
  month: 'Sessions a month',
};

const spanNames: Record<Span, string> = { day: 'Day', week: 'Week', month: 'Month' };

/** The figures of a period: the page of its own, and folded above the session log. */
export const overview = {
  title: 'Overview',
  lead: {
    technician: 'Your sessions in figures.',
    manager: 'The sessions of your teams in figures.',
    everything: 'Every session of the organisation in figures.',
  },
  toLog: 'Session log',
  fold: (period: string) => `Plots: ${period}`,
  wholePage: 'Open as a page',

  period: 'Period',
  presets: {
    'last-7-days': '7 days',
    'last-30-days': '30 days',
    'last-90-days': '90 days',
    'last-365-days': 'A year',
    custom: 'From … to …',
  },
  from: 'From',
  to: 'To',
  each: 'Points',
  spans,
  impossible: 'Choose a first day that is not after the last one, and ten years at most.',
  notFollowed: 'These figures do not follow the search and the company: nobody is looked for by counting.',

  loading: 'Counting sessions',
  failedTitle: 'The figures could not be loaded',
  emptyTitle: 'No sessions in this period',
  empty: 'Choose a longer period, or take filters away.',
  aYear: 'Show a year',

  sessions,
  sessionsTitles,
  spanNames,
  sessionsNote: 'Counted on the day they were opened, in your time zone.',
  partNote: {
    week: 'Counted in the week they were opened, in your time zone. The first and the last week may be cut short.',
    month:
      'Counted in the month they were opened, in your time zone. The first and the last month may be cut short.',
  },
  deletedCell: 'Deleted',
  deletedBefore: (day: string) =>
    `The records of sessions that ended before ${day} were deleted by retention: these days are not counted, and not in the average a day.`,
  waiting: 'Waiting until the start',
  waitingNote: 'From the code until the session starts; sessions that started.',
  active: 'Length of sessions',
  activeNote: 'From the start to the end; sessions that are over.',
  median: 'Median',
  p95: '95th percentile',
  of: 'Sessions',
  statuses: 'How they ended',
  statusesNote: 'The status of each session today.',
  outcomes: 'Outcome',
  outcomesNote: 'What the technician said at the end.',
  unsaid: 'Not said',
  tools: 'Tools used',
  toolsNote: 'Sessions in which a tool was really opened.',
  refusals: 'Refusals by tool',
  refusalsNote: 'Sessions in which the customer said no, or did not answer, which is a no as well.',
  teams: 'By team',
  technicians: 'By technician',
  noTeam: 'No team',

  columns: {
    status: 'Status',
    outcome: 'Outcome',
    tool: 'Tool',
    team: 'Team',
    technician: 'Technician',
    sessions: 'Sessions',
    share: 'Share',
    refused: 'Refused',
    unanswered: 'No answer',
    asked: 'Asked',
    medianLength: 'Median length',
    medianWait: 'Median wait',
    solved: 'Solved',
  },
  tiles: {
    sessions: 'Sessions',
    waiting: 'Median wait',
    active: 'Median length',
    solved: 'Solved',
  },
  tileP95: (time: string) => `95 of 100 within ${time}`,
  tileNone: 'No session came so far',
  tileSolved: (solved: string, said: string) => `${solved} of ${said} where it was said`,
  tilePerDay: (figure: string) => `${figure} a day`,
  share: (part: number, whole: number) => (whole === 0 ? '–' : `${Math.round((100 * part) / whole)} %`),
  count: (figure: number) => count.format(figure),

  plotOf: (title: string) => `Plot: ${title}.`,
  tableBelow: 'The same as a table: “Show table”.',
  busiest: (total: string, when: string, most: string) => `${total} in all; most ${when}: ${most}.`,
  times: (median: string, p95: string, of: string) => `Median ${median}, 95th percentile ${p95}, of ${of}.`,
  showTable: 'Show table',
  showPlot: 'Show plot',
  figures: (title: string) => `Figures: ${title}`,
  copy: 'Copy the figures',
  copied: 'The figures are on your clipboard.',
  notCopied: 'This browser does not let the page write to the clipboard. Download the figures instead.',
  download: 'Download as CSV',
  showAll: (figure: number) => `Show all ${count.format(figure)}`,
  showFewer: 'Show fewer',
  openInLog: (name: string) => `${isolated(name)}: show these sessions in the log`,
} as const;
