import { EXPORT_FORMAT, type ProvenExportEnd } from '../../../protocol/proven-export.ts';
import type { CsvColumn, ExportQuery } from '../../../protocol/session-query.ts';
import { tableHead } from './session-table.ts';

/** Session records as a file; which of them, a query says. */
export interface SessionFile {
  readonly format: ExportQuery['format'];
  /** Of CSV; all of them when none is named. */
  readonly columns?: readonly CsvColumn[] | undefined;
  /** With each record its entries and their proofs, as of this instant. NDJSON alone can carry them. */
  readonly provenAt?: string | undefined;
}

/** The whole file around the text of its records. Nothing comes before the first piece has come: until then it can fail. */
export async function* aroundRecords(
  file: SessionFile,
  pieces: AsyncIterable<Uint8Array>,
  /** How many records the pieces so far held. */
  count: () => number,
): AsyncGenerator<string | Uint8Array> {
  const { head, between, tail, empty } = frameOf(file);
  let before = head;
  let isEmpty = true;
  for await (const piece of pieces) {
    if (before !== '') yield before;
    yield piece;
    [before, isEmpty] = [between, false];
  }
  const end = isEmpty ? empty : tail;
  if (end !== '') yield end;
  if (file.provenAt !== undefined)
    yield `${JSON.stringify({ end: { count: count() } } satisfies ProvenExportEnd)}\n`;
}

function frameOf({ format, columns = [], provenAt }: SessionFile) {
  if (format === 'json') return { head: '[\n', between: ',\n', tail: '\n]\n', empty: '[]\n' };
  const head =
    format === 'csv'
      ? tableHead(columns)
      : provenAt === undefined
        ? ''
        : `${JSON.stringify({ format: EXPORT_FORMAT, madeAt: provenAt })}\n`;
  return { head, between: '', tail: '', empty: head };
}
