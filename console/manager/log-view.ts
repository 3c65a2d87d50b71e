import { EndedBy, Outcome, SessionStatus } from '../../protocol/session.ts';
import { KeptLonger, MAX_FIELD_CHARACTERS, SORTABLE } from '../../protocol/session-query.ts';
import { Signatures } from '../../protocol/signatures.ts';
import { Tool } from '../../protocol/tool.ts';
import { type ColumnId, columnsIn } from './chosen-columns.ts';

/** Periods that move with the day, so that a bookmark of "last month" stays what it says. */
export const PERIODS = [
  'today',
  'yesterday',
  'last-7-days',
  'last-30-days',
  'last-90-days',
  'last-365-days',
  'this-month',
  'last-month',
  'this-year',
] as const;
export type Period = (typeof PERIODS)[number];

/** A day in the reader's zone, `2026-03-01`. */
export type Day = string;

/** A span of days as a reader chooses it. */
export interface Span {
  /** `custom`: `from` and `to` count. */
  readonly period: Period | 'any' | 'custom';
  /** Both inclusive; empty: open at that end. */
  readonly from: Day;
  readonly to: Day;
}

/** What the session log shows: filters, order and columns. It lives in the address, so that a view can be sent. */
export interface LogView extends Span {
  readonly team: readonly string[];
  readonly technician: string;
  /** Who else saw the picture. */
  readonly watcher: string;
  readonly tool: readonly Tool[];
  readonly status: readonly SessionStatus[];
  readonly outcome: readonly Outcome[];
  /** Tools that the customer refused. */
  readonly refused: readonly Tool[];
  readonly endedBy: readonly EndedBy[];
  /** How far both ends signed them. */
  readonly signatures: readonly Signatures[];
  /** Those that are kept beyond their time; empty: any. */
  readonly kept: KeptLonger | '';
  readonly company: string;
  readonly contact: string;
  readonly reference: string;
  readonly computer: string;
  readonly file: string;
  /** Length in whole minutes, at least and at most; empty: any. */
  readonly minMinutes: string;
  readonly maxMinutes: string;
  readonly q: string;
  readonly sort: string;
  /** Empty: those that its reader has remembered. */
  readonly columns: readonly ColumnId[];
}

/** Filters that are a text of the reader's own. */
export const WRITTEN = [
  'technician',
  'watcher',
  'company',
  'contact',
  'reference',
  'computer',
  'file',
  'q',
] as const;
/** Filters that choose several of a few. */
export const CHOSEN = ['team', 'tool', 'status', 'outcome', 'refused', 'endedBy', 'signatures'] as const;
export const LENGTHS = ['minMinutes', 'maxMinutes'] as const;

export const NEWEST_FIRST = '-created';

export const EVERYTHING: LogView = {
  period: 'any',
  from: '',
  to: '',
  team: [],
  technician: '',
  watcher: '',
  tool: [],
  status: [],
  outcome: [],
  refused: [],
  endedBy: [],
  signatures: [],
  kept: '',
  company: '',
  contact: '',
  reference: '',
  computer: '',
  file: '',
  minMinutes: '',
  maxMinutes: '',
  q: '',
  sort: NEWEST_FIRST,
  columns: [],
};

const SORT = new RegExp(`^-?(${SORTABLE.join('|')})$`);

/** The view in an address. What is not understood is left out: an old or mistyped link still shows something. */
export function viewInAddress(search: string): LogView {
  const given = new URLSearchParams(search);
  const text = (name: string, max: number) => (given.get(name) ?? '').trim().slice(0, max);
  const words = (name: string) => (given.get(name) ?? '').split(',').filter((word) => word !== '');
  const sort = given.get('sort') ?? '';
  return {
    ...EVERYTHING,
    ...spanIn(given),
    team: given.getAll('team').filter((name) => name !== '' && name.length <= 60),
    technician: text('technician', MAX_FIELD_CHARACTERS),
    watcher: text('watcher', MAX_FIELD_CHARACTERS),
    tool: Tool.options.filter((one) => words('tool').includes(one)),
    status: SessionStatus.options.filter((one) => words('status').includes(one)),
    outcome: Outcome.options.filter((one) => words('outcome').includes(one)),
    refused: Tool.options.filter((one) => words('refused').includes(one)),
    endedBy: EndedBy.options.filter((one) => words('endedBy').includes(one)),
    signatures: Signatures.options.filter((one) => words('signatures').includes(one)),
    kept: KeptLonger.options.find((one) => one === given.get('kept')) ?? '',
    company: text('company', MAX_FIELD_CHARACTERS),
    contact: text('contact', MAX_FIELD_CHARACTERS),
    reference: text('reference', MAX_FIELD_CHARACTERS),
    computer: text('computer', MAX_FIELD_CHARACTERS),
    file: text('file', MAX_FIELD_CHARACTERS),
    minMinutes: minutes(given.get('minMinutes')),
    maxMinutes: minutes(given.get('maxMinutes')),
    q: text('q', 10_000),
    sort: SORT.test(sort) ? sort : NEWEST_FIRST,
    columns: columnsIn(given.get('columns')),
  };
}

/** The span in an address. */
export function spanIn(given: URLSearchParams): Span {
  const from = day(given.get('from'));
  const to = day(given.get('to'));
  if (from || to) return { period: 'custom', from, to };
  return { period: PERIODS.find((one) => one === given.get('period')) ?? 'any', from: '', to: '' };
}

/** The inverse of `spanIn`. */
export function putSpan(address: URLSearchParams, span: Span): void {
  if (span.period === 'custom') {
    if (span.from) address.set('from', span.from);
    if (span.to) address.set('to', span.to);
  } else if (span.period !== 'any') address.set('period', span.period);
}

/** The inverse of `viewInAddress`: `''` or `?...`, without what stands at its default. */
export function addressOfView(view: LogView): string {
  const address = new URLSearchParams();
  putSpan(address, view);
  for (const team of view.team) address.append('team', team);
  for (const name of CHOSEN)
    if (name !== 'team' && view[name].length > 0) address.set(name, view[name].join(','));
  for (const name of [...LENGTHS, 'kept', ...WRITTEN] as const)
    if (view[name].trim() !== '') address.set(name, view[name].trim());
  if (view.sort !== NEWEST_FIRST) address.set('sort', view.sort);
  if (view.columns.length > 0) address.set('columns', view.columns.join(','));
  const text = address.toString().replaceAll('%2C', ',');
  return text === '' ? '' : `?${text}`;
}

/** The same question for `GET /api/v1/sessions`: days become moments of the reader's zone. */
export function questionOf(view: LogView, now: Date): URLSearchParams {
  const question = new URLSearchParams();
  const { from, before } = momentsOf(view, now);
  if (from) question.set('from', from.toISOString());
  if (before) question.set('to', before.toISOString());
  for (const team of view.team) question.append('team', team);
  for (const name of CHOSEN)
    if (name !== 'team' && view[name].length > 0) question.set(name, view[name].join(','));
  for (const name of WRITTEN) if (view[name].trim() !== '') question.set(name, view[name].trim());
  if (view.kept) question.set('kept', view.kept);
  // A session of 5 min 59 s is one of five minutes: the last minute counts whole.
  if (view.minMinutes) question.set('minSeconds', String(Number(view.minMinutes) * 60));
  if (view.maxMinutes) question.set('maxSeconds', String(Number(view.maxMinutes) * 60 + 59));
  question.set('sort', view.sort);
  return question;
}

/** First moment, and the first one after it. Built from calendar fields, so that days of 23 or 25 hours are whole. */
export function momentsOf(view: Span, now: Date): { from?: Date; before?: Date } {
  const [year, month, date] = [now.getFullYear(), now.getMonth(), now.getDate()];
  const at = (y: number, m: number, d: number) => new Date(y, m, d);
  switch (view.period) {
    case 'any':
      return {};
    case 'today':
      return { from: at(year, month, date) };
    case 'yesterday':
      return { from: at(year, month, date - 1), before: at(year, month, date) };
    case 'last-7-days':
      return { from: at(year, month, date - 6) };
    case 'last-30-days':
      return { from: at(year, month, date - 29) };
    case 'last-90-days':
      return { from: at(year, month, date - 89) };
    case 'last-365-days':
      return { from: at(year, month, date - 364) };
    case 'this-month':
      return { from: at(year, month, 1) };
    case 'last-month':
      return { from: at(year, month - 1, 1), before: at(year, month, 1) };
    case 'this-year':
      return { from: at(year, 0, 1) };
    case 'custom':
      return {
        ...(view.from ? { from: startOf(view.from, 0) } : {}),
        ...(view.to ? { before: startOf(view.to, 1) } : {}),
      };
  }
}

/** A period of the reader's own whose last day is before the first one: nothing can be in it. */
export const endsBeforeItBegins = ({ period, from, to }: Span): boolean =>
  period === 'custom' && from !== '' && to !== '' && to < from;

/** The view with its period as two days that the reader can change: those that it has now, or the last 30. */
export function withDays<View extends Span>(view: View, now: Date): View {
  const span: Span = view.period === 'any' ? { ...view, period: 'last-30-days' } : view;
  const { from, before } = momentsOf(span, now);
  const lastMoment = before === undefined ? now : new Date(before.getTime() - 1);
  return {
    ...view,
    period: 'custom',
    from: from === undefined ? '' : dayText(from),
    to: dayText(lastMoment),
  };
}

/** The calendar day of a moment, in the reader's zone. */
export function dayText(date: Date): Day {
  const two = (figure: number) => String(figure).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

function startOf(text: Day, daysLater: number): Date {
  const [year = 0, month = 1, date = 1] = text.split('-').map(Number);
  return new Date(year, month - 1, date + daysLater);
}

/** A whole number of minutes up to a year, or nothing. */
function minutes(text: string | null): string {
  return text !== null && /^\d{1,6}$/.test(text) && Number(text) < 365 * 1440 ? String(Number(text)) : '';
}

/** A real calendar day, or nothing. */
function day(text: string | null): Day {
  if (text === null || !/^\d{4}-\d{2}-\d{2}$/.test(text)) return '';
  const parsed = new Date(`${text}T00:00:00Z`);
  return Number.isNaN(parsed.getTime()) || !parsed.toISOString().startsWith(text) ? '' : text;
}

/** The order after a click on a column's header: its natural direction first, then the other one. */
export function sortedBy(view: LogView, column: (typeof SORTABLE)[number]): LogView {
  const natural = column === 'created' || column === 'active' ? `-${column}` : column;
  const other = natural.startsWith('-') ? column : `-${column}`;
  return { ...view, sort: view.sort === natural ? other : natural };
}

/** Everything, in the order and with the columns of this view. */
export const withoutFilters = ({ sort, columns }: LogView): LogView => ({ ...EVERYTHING, sort, columns });

export const isFiltered = (view: LogView): boolean =>
  addressOfView({ ...view, sort: NEWEST_FIRST, columns: [] }) !== '';
