import { z } from 'zod';
import { classificationOf } from '../../protocol/classification.ts';
import { type AccountReports, isDisagreement } from '../../protocol/proof/account.ts';
import { readStatement } from '../../protocol/proof/statement.ts';
import { type NewSessionEntry, RECORD_TYPES, type RecordType } from '../../protocol/record.ts';
import {
  isBriefAbsence,
  type SessionDetail,
  type SessionRecord,
  type TimelineEntry,
} from '../../protocol/session-record.ts';
import { isolated } from '../shared/isolated.ts';
import { t } from '../shared/strings.ts';

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
  /** The entry's number in the transparency log, from 0: what its proofs speak of. */
  readonly number: number;
  /** It went wrong, or somebody reported it. */
  readonly trouble?: boolean;
  readonly marks: readonly Mark[];
}

const text = t.timeline;

/** A line that only repeats, with a signature, what other lines say: shown to who asks for it, or when it is marked. */
export const isQuiet = ({ kind, marks }: TimelineLine): boolean => kind === 'signed' && marks.length === 0;

type Said = Pick<TimelineLine, 'kind' | 'sentence' | 'detail' | 'trouble'>;

/** Names for the sentences, isolated so that a right-to-left name does not turn its sentence around. */
interface People {
  readonly technician: string;
  readonly customer: string;
  readonly fileName: (fileId: string) => string;
  /** Its text is still kept. */
  readonly hasNote: (noteId: string) => boolean;
}

type SessionEntryType = NewSessionEntry['type'];
type EntryAs<Type extends SessionEntryType> = Extract<NewSessionEntry, { type: Type }>;

/** One sentence per type of entry. A type without one does not compile. */
const SENTENCES: { [Type in SessionEntryType]: (entry: EntryAs<Type>, people: People) => Said } = {
  'session.created': (entry, { technician, customer }) => ({
    kind: 'session',
    sentence: text.created(technician, customer, entry.tools),
  }),
  'session.joined': (entry, { customer }) => ({
    kind: 'session',
    sentence: text.joined(customer, entry.computer.platform, entry.computer.address),
    detail: text.agent(entry.agent.version),
  }),
  'session.admitted': (entry, { technician }) => ({
    kind: 'session',
    sentence: text.admitted(technician),
    ...(entry.unsigned === undefined ? {} : { detail: t.accounts.unsigned[entry.unsigned] }),
  }),
  'session.started': () => ({ kind: 'session', sentence: text.started }),
  'session.ended': (entry, { technician, customer }) => ({
    kind: 'session',
    sentence: text.ended(entry.reason, technician, customer),
    trouble: entry.reason === 'reported-by-customer' || entry.status === 'lost',
  }),
  'session.noted': (entry, people) => ({
    kind: 'note',
    sentence: text.noted(people.technician, entry.outcome),
    ...(entry.noteId === undefined || people.hasNote(entry.noteId) ? {} : { detail: text.noteDeleted }),
  }),
  'note.written': (entry, { technician }) => ({
    kind: 'note',
    sentence: text.noteWritten(technician),
    detail: entry.note,
  }),
  'technician.noted': ({ email, address }, { technician }) => ({
    kind: 'note',
    sentence: text.technicianNoted(technician),
    detail: `${email}, ${address}`,
  }),
  'contact.noted': ({ details }, { technician }) => ({
    kind: 'note',
    sentence: text.contactNoted(technician),
    detail: [details.contactName, details.phone, details.email].filter(Boolean).join(', '),
  }),
  'consent.requested': (entry, { technician, customer }) => ({
    kind: 'asked',
    sentence: text.requested(technician, customer, entry.tools),
  }),
  'consent.answered': (entry, { customer }) => ({
    kind: entry.allowed.length > 0 ? 'allowed' : 'refused',
    sentence: text.answered(customer, entry.mode, entry.allowed, entry.refused),
    detail: [text.unable(entry.unable), text.textVersion(entry.textVersion)].filter(Boolean).join(' '),
  }),
  'consent.volunteered': (entry, { customer }) => ({
    kind: 'allowed',
    sentence: text.volunteered(customer, entry.tool),
    detail: text.textVersion(entry.textVersion),
  }),
  'grant.revoked': (entry, { technician, customer }) => ({
    kind: 'refused',
    sentence:
      entry.by === 'customer' ? text.revoked(customer, entry.tool) : text.returned(technician, entry.tool),
  }),
  'lane.opened': (entry) => ({ kind: 'opened', sentence: text.opened(entry.tool) }),
  'lane.closed': (entry) => ({
    kind: 'closed',
    sentence: text.closed(entry.tool, entry.reason),
    detail: text.bytes(entry.bytesFromTechnician, entry.bytesFromCustomer),
    trouble: entry.reason === 'protocol',
  }),
  'connection.lost': (entry, people) => ({
    kind: 'connection',
    sentence: text.lost(people[entry.side]),
    trouble: true,
  }),
  'connection.resumed': (entry, people) => ({
    kind: 'connection',
    sentence: text.resumed(people[entry.side]),
  }),
  'file.asked': (_, { technician }) => ({ kind: 'file', sentence: text.fileAsked(technician) }),
  'file.offered': (entry, people) => ({
    kind: 'file',
    sentence: text.fileOffered(
      entry.tool === 'file-upload' ? people.technician : people.customer,
      people.fileName(entry.fileId),
      entry.size,
    ),
  }),
  'file.named': (entry) => ({ kind: 'file', sentence: text.fileNamed(isolated(entry.name), entry.renamed) }),
  'file.accepted': (entry, people) => ({
    kind: 'file',
    sentence: text.fileAccepted(people.fileName(entry.fileId)),
  }),
  'file.refused': (entry, people) => ({
    kind: 'refused',
    sentence:
      entry.reason === undefined
        ? text.fileRefused(people[entry.by], people.fileName(entry.fileId))
        : text.fileNotThere(people.customer, people.fileName(entry.fileId), entry.reason),
  }),
  'file.finished': (entry, people) => ({
    kind: 'file',
    sentence: text.fileFinished(
      entry.side === 'broker' ? text.broker : people[entry.side],
      people.fileName(entry.fileId),
      entry.outcome,
      entry.bytes,
      entry.reason,
    ),
    ...(entry.sha256 === undefined ? {} : { detail: text.sha256(entry.sha256) }),
    trouble: entry.outcome === 'failed',
  }),
  'retention.held': (entry) => ({
    kind: 'kept',
    sentence: text.held(isolated(entry.by.name), entry.what, entry.until),
    detail: entry.reason,
  }),
  'retention.lifted': (entry) => ({
    kind: 'kept',
    sentence: text.lifted(isolated(entry.by.name), entry.what),
    detail: entry.reason,
  }),
  'account.began': (entry, people) => ({
    kind: 'signed',
    sentence: t.accounts.began(people[entry.side]),
    detail: t.accounts.key(entry.signingKey),
  }),
  'account.stated': (entry, people) => {
    const statement = readStatement(entry.text);
    const who = people[entry.side];
    const sentence = statement
      ? t.accounts.stated(who, statement.number, statement.says)
      : t.accounts.unreadable(who);
    return { kind: 'signed', sentence, detail: entry.text };
  },
  'statement.refused': (entry, people) => ({
    kind: 'refused',
    sentence: t.accounts.refused(people[entry.side], entry.fault),
    trouble: true,
  }),
  'file.name-stated': (entry, people) => ({
    kind: 'signed',
    sentence: t.accounts.nameStated(people[entry.side], isolated(entry.name)),
  }),
  'record.read': () => ({ kind: 'read', sentence: text.read }),
};

/**
 * The story of a session, in its own order. An entry that this console does not know, or that lacks
 * something, still gets its line: nothing that is in the record may be missing from the page.
 */
export function timelineOf({ record, timeline, accounts }: SessionDetail): TimelineLine[] {
  const people = peopleOf(record);
  const marks = marksOf(accounts);
  const inOrder = [...timeline].sort((a, b) => a.seq - b.seq);
  return inOrder.map((entry, index) => ({
    id: entry.id,
    at: entry.at,
    number: entry.seq,
    ...saidOf(entry, people),
    ...briefAbsence(entry, inOrder.slice(index + 1), people),
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

function peopleOf(record: SessionRecord): People {
  const names = new Map(record.files.map((file) => [file.fileId, file.name]));
  return {
    technician: isolated(record.technician.name),
    customer: isolated(record.contact.contactName ?? record.contact.name),
    hasNote: (noteId) => record.notes.some((one) => one.noteId === noteId && one.note !== undefined),
    fileName: (fileId) => {
      const name = names.get(fileId);
      return name === undefined ? text.someFile : text.quoted(isolated(name));
    },
  };
}

function saidOf(entry: TimelineEntry, people: People): Said {
  const { type } = entry;
  if (!Object.hasOwn(SENTENCES, type)) return { kind: 'session', sentence: text.unknown(type) };
  const known = shownSchema(type as SessionEntryType).safeParse(entry);
  if (!known.success) return { kind: 'session', sentence: text.unknown(type) };
  const say = SENTENCES[type as SessionEntryType] as (entry: unknown, people: People) => Said;
  return say(known.data, people);
}

/** An entry's schema as the API shows it: without its secret fields. */
function shownSchema(type: RecordType): z.ZodType {
  const shape: z.ZodRawShape = RECORD_TYPES[type].fields.shape;
  return z.object(
    Object.fromEntries(
      Object.entries(shape).filter(([, field]) => classificationOf(field as z.ZodType) !== 'secret'),
    ),
  );
}
