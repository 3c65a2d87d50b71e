import type { SessionEntry } from '../../protocol/record.ts';
import type { SessionRecord } from '../../protocol/session-record.ts';

/** What stands where an address was that its reader may not know. */
const WITHHELD = 'not shown';

type Contact = SessionRecord['contact'];
type Computer = NonNullable<SessionRecord['computer']>;

/** A record for a reader who is not to learn phone, e-mail and addresses of customers. */
export function recordWithoutDetails(record: SessionRecord): SessionRecord {
  return {
    ...record,
    contact: contactAlone(record.contact),
    ...(record.computer && { computer: computerAlone(record.computer) }),
  };
}

/** The same for an entry; which types hold such details, `test/records/without-details.test.ts` looks after. */
export function entryWithoutDetails(entry: SessionEntry): SessionEntry {
  if (entry.type === 'session.created') return { ...entry, contact: contactAlone(entry.contact) };
  if (entry.type === 'session.joined') return { ...entry, computer: computerAlone(entry.computer) };
  return entry;
}

const contactAlone = ({ phone, email, ...contact }: Contact): Contact => contact;
const computerAlone = ({ privateAddress, address, ...computer }: Computer): Computer => ({
  ...computer,
  address: WITHHELD,
});
