import { type AccountReports, isDisagreement } from '../../protocol/proof/account.ts';
import { isBriefAbsence, type SessionDetail, type TimelineEntry } from '../../protocol/session-record.ts';
import { accountWords } from '../shared/strings/accounts.ts';
import { timelineWords } from '../shared/strings/timeline.ts';
import { type People, peopleInTurn } from './timeline-people.ts';
import { type Said, saidOf } from './timeline-sentences.ts';

/** What a line of the timeline is about: it picks the icon. */
export type LineKind =
  | 'session'
  | 'asked'
  | 'allowed'
  | 'refused'
  | 'opened'
  | 'closed'
  | 'file'
  | 'connection'
  | 'note'
  | 'kept'
  | 'read'
  | 'signed';

/** What is to be said of a line by what both ends signed, as a sentence. */
export interface Mark {
  readonly sentence: string;
  /** Otherwise something is only missing. */
  readonly disagrees: boolean;
}

export interface TimelineLine {
  readonly id: string;
  readonly at: string;
  readonly kind: LineKind;
  readonly sentence: string;
  /** Exact figures for who looks closer. */
  readonly detail?: string;
  /** What an end signed, to the letter: for who checks the signature. */
  readonly signedText?: string;
  /** The entry's number in the transparency log, from 0: what its proofs speak of. */
  readonly number: number;
  /** It went wrong, or somebody reported it. */
  readonly trouble?: boolean;
  readonly marks: readonly Mark[];
}

const text = timelineWords;

/** A line that only repeats, with a signature, what other lines say: shown to who asks for it, or when it is marked. */
export const isQuiet = ({ kind, marks }: TimelineLine): boolean => kind === 'signed' && marks.length === 0;

/**
 * The story of a session, in its own order. An entry that this console does not know, or that lacks
 * something, still gets its line: nothing that is in the record may be missing from the page.
 */
export function timelineOf({ record, timeline, accounts }: SessionDetail): TimelineLine[] {
  const marks = marksOf(accounts);
  const inOrder = [...timeline].sort((a, b) => a.seq - b.seq);
  const peopleAt = peopleInTurn(record, inOrder);
  return inOrder.map((entry, index) => ({
    id: entry.id,
    at: entry.at,
    number: entry.seq,
    ...saidOf(entry, peopleAt(index)),
    ...briefAbsence(entry, inOrder.slice(index + 1), peopleAt(index)),
    marks: marks.get(entry.id) ?? [],
  }));
}

function marksOf({ technician, customer }: AccountReports): ReadonlyMap<string, Mark[]> {
  const marks = new Map<string, Mark[]>();
  for (const { entryId, about, tool } of [technician, customer].flatMap((report) => report?.findings ?? []))
    if (entryId !== undefined)
      marks.set(entryId, [
        ...(marks.get(entryId) ?? []),
        { sentence: accountWords.finding(about, tool), disagrees: isDisagreement(about) },
      ]);
  return marks;
}

/** Who was back soon only reloaded a page or changed the network: that is no alarm. */
function briefAbsence(
  { type, side, at }: TimelineEntry,
  later: readonly TimelineEntry[],
  people: People,
): Pick<Said, 'sentence' | 'trouble'> | undefined {
  if (type !== 'connection.lost' || (side !== 'technician' && side !== 'customer')) return undefined;
  const back = later.find((entry) => entry.type === 'connection.resumed' && entry.side === side);
  if (back === undefined || !isBriefAbsence(at, back.at)) return undefined;
  const seconds = Math.max(1, Math.round((Date.parse(back.at) - Date.parse(at)) / 1000));
  return { sentence: text.brieflyAway(people[side], seconds), trouble: false };
}
