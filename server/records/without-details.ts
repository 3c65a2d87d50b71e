import type { ContactDetail, ContactDetails } from '../../protocol/contact.ts';
import type { SessionEntry } from '../../protocol/record.ts';
import type { SessionRecord } from '../../protocol/session-record.ts';

/** What stands where an address was that its reader may not know. */
const WITHHELD = 'not shown';

type Computer = NonNullable<SessionRecord['computer']>;

/** A record for a reader who is not to learn phone, e-mail and addresses of customers. */
export function recordWithoutDetails(record: SessionRecord): SessionRecord {
  return {
    ...record,
    contact: contactAlone(record.contact),
    detailsGiven: record.detailsGiven.filter(isTold),
    ...(record.computer && { computer: computerAlone(record.computer) }),
  };
}

/** The same for an entry; which types hold such details, `test/records/without-details.test.ts` looks after. */
export function entryWithoutDetails(entry: SessionEntry): SessionEntry {
  if (entry.type === 'session.created') return { ...entry, detailsGiven: entry.detailsGiven.filter(isTold) };
  if (entry.type === 'contact.noted') return { ...entry, details: contactAlone(entry.details) };
  if (
    entry.type === 'session.joined' ||
    entry.type === 'agent.handed-over' ||
    entry.type === 'hand-over.turned-away'
  )
    return { ...entry, computer: computerAlone(entry.computer) };
  return entry;
}

const contactAlone = <Contact extends ContactDetails>({ phone, email, ...contact }: Contact) => contact;
const isTold = (detail: ContactDetail): boolean => detail === 'contactName';
const computerAlone = ({ privateAddress, address, ...computer }: Computer): Computer => ({
  ...computer,
  address: WITHHELD,
});
