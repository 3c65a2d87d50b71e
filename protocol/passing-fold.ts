import type { EntryOf } from './record.ts';
import type { SessionRecord } from './session-record.ts';

/** Who had a session, as far as its entries tell. Changed in place. */
interface Passed {
  technician: SessionRecord['technician'];
  earlierTechnicians?: SessionRecord['earlierTechnicians'];
}

interface Document {
  record: Passed;
  lostAt?: { technician?: string; customer?: string } | undefined;
}

const nothing = () => {};

/** One fold per type: an offer that came to nothing stands in the timeline alone. */
export const PASSING_FOLDS = {
  'passing.offered': nothing,
  'passing.explained': nothing,
  'passing.asked': nothing,
  'passing.answered': nothing,
  'passing.ended': nothing,
  'session.passed': ({ record, lostAt }: Document, { technician, at }: EntryOf<'session.passed'>) => {
    const before = { ...record.technician, until: at };
    record.earlierTechnicians = [...(record.earlierTechnicians ?? []), before];
    record.technician = technician;
    // Whoever was away is not waited for any more.
    delete lostAt?.technician;
  },
};

type Had = Pick<SessionRecord, 'technician' | 'earlierTechnicians'>;

/** Everybody who had it, in the order of time. */
export const techniciansOf = ({
  technician,
  earlierTechnicians = [],
}: Had): SessionRecord['technician'][] => [...earlierTechnicians, technician];

/** Of all of them, each once. */
export const namesOfTechnicians = (had: Had): string[] => [
  ...new Map(techniciansOf(had).map(({ userId, name }) => [userId, name])).values(),
];

/** The team in which it was opened: how long it is kept was promised to its customer by that one's rules. */
export const ownTeamOf = ({ technician, earlierTechnicians }: Had): string | undefined =>
  (earlierTechnicians?.[0] ?? technician).team;
