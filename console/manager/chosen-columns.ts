import type { CsvColumn } from '../../protocol/session-query.ts';

/** What the log can show of a session besides when it was, in its order on the page; and its name in the CSV export. */
export const COLUMNS = {
  technician: 'technician',
  team: 'team',
  contact: 'contact',
  company: 'company',
  reference: 'reference',
  reason: 'reason',
  platform: 'platform',
  tools: 'tools_used',
  active: 'active_seconds',
  total: 'total_seconds',
  outcome: 'outcome',
  signatures: 'signatures',
  status: 'status',
} as const satisfies Record<string, CsvColumn>;
export type ColumnId = keyof typeof COLUMNS;
export const COLUMN_IDS = Object.keys(COLUMNS) as ColumnId[];

/** As a manager reads. */
export const USUAL_COLUMNS: readonly ColumnId[] = [
  'technician',
  'contact',
  'company',
  'platform',
  'tools',
  'active',
  'outcome',
  'status',
];

export const areUsual = (columns: readonly ColumnId[]): boolean =>
  columns.length === USUAL_COLUMNS.length && columns.every((id) => USUAL_COLUMNS.includes(id));

/** `technician,company` as columns, each once and in the page's order; what is not one is left out. */
export function columnsIn(text: string | null): ColumnId[] {
  const names = (text ?? '').split(',');
  return COLUMN_IDS.filter((id) => names.includes(id));
}

const KEY = 'countersign.log-columns';

/** The columns that the reader of this browser chose last, or the usual ones. */
export function rememberedColumns(): readonly ColumnId[] {
  const kept = columnsIn(storage()?.getItem(KEY) ?? null);
  return kept.length > 0 ? kept : USUAL_COLUMNS;
}

export function rememberColumns(columns: readonly ColumnId[]): void {
  if (areUsual(columns)) storage()?.removeItem(KEY);
  else storage()?.setItem(KEY, columns.join(','));
}

/** Absent where the browser keeps nothing: then nothing is remembered. */
function storage(): Storage | undefined {
  try {
    return window.localStorage;
  } catch {
    return undefined;
  }
}

/** Columns of the CSV export that hold what the list shows: when it was comes first. */
export const csvColumns = (columns: readonly ColumnId[]): CsvColumn[] => [
  'created_at',
  ...columns.map((id) => COLUMNS[id]),
];
