import type { KeptLonger } from '../../../../protocol/session-query.ts';
import type { Signatures } from '../../../../protocol/signatures.ts';
import type { Period } from '../../../manager/log-view.ts';
import { isolated } from '../../isolated.ts';
import { record } from './record.ts';

const count = new Intl.NumberFormat('en');
const sessions = (figure: number): string =>
  `${count.format(figure)} ${figure === 1 ? 'session' : 'sessions'}`;

const periods: Record<Period | 'any' | 'custom', string> = {
  any: 'Any time',
  today: 'Today',
  yesterday: 'Yesterday',
  'last-7-days': 'Last 7 days',
  'last-30-days': 'Last 30 days',
  'last-90-days': 'Last 90 days',
  'last-365-days': 'Last 365 days',
  'this-month': 'This month',
  'last-month': 'Last month',
  'this-year': 'This year',
  custom: 'From … to …',
};

/** The session log. */
export const log = {
  title: 'Session log',
  lead: {
    technician: 'Your sessions and what happened in them.',
    manager: 'The sessions of your teams and what happened in them.',
    everything: 'Every session of the organisation and what happened in it.',
  },

  search: 'Search',
  searchHint: 'Name, company, reference, computer…',
  tooManyWords: (most: number) => `Search for fewer words: at most ${most} different ones at a time.`,
  tooLong: (most: number) => `This is too long: at most ${most} characters.`,
  filters: 'Filters',
  period: 'Period',
  periods,
  from: 'From',
  to: 'To',
  team: 'Team',
  technician: 'Technician',
  company: 'Company',
  tools: 'Tools used',
  status: 'Status',
  outcome: 'Outcome',
  contact: 'Customer',
  reference: 'Reference',
  computer: 'Computer or address',
  file: 'File name',
  watcher: 'Watched by',
  refused: 'Refused',
  endedBy: 'Ended by',
  signatures: 'Signatures',
  signed: {
    signed: 'Signed',
    'in-part': 'Signed in part',
    unsigned: 'Not signed',
    'not-as-signed': 'Not as signed',
  } satisfies Record<Signatures, string>,
  kept: 'Kept longer',
  keptLonger: {
    'on-hold': 'On hold',
    'held-or-extended': 'Held or extended',
  } satisfies Record<KeptLonger, string>,
  minMinutes: 'Minutes from',
  maxMinutes: 'Minutes to',
  more: 'More filters',
  fewer: 'Fewer filters',
  chosen: (label: string, figure: number) => (figure === 0 ? label : `${label}: ${figure}`),
  chips: 'Filters that hold now',
  chip: {
    period: (name: string) => name,
    team: (name: string) => `Team: ${isolated(name)}`,
    technician: (name: string) => `Technician: ${isolated(name)}`,
    tool: (name: string) => `Used: ${name}`,
    status: (name: string) => `Status: ${name}`,
    outcome: (name: string) => `Outcome: ${name}`,
    company: (name: string) => `Company: ${isolated(name)}`,
    contact: (name: string) => `Customer: ${isolated(name)}`,
    reference: (name: string) => `Reference: ${isolated(name)}`,
    computer: (name: string) => `Computer: ${isolated(name)}`,
    file: (name: string) => `File: ${isolated(name)}`,
    watcher: (name: string) => `Watched by: ${isolated(name)}`,
    refused: (name: string) => `Refused: ${name}`,
    endedBy: (name: string) => `Ended by: ${name}`,
    signatures: (name: string) => `Signatures: ${name}`,
    kept: (name: string) => `Kept longer: ${name}`,
    minMinutes: (figure: string) => `At least ${figure} min`,
    maxMinutes: (figure: string) => `At most ${figure} min`,
    q: (words: string) => `“${isolated(words)}”`,
  },
  span: (from: string, to: string) => {
    if (from === '') return `Until ${to}`;
    if (to === '') return `Since ${from}`;
    return from === to ? from : `${from} to ${to}`;
  },
  leftOutTitle: 'Part of this address was not understood',
  leftOut: (names: readonly string[]) =>
    `The list shows more than it asks for. Left out: ${names.map(isolated).join(', ')}.`,
  leftOutDrop: 'Leave it out',
  remove: (chip: string) => `Remove filter ${chip}`,
  clear: 'Clear all',

  columns: {
    created: 'When',
    technician: 'Technician',
    contact: 'Customer',
    company: 'Company',
    team: 'Team',
    reference: 'Reference',
    reason: 'Reason',
    platform: 'Platform',
    tools: 'Tools used',
    active: 'Length',
    total: 'Total time',
    outcome: 'Outcome',
    signatures: 'Signatures',
    status: 'Status',
  },
  sorts: 'Press to sort',
  none: 'None',
  table: 'Sessions',
  counted: (total: number | undefined, loaded: number, hasMore: boolean) => {
    if (total !== undefined)
      return loaded < total ? `${count.format(loaded)} of ${sessions(total)}` : sessions(total);
    return hasMore ? `The first ${sessions(loaded)}` : sessions(loaded);
  },
  loadMore: 'Load more',
  loading: 'Loading sessions',
  emptyTitle: 'No sessions yet',
  empty: 'Every session that is opened appears here, with what was asked, answered and used.',
  noMatchTitle: 'Nothing matches',
  noMatch: 'No session fits all of these filters.',
  backwardsTitle: 'This period ends before it begins',
  backwards: (from: string, to: string) =>
    `“To” (${to}) is before “From” (${from}), so nothing can be in it. Change one of the two days.`,
  swapDays: 'Swap the two days',
  failedTitle: 'The session log could not be loaded',
  row: (technician: string, contact: string, when: string) =>
    `${isolated(technician)} helped ${isolated(contact)}, ${when}`,

  chooseColumns: 'Columns',
  views: {
    title: 'Views',
    mine: 'Your views',
    none: 'None yet. A view keeps filters, order and columns under a name.',
    name: 'Name',
    needed: 'Give it a name.',
    keep: 'Keep what you see now',
    kept: (name: string) => `“${isolated(name)}” is among your views.`,
    remove: (name: string) => `Delete the view ${isolated(name)}`,
    failed: 'Your views could not be loaded.',
  },
  export: 'Export',
  exportTitle: 'Export these sessions',
  exportLead: (what: string) => `${what}, with these filters. That you exported them is noted in the record.`,
  exportFiltered: 'Every session that these filters find. That you exported them is noted in the record.',
  exportAll: 'Every session that you may read. That you exported them is noted in the record.',
  formats: {
    csv: { name: 'CSV', use: 'A table for a spreadsheet' },
    json: { name: 'JSON', use: 'One document' },
    ndjson: { name: 'NDJSON', use: 'One record a line, for programs' },
    proven: {
      name: 'NDJSON with proofs',
      use: 'As it was logged, so that “countersign verify” can check the file',
    },
  },
  exportColumns: 'Only the columns of this list',
  exportStarted: 'The export is on its way to your downloads.',
  keys: 'Keys',
  keysList: [
    { keys: 'J  K', does: 'next and previous session' },
    { keys: 'Enter', does: 'open the session beside the list and go to it' },
    { keys: '/', does: 'search' },
    { keys: 'E', does: 'export' },
    { keys: 'Esc', does: 'close the session' },
  ],

  panel: 'Session',
  panelClose: 'Close',
  wholeRecord: 'Whole record',
  previous: 'Previous session',
  next: 'Next session',
  recordFailed: 'This record could not be loaded',
  notFoundTitle: 'No such session',
  notFound: 'It does not exist, or your role does not let you read it.',
  recordLoading: 'Loading the record',

  record,
};
