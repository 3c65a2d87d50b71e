import { EXPORT_FORMAT, type ProvenExportLine } from '../../protocol/proven-export.ts';
import type { Entry } from '../../protocol/record.ts';
import { foldSession } from '../../protocol/session-fold.ts';
import type { ExportQuery } from '../../protocol/session-query.ts';
import type { SessionRecord } from '../../protocol/session-record.ts';
import type { ReadScope } from '../records/record-store.ts';
import type { TransparencyLog } from '../records/transparency-log.ts';
import { nothingFound, Refusal } from '../refusal.ts';
import { type FileWriter, ndjsonFile } from './send-file.ts';

/** @throws Refusal for what cannot be proven: an entry is proven whole, or not at all. */
export function demandProvable(format: ExportQuery['format'], scope: ReadScope): void {
  if (format !== 'ndjson')
    throw new Refusal('request.invalid', 'Only NDJSON can carry proofs: ask for format=ndjson.', [
      { path: 'format', message: 'must be ndjson where proofs are asked for' },
    ]);
  demandWholeEntries(scope);
}

/** @throws Refusal `permission.missing` for who does not read contact details: what is proven is shown whole. */
export function demandWholeEntries(scope: ReadScope): void {
  if (scope.withoutDetails)
    throw new Refusal(
      'permission.missing',
      'Proofs show entries whole, and your role does not read contact details.',
    );
}

/** Each record with its entries and their proofs. The record is folded from these very entries, also while its session goes on. */
export async function* provenLines(
  batches: AsyncIterable<readonly SessionRecord[]>,
  transparency: Pick<TransparencyLog, 'provenSession'>,
  scope: ReadScope,
): AsyncGenerator<ProvenExportLine[]> {
  for await (const batch of batches) {
    const lines: ProvenExportLine[] = [];
    for (const { id, retention } of batch) {
      // Retention may have deleted it since the batch was read.
      const proven = await transparency.provenSession(id, scope).catch(nothingFound);
      const told = proven?.entries.map(
        ({ entry, leaf }) => ({ ...entry, seq: leaf + 1 }) as unknown as Entry,
      );
      const document = told && foldSession(told);
      if (proven === undefined || document === undefined) continue;
      const { checkpoint, entries } = proven;
      lines.push({ record: { ...document.record, retention }, checkpoint, entries: [...entries] });
    }
    yield lines;
  }
}

/** NDJSON whose first line says what it is. */
export const provenFile = (madeAt: string): FileWriter<ProvenExportLine> =>
  async function* (batches) {
    yield `${JSON.stringify({ format: EXPORT_FORMAT, madeAt })}\n`;
    yield* ndjsonFile(batches);
  };
