import { z } from 'zod';
import { classificationOf } from '../../../protocol/classification.ts';
import { RECORD_TYPES, type SessionEntry } from '../../../protocol/record.ts';
import { EndSession, OpenSession, SessionOpened } from '../../../protocol/session.ts';
import { ExportQuery, SessionPage, SessionQuery } from '../../../protocol/session-query.ts';
import { SessionDetail, type TimelineEntry } from '../../../protocol/session-record.ts';
import { readScope } from '../../access/policies.ts';
import type { Clock } from '../../clock.ts';
import type { RecordStore } from '../../records/record-store.ts';
import type { SessionService } from '../../sessions/session-service.ts';
import { type Route, route } from '../route.ts';
import { EXPORT_TYPES, sendExport } from '../session-export.ts';

export interface SessionRoutesParts {
  readonly sessions: SessionService;
  readonly records: RecordStore;
  readonly clock: Clock;
}

const SessionId = z.object({ id: z.uuid() });

export function sessionRoutes({ sessions, records, clock }: SessionRoutesParts): Route[] {
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
      summary: 'The session log, filtered, sorted, page by page',
      who: 'session.read',
      query: SessionQuery,
      answer: { status: 200, what: 'One page', schema: SessionPage },
      handle: ({ user, query }) => records.sessions(query, readScope(user, 'session.read')),
    }),

    route({
      method: 'get',
      path: '/api/v1/sessions/export',
      summary: 'Every session record that matches, newest first, streamed',
      who: 'session.export',
      query: ExportQuery,
      answer: { status: 200, what: 'The records', streamed: Object.values(EXPORT_TYPES) },
      async handle({ user, query, address, response }) {
        const { format, ...filters } = query;
        const scope = readScope(user, 'session.export');
        const { total } = await records.sessions({ ...filters, sort: '-created', limit: 1 }, scope);
        await records.append([
          {
            type: 'record.exported',
            userId: user.userId,
            address,
            format,
            filters: asText(filters),
            ...(total !== undefined && { records: total }),
          },
        ]);
        await sendExport(response, format, records.exportSessions(filters, scope), clock);
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
        const { record, entries } = await records.session(params.id, readScope(user, 'session.read'));
        await records.append([{ type: 'record.read', sessionId: params.id, userId: user.userId, address }]);
        return { record, timeline: entries.map(timelineEntry) };
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

/** An entry without its secret fields: what is not classified counts as secret. */
function timelineEntry(entry: SessionEntry): TimelineEntry {
  const { seq, id, at, type, ...rest } = entry;
  const { shape } = RECORD_TYPES[type].fields;
  const visible = Object.entries(rest).filter(
    ([name]) => name in shape && classificationOf(shape[name as keyof typeof shape]) !== 'secret',
  );
  return { ...Object.fromEntries(visible), seq, id, at, type };
}

const asText = (filters: Record<string, unknown>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(filters)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [name, Array.isArray(value) ? value.join(',') : String(value)]),
  );
