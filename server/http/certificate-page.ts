import type { z } from 'zod';
import type { User } from '../../protocol/access.ts';
import type {
  CertificatePage,
  CertificateQuery,
  DeletionCertificate,
  Restore,
} from '../../protocol/deletion-certificate.ts';
import type { EntryOf } from '../../protocol/record.ts';
import type { RecordStore } from '../records/record-store.ts';
import { type People, personOf } from './access-rows.ts';

type Certifying = Pick<RecordStore, 'certificates' | 'entries'>;

/** Certificates of deletion, newest first, each with the run that it belongs to and who began that; and what restores deleted again. */
export async function certificatePage(
  records: Certifying,
  users: readonly User[],
  { before, limit }: z.output<typeof CertificateQuery>,
): Promise<z.input<typeof CertificatePage>> {
  const people: People = new Map(users.map((user) => [user.id, user]));
  const found = await records.certificates({ before, limit: limit + 1 });
  const deleted = found.slice(0, limit);
  const next = found.length > limit ? deleted.at(-1)?.seq : undefined;
  return {
    items: await withRuns(records, deleted, people),
    restores: await restoresBetween(records, next ?? 0, before, people),
    ...(next !== undefined && { next }),
  };
}

/** Newest first, those after entry `after` and before entry `before`. */
async function restoresBetween(
  records: Pick<Certifying, 'entries'>,
  after: number,
  before: number | undefined,
  people: People,
): Promise<Restore[]> {
  const restores: Restore[] = [];
  for (let end = before ?? Number.MAX_SAFE_INTEGER; ; ) {
    const entries = await records.entries({ types: ['backup.restored'], before: end, limit: TOGETHER });
    const within = (entries as EntryOf<'backup.restored'>[]).filter(({ seq }) => seq > after);
    restores.push(
      ...within.map(({ seq, at, by, madeAt, leaves }) => ({
        seq,
        at,
        by: personOf(by, people),
        madeAt,
        leaves,
      })),
    );
    if (within.length < TOGETHER) return restores;
    end = within[TOGETHER - 1]!.seq;
  }
}

/** Enough for most pages; runs that deleted nothing may lie between. */
const TOGETHER = 200;

/** Each with the run that set out to delete it; without one where no run that is still kept says so. */
async function withRuns(
  records: Pick<Certifying, 'entries'>,
  deleted: readonly EntryOf<'retention.deleted'>[],
  people: People,
): Promise<DeletionCertificate[]> {
  const runs: EntryOf<'retention.ran'>[] = [];
  for (let before = deleted[0]?.seq; before !== undefined; ) {
    const entries = await records.entries({ types: ['retention.ran'], before, limit: TOGETHER });
    runs.push(...(entries as EntryOf<'retention.ran'>[]));
    const isFound = deleted.every((one) => runOf(one, runs) !== undefined);
    before = isFound || entries.length < TOGETHER ? undefined : entries.at(-1)?.seq;
  }
  return deleted.map((one) => certificate(one, runOf(one, runs), people));
}

/** The newest before it that planned this rule, to the moment: each run's rules end at a moment of its own. */
const runOf = (
  { seq, kind, before, team }: EntryOf<'retention.deleted'>,
  newestFirst: readonly EntryOf<'retention.ran'>[],
): EntryOf<'retention.ran'> | undefined =>
  newestFirst.find(
    (run) =>
      run.seq < seq &&
      run.planned.some((rule) => rule.kind === kind && rule.before === before && rule.team === team),
  );

const certificate = (
  { type: _, id: __, ...fields }: EntryOf<'retention.deleted'>,
  run: EntryOf<'retention.ran'> | undefined,
  people: People,
): DeletionCertificate => ({
  ...fields,
  ...(run !== undefined && { run: { seq: run.seq, at: run.at, by: personOf(run.by, people) } }),
});
