import { Successor } from '../../protocol/passing.ts';
import { techniciansOf } from '../../protocol/passing-fold.ts';
import { type AccountReports, isDisagreement } from '../../protocol/proof/account.ts';
import {
  isBriefAbsence,
  type SessionDetail,
  type SessionRecord,
  type TimelineEntry,
} from '../../protocol/session-record.ts';
import { isolated } from '../shared/isolated.ts';
import { t } from '../shared/strings.ts';
import { type People, type Said, saidOf } from './timeline-sentences.ts';

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

const text = t.timeline;

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
        { sentence: t.accounts.finding(about, tool), disagrees: isDisagreement(about) },
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

/** Who is who at each line: whose the session is changes with each passing. */
function peopleInTurn(record: SessionRecord, inOrder: readonly TimelineEntry[]): (index: number) => People {
  const names = techniciansOf(record).map(({ name }) => isolated(name));
  const successors = new Map<unknown, string>();
  const explained = new Set<unknown>();
  const signers = new Map<unknown, string>();
  let turn = 0;
  const technicians = inOrder.map((entry) => {
    const technician = names[turn] ?? isolated(record.technician.name);
    const { type, passingId, successor, signingKey, side } = entry;
    if (type === 'passing.offered' || type === 'passing.asked')
      successors.set(passingId, isolated(nameIn(successor)));
    if (type === 'passing.explained') explained.add(passingId);
    if (type === 'account.began' && side === 'technician') signers.set(signingKey, technician);
    if (type === 'session.passed') turn += 1;
    return technician;
  });
  const people = {
    ...peopleOf(record),
    successor: (passingId: string) => successors.get(passingId) ?? t.passing.timeline.somebody,
    hasReason: (passingId: string) => explained.has(passingId),
    signer: (signingKey: string) => signers.get(signingKey),
  };
  return (index) => ({ ...people, technician: technicians[index] ?? '' });
}

const nameIn = (person: unknown): string => Successor.safeParse(person).data?.name ?? '';

function peopleOf(record: SessionRecord): Omit<People, 'technician' | 'successor' | 'hasReason' | 'signer'> {
  const names = new Map(record.files.map((file) => [file.fileId, file.name]));
  const watchers = new Map(record.watchers?.map(({ watchingId, name }) => [watchingId, isolated(name)]));
  return {
    customer: isolated(record.contact.contactName ?? record.contact.name),
    watcher: (watchingId) => watchers.get(watchingId) ?? t.watching.timeline.somebody,
    hasNote: (noteId) => record.notes.some((one) => one.noteId === noteId && one.note !== undefined),
    fileName: (fileId) => {
      const name = names.get(fileId);
      return name === undefined ? text.someFile : text.quoted(isolated(name));
    },
  };
}
