import { z } from 'zod';
import { CertificatePage, CertificateQuery } from '../../../protocol/deletion-certificate.ts';
import { HoldSession, LiftHold, RetentionPreview, RunResult } from '../../../protocol/retention.ts';
import { readScope } from '../../access/policies.ts';
import type { SignedIn } from '../../access/signed-in.ts';
import type { Users } from '../../access/users.ts';
import type { Deciding, Holds } from '../../records/holds.ts';
import type { RecordStore } from '../../records/record-store.ts';
import type { Retention } from '../../records/retention.ts';
import { certificatePage } from '../certificate-page.ts';
import { type Route, route } from '../route.ts';

export interface RetentionRoutesParts {
  readonly retention: Pick<Retention, 'run' | 'preview'>;
  readonly holds: Holds;
  readonly records: Pick<RecordStore, 'certificates' | 'entries'>;
  readonly users: Pick<Users, 'list'>;
}

const SessionId = z.object({ id: z.uuid() });

export function retentionRoutes({ retention, holds, records, users }: RetentionRoutesParts): Route[] {
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
      handle: async ({ query }) => certificatePage(records, await users.list(), query),
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
