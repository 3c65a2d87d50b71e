import type { ExportQuery } from '../../protocol/session-query.ts';
import type { ReadScope } from '../records/record-store.ts';
import { Refusal } from '../refusal.ts';

/** @throws Refusal for what cannot be proven: an entry is proven whole, or not at all. */
export function demandProvable(format: ExportQuery['format'], scope: ReadScope | undefined): void {
  if (format !== 'ndjson')
    throw new Refusal('request.invalid', 'Only NDJSON can carry proofs: ask for format=ndjson.', [
      { path: 'format', message: 'must be ndjson where proofs are asked for' },
    ]);
  demandWholeEntries(scope);
}

/** @throws Refusal `permission.missing` for who reads no sessions, or no contact details: what is proven is shown whole. */
export function demandWholeEntries(scope: ReadScope | undefined): void {
  if (scope === undefined || scope.withoutDetails)
    throw new Refusal(
      'permission.missing',
      'Proofs show entries whole, and your role does not read contact details.',
    );
}
