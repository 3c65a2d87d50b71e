import type { SessionFilters } from '../../protocol/session-query.ts';
import type { SessionRecord } from '../../protocol/session-record.ts';
import type { ReadScope, RecordStore } from '../../server/records/record-store.ts';

type Exporting = Pick<RecordStore, 'exportSessions'>;

/** What a file with one record per line has in it, read back. */
export async function exportedRecords(
  store: Exporting,
  filters: SessionFilters,
  scope: ReadScope,
): Promise<SessionRecord[]> {
  const text = await textOf(store.exportSessions(filters, scope, { format: 'ndjson' }));
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}

export async function textOf(pieces: AsyncIterable<string | Uint8Array>): Promise<string> {
  const bytes: Uint8Array[] = [];
  for await (const piece of pieces) bytes.push(Buffer.from(piece as Uint8Array));
  return Buffer.concat(bytes).toString();
}
