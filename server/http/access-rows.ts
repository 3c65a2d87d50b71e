import type { User } from '../../protocol/access.ts';
import { type AccessPerson, type AccessRow, accessKindOf } from '../../protocol/access-log.ts';
import type { AccessEntry } from '../records/record-store.ts';
import { shownFields } from './shown-fields.ts';

/** Users by their id. */
export type People = ReadonlyMap<string, Pick<User, 'id' | 'name' | 'email'>>;

/** An entry of no session as its readers see it: ids with the names that they stand for now. */
export function accessRow(
  { entry, words, session }: AccessEntry,
  people: People,
  { showNames, showDetails }: Shown,
): AccessRow {
  const { seq, id, at, type } = entry;
  const { userId, by, email, receiptOf, questionId, ...others } = shownFields(entry) as Fields;
  const { address, filters, ...rest } = others;
  // A receipt is of a session, as a read is.
  const { sessionId = receiptOf, ...details } = rest;
  const subject = userId === undefined ? undefined : personOf(userId, people);
  // Who was added or tried to sign in is named by the entry itself; others as they are called now.
  const named = subject ?? (email === undefined ? undefined : byEmail(email, people));
  const who = by === undefined ? named : personOf(by, people);
  return {
    seq,
    id,
    at,
    type,
    kind: accessKindOf(type),
    ...(who !== undefined && { who }),
    ...(by !== undefined && named !== undefined && { whom: named }),
    // A receipt is fetched by the customer.
    ...(address !== undefined && (receiptOf === undefined || showDetails) && { address }),
    ...(sessionId !== undefined && {
      session: { id: sessionId, ...(showNames && session) },
    }),
    ...(filters !== undefined && {
      filters:
        questionId === undefined
          ? filters
          : { ...filters, ...(showDetails ? (words ?? { words: DELETED }) : { words: WITHHELD }) },
    }),
    details,
  };
}

/** As exports say it of what is no longer kept. */
const DELETED = '(deleted)';
const WITHHELD = '(withheld)';

/** What of customers a reader may see here. */
interface Shown {
  readonly showNames: boolean;
  /** How they can be reached, from where they came, and what was typed to find them. */
  readonly showDetails: boolean;
}

interface Fields extends Record<string, unknown> {
  readonly userId?: string;
  readonly by?: string;
  readonly email?: string;
  readonly address?: string;
  readonly sessionId?: string;
  readonly receiptOf?: string;
  readonly questionId?: string;
  readonly filters?: Record<string, string>;
}

export const personOf = (id: string, people: People): AccessPerson => {
  const user = people.get(id);
  return { id, ...(user && { name: user.name, email: user.email }) };
};

const byEmail = (email: string, people: People): AccessPerson => {
  const user = [...people.values()].find((one) => one.email === email);
  return { email, ...(user && { id: user.id, name: user.name }) };
};
