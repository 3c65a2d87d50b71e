import { z } from 'zod';
import { checkAccounts } from '../../../protocol/proof/account.ts';
import type { SessionEntry } from '../../../protocol/record.ts';
import { EndSession, OpenSession, SessionOpened } from '../../../protocol/session.ts';
import { ExportQuery, SessionPage, SessionQuery, Teams } from '../../../protocol/session-query.ts';
import { SessionDetail, type TimelineEntry } from '../../../protocol/session-record.ts';
import { readScope } from '../../access/policies.ts';
import { type Clock, instant } from '../../clock.ts';
import { hashBytes, verifySignature } from '../../records/node-signatures.ts';
import type { RecordedReads } from '../../records/recorded-reads.ts';
import type { SessionService } from '../../sessions/session-service.ts';
import { demandProvable } from '../proven-export.ts';
import { type Route, route } from '../route.ts';
import { FILE_TYPES, sendFile } from '../send-file.ts';
import { shownFields } from '../shown-fields.ts';

export interface SessionRoutesParts {
  readonly sessions: SessionService;
  readonly reads: RecordedReads;
  readonly clock: Clock;
}

const SessionId = z.object({ id: z.uuid() });

export function sessionRoutes({ sessions, reads, clock }: SessionRoutesParts): Route[] {
  return [
    route({
      method: 'post',
      path: '/api/v1/sessions',
      summary: 'Open a session; answers the code for the customer',
      who: 'session.open',
      body: OpenSession,
      answer: { status: 201, what: 'The session and its code', schema: SessionOpened },
      handle: ({ user, body }) => sessions.open(user, body),
    }),

    route({
      method: 'get',
      path: '/api/v1/sessions',
      summary: 'The session log, filtered, sorted, page by page; that it was read is recorded',
      who: 'session.read',
      query: SessionQuery,
      answer: { status: 200, what: 'One page', schema: SessionPage },
      handle: ({ user, query, address }) =>
        reads.sessions(query, readScope(user, 'session.read'), { ...user, address }),
    }),

    route({
      method: 'get',
      path: '/api/v1/teams',
      summary: 'The teams whose sessions one may read, of those that have any',
      who: 'session.read',
      answer: { status: 200, what: 'Their names', schema: Teams },
      handle: async ({ user }) => ({ items: await reads.teams(readScope(user, 'session.read')) }),
    }),

    route({
      method: 'get',
      path: '/api/v1/sessions/export',
      summary: 'Every session record that matches, newest first, streamed',
      who: 'session.export',
      query: ExportQuery,
      answer: { status: 200, what: 'The records', streamed: Object.values(FILE_TYPES) },
      async handle({ user, query, address, response }) {
        const { format, columns, proofs, ...filters } = query;
        const scope = readScope(user, 'session.export');
        const isProven = proofs === 'true';
        if (isProven) demandProvable(format, scope);
        const file = { format, columns, ...(isProven && { provenAt: instant(clock) }) };
        const pieces = await reads.exportSessions(file, filters, scope, { ...user, address });
        await sendFile(response, { name: 'sessions', format, clock }, pieces);
      },
    }),

    route({
      method: 'get',
      path: '/api/v1/sessions/{id}',
      summary: 'One session record with its timeline; that it was read is recorded',
      who: 'session.read',
      params: SessionId,
      answer: { status: 200, what: 'The record', schema: SessionDetail },
      refusals: ['not-found'],
      async handle({ user, params, address }) {
        const scope = readScope(user, 'session.read');
        const { record, entries } = await reads.session(params.id, scope, { ...user, address });
        const accounts = await checkAccounts(entries, verifySignature, hashBytes);
        return { record, timeline: entries.map(timelineEntry), accounts };
      },
    }),

    route({
      method: 'post',
      path: '/api/v1/sessions/{id}/end',
      summary: 'End a session of one’s own, with its outcome and a note',
      who: 'session.open',
      params: SessionId,
      body: EndSession,
      answer: { status: 204, what: 'It is over' },
      refusals: ['not-found', 'session.over'],
      handle: ({ user, params, body }) => sessions.end(user, params.id, body),
    }),
  ];
}

function timelineEntry(entry: SessionEntry): TimelineEntry {
  const { seq, id, at, type } = entry;
  return { ...shownFields(entry), seq, id, at, type };
}
