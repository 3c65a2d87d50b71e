import { z } from 'zod';
import type { EntryOf } from '../../../protocol/record.ts';
import {
  CertificatePage,
  CertificateQuery,
  type DeletionCertificate,
  HoldSession,
  LiftHold,
  RetentionPreview,
  RunResult,
} from '../../../protocol/retention.ts';
import { readScope } from '../../access/policies.ts';
import type { SignedIn } from '../../access/signed-in.ts';
import type { Deciding, Holds } from '../../records/holds.ts';
import type { RecordStore } from '../../records/record-store.ts';
import type { Retention } from '../../records/retention.ts';
import { type Route, route } from '../route.ts';

export interface RetentionRoutesParts {
  readonly retention: Pick<Retention, 'run' | 'preview'>;
  readonly holds: Holds;
  readonly records: Pick<RecordStore, 'certificates' | 'entries'>;
}

const SessionId = z.object({ id: z.uuid() });

export function retentionRoutes({ retention, holds, records }: RetentionRoutesParts): Route[] {
  return [
    route({
      method: 'get',
      path: '/api/v1/retention',
      summary: 'How long each kind of data is kept, why, and what goes when',
      who: 'retention.read',
      answer: { status: 200, what: 'The schedule with its preview', schema: RetentionPreview },
      handle: () => retention.preview(),
    }),

    route({
      method: 'get',
      path: '/api/v1/retention/certificates',
      summary: 'Deletion certificates, newest first: which leaves went, by which rule',
      who: 'retention.read',
      query: CertificateQuery,
      answer: { status: 200, what: 'One page', schema: CertificatePage },
      async handle({ query: { before, limit } }) {
        const found = await records.certificates({ before, limit: limit + 1 });
        const items = found.slice(0, limit);
        const next = found.length > limit ? items.at(-1)?.seq : undefined;
        return { items: await withRuns(records, items), ...(next !== undefined && { next }) };
      },
    }),

    route({
      method: 'post',
      path: '/api/v1/retention/run',
      summary: 'Delete now what is due; answers when it is gone',
      who: 'retention.run',
      answer: { status: 200, what: 'What was deleted, rule by rule', schema: RunResult },
      handle: async ({ user }) => ({ items: await retention.run({ dryRun: false, by: user.userId }) }),
    }),

    route({
      method: 'post',
      path: '/api/v1/sessions/{id}/hold',
      summary: 'Keep a session beyond its period: hold all of it, or extend the record’s period',
      who: 'session.hold',
      params: SessionId,
      body: HoldSession,
      answer: { status: 204, what: 'It is kept' },
      refusals: ['not-found'],
      handle: ({ user, params, body }) => holds.hold(params.id, body, deciding(user)),
    }),

    route({
      method: 'post',
      path: '/api/v1/sessions/{id}/hold/lift',
      summary: 'Lift a hold or take an extension back',
      who: 'session.hold',
      params: SessionId,
      body: LiftHold,
      answer: { status: 204, what: 'Its usual period counts again' },
      refusals: ['not-found', 'request.out-of-order'],
      handle: ({ user, params, body }) => holds.lift(params.id, body, deciding(user)),
    }),
  ];
}

const deciding = (user: SignedIn): Deciding => ({
  by: { userId: user.userId, name: user.name },
  scope: readScope(user, 'session.read'),
});

/** Enough for most pages; runs that deleted nothing may lie between. */
const RUNS_TOGETHER = 200;

/** Each with the run that set out to delete it; without one where no run that is still kept says so. */
async function withRuns(
  records: Pick<RecordStore, 'entries'>,
  deleted: readonly EntryOf<'retention.deleted'>[],
): Promise<DeletionCertificate[]> {
  const runs: EntryOf<'retention.ran'>[] = [];
  for (let before = deleted[0]?.seq; before !== undefined; ) {
    const entries = await records.entries({ types: ['retention.ran'], before, limit: RUNS_TOGETHER });
    runs.push(...(entries as EntryOf<'retention.ran'>[]));
    const isFound = deleted.every((one) => runOf(one, runs) !== undefined);
    before = isFound || entries.length < RUNS_TOGETHER ? undefined : entries.at(-1)?.seq;
  }
  return deleted.map((one) => certificate(one, runOf(one, runs)));
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
): DeletionCertificate => ({ ...fields, ...(run !== undefined && { run: { seq: run.seq, at: run.at } }) });
