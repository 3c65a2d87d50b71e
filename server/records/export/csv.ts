import { stringify } from 'csv-stringify/sync';

/**
 * A spreadsheet would run what a stranger wrote (OWASP, CSV injection): what begins a cell like a formula gets an
 * apostrophe. So does what stands behind a `;`, a tab or a line's end, because where a comma is the decimal sign those
 * part cells too, whatever quotes are around them, and of whatever quotes the cell then begins with.
 */
const FORMULA = /((?:^|[;\t\r\n])[\s"']*)(?=[=+\-@\t\r＝＋－＠])/g;

/** Rows of cells as the lines of a CSV file (RFC 4180). */
export const csvLines = (rows: unknown[][]): string =>
  stringify(rows, {
    record_delimiter: '\r\n',
    quoted: true,
    cast: { string: (text) => text.replace(FORMULA, "$1'") },
  });

/** The byte order mark is what makes spreadsheets read UTF-8. */
export const csvHead = (columns: readonly string[]): string => `\uFEFF${csvLines([[...columns]])}`;
