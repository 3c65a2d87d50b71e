import type { LogView } from '../log-view.ts';

export interface FigureCell {
  /** As a spreadsheet wants it. */
  readonly raw: string | number;
  /** As a person reads it. */
  readonly text: string;
}

export interface FigureRow {
  readonly id: string;
  /** The row's name first, then a cell for each further column. */
  readonly cells: readonly FigureCell[];
  /** The sessions behind it in the log; absent where no filter finds just those. */
  readonly view?: LogView;
  /** Lengths of the bar's parts: one, or a solid and a hatched one. */
  readonly bar?: readonly number[];
}

/** What a plot shows, as rows and columns: for its table, for the clipboard and for a file. */
export interface FigureTable {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly FigureRow[];
}

export const words = (text: string): FigureCell => ({ raw: text, text });

/** A spreadsheet would run what a stranger wrote: names may begin like a formula (OWASP, CSV injection). */
const unrun = (text: string): string => (/^\s*[=+\-@＝＋－＠\t\r]/.test(text) ? `'${text}` : text);

const quoted = (cell: string | number): string =>
  typeof cell === 'number' ? String(cell) : `"${unrun(cell).replaceAll('"', '""')}"`;

/** RFC 4180, with the byte order mark that makes spreadsheets read UTF-8. */
export const csvOf = ({ columns, rows }: FigureTable): string =>
  `\uFEFF${[columns, ...rows.map(({ cells }) => cells.map(({ raw }) => raw))]
    .map((line) => `${line.map(quoted).join(',')}\r\n`)
    .join('')}`;

/** For the clipboard: what a spreadsheet takes when it is pasted. */
export const tabbedOf = ({ columns, rows }: FigureTable): string =>
  [columns, ...rows.map(({ cells }) => cells.map(({ raw }) => raw))]
    .map((line) =>
      line
        .map((cell) => (typeof cell === 'number' ? String(cell) : unrun(cell).replace(/[\t\r\n]/g, ' ')))
        .join('\t'),
    )
    .join('\n');

/** `sessions-a-day-2026-03-01-2026-03-31.csv` */
export const fileNameOf = (title: string, from: string, to: string): string =>
  `${title.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '-')}-${from}-${to}.csv`;
