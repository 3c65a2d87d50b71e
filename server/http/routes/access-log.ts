import { z } from 'zod';
import {
  ACCESS_TYPES,
  AccessExportQuery,
  type AccessFilters,
  AccessPage,
  AccessQuery,
  type AccessRow,
  accessKindOf,
} from '../../../protocol/access-log.ts';
import { mayDo, readScope } from '../../access/policies.ts';
import type { SignedIn } from '../../access/signed-in.ts';
import type { Users } from '../../access/users.ts';
import { type Clock, instant } from '../../clock.ts';
import type { AccessEntry, AccessQuestion } from '../../records/record-store.ts';
import type { RecordedReads } from '../../records/recorded-reads.ts';
import { ACCESS_FILES, provenAccessFile } from '../access-export.ts';
import { accessRow, type People } from '../access-rows.ts';
import { demandProvable } from '../proven-export.ts';
import { type Route, route } from '../route.ts';
import { begun, FILE_TYPES, sendFile } from '../send-file.ts';

export interface AccessLogRoutesParts {
  readonly reads: RecordedReads;
  readonly users: Users;
  readonly clock: Clock;
}

const Named = z.object({ id: z.string(), name: z.string(), email: z.string() });

/** Who read what: for auditors and privacy officers. That they look is an entry too. */
export function accessLogRoutes({ reads, users, clock }: AccessLogRoutesParts): Route[] {
  const everybody = async (): Promise<People> => new Map((await users.list()).map((user) => [user.id, user]));

  return [
    route({
      method: 'get',
      path: '/api/v1/access-log',
      summary: 'Who read, searched, exported, signed in or changed something; newest first, page by page',
      who: 'access-log.read',
      query: AccessQuery,
      answer: { status: 200, what: 'One page', schema: AccessPage },
      async handle({ user, query, address }) {
        const { cursor, limit, ...filters } = query;
        const people = await everybody();
        const question = questionOf(filters, people);
        const reader = { userId: user.userId, address };
        const { items, ...next } = await reads.accessEntries(question, { cursor, limit }, filters, reader);
        return { items: items.map(asRow(people, user)), ...next };
      },
    }),

    route({
      method: 'get',
      path: '/api/v1/access-log/people',
      summary: 'Everybody whom the access log can be asked about',
      who: 'access-log.read',
      answer: { status: 200, what: 'Names', schema: z.object({ items: z.array(Named) }) },
      handle: async () => ({
        items: [...(await everybody()).values()].map(({ id, name, email }) => ({ id, name, email })),
      }),
    }),

    route({
      method: 'get',
      path: '/api/v1/access-log/export',
      summary: 'Every entry of the access log that matches, newest first, streamed',
      who: 'access-log.read',
      query: AccessExportQuery,
      answer: { status: 200, what: 'The entries', streamed: Object.values(FILE_TYPES) },
      async handle({ user, query, address, response }) {
        const { format, proofs, ...filters } = query;
        const people = await everybody();
        const reader = { userId: user.userId, address };
        const question = questionOf(filters, people);
        const name = 'who-read-what';
        if (proofs === 'true') {
          demandProvable(format, sessionScope(user));
          const proven = await begun(await reads.exportProvenAccessEntries(question, filters, reader));
          return sendFile(response, { name, format, clock }, provenAccessFile(instant(clock), proven));
        }
        const batches = await reads.exportAccessEntries(format, question, filters, reader);
        const rows = await begun(inBatches(batches, asRow(people, user)));
        return sendFile(response, { name, format, clock }, ACCESS_FILES[format](rows));
      },
    }),
  ];
}

function questionOf({ from, to, person, kind, session }: AccessFilters, people: People): AccessQuestion {
  const kinds = kind !== undefined && kind.length > 0 ? kind : undefined;
  return {
    types: ACCESS_TYPES.filter((type) => kinds === undefined || kinds.includes(accessKindOf(type))),
    ...(person !== undefined && { person: found(person, people) }),
    ...(session !== undefined && { sessionId: session }),
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
  };
}

/** A user by id or address; what is neither may still stand in an entry: `command-line`, an address that nobody has. */
function found(person: string, people: People): { id?: string; email?: string } {
  const user = people.get(person) ?? [...people.values()].find(({ email }) => email === person);
  if (user !== undefined) return { id: user.id, email: user.email };
  return person.includes('@') ? { email: person } : { id: person };
}

const sessionScope = (user: SignedIn) =>
  mayDo(user, 'session.read') ? readScope(user, 'session.read') : undefined;

/** Of whom a session was, only who may read every session learns here; whom the organisation lets read none, may still see who read. */
const asRow = (people: People, user: SignedIn) => {
  const scope = sessionScope(user);
  const showNames = scope !== undefined && 'everything' in scope;
  const showDetails = showNames && !scope.withoutDetails;
  return (entry: AccessEntry): AccessRow => accessRow(entry, people, { showNames, showDetails });
};

async function* inBatches<From, To>(
  batches: AsyncIterable<From[]>,
  make: (one: From) => To,
): AsyncGenerator<To[]> {
  for await (const batch of batches) yield batch.map(make);
}
