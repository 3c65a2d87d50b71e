import { z } from 'zod';
import { classificationOf } from '../../protocol/classification.ts';
import { readStatement } from '../../protocol/proof/statement.ts';
import { type NewSessionEntry, RECORD_TYPES, type RecordType } from '../../protocol/record.ts';
import type { TimelineEntry } from '../../protocol/session-record.ts';
import { isolated } from '../shared/isolated.ts';
import { accountWords } from '../shared/strings/accounts.ts';
import { timelineWords } from '../shared/strings/timeline.ts';
import { t } from '../shared/strings.ts';
import type { TimelineLine } from './timeline.ts';
import type { People } from './timeline-people.ts';

const text = timelineWords;
const watching = t.watching.timeline;
const passing = t.passing.timeline;

/** What a line says by its entry alone. */
export type Said = Pick<TimelineLine, 'kind' | 'sentence' | 'detail' | 'signedText' | 'trouble'>;

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
    detail: text.agent(entry.agent),
  }),
  'hand-over.asked': (entry, { technician, customer }) => ({
    kind: 'asked',
    sentence: t.handOver.timeline.asked(technician, customer, entry.tools),
  }),
  'hand-over.begun': (_, { customer }) => ({
    kind: 'allowed',
    sentence: t.handOver.timeline.begun(customer),
  }),
  'hand-over.refused': (_, { customer }) => ({
    kind: 'refused',
    sentence: t.handOver.timeline.refused(customer),
  }),
  'hand-over.turned-away': ({ computer, reason }, { customer }) => ({
    kind: 'refused',
    sentence: t.handOver.timeline.turnedAway(computer, reason, customer),
  }),
  'agent.handed-over': ({ from, agent, computer, allowed }, { customer }) => ({
    kind: 'session',
    sentence: t.handOver.timeline.done(customer, computer.platform, computer.address),
    detail: [
      t.handOver.timeline.agents(from, agent),
      t.handOver.timeline.allowed(allowed),
      t.handOver.timeline.shows,
    ].join(' '),
  }),
  'session.admitted': (entry, { technician }) => ({
    kind: 'session',
    sentence: text.admitted(technician),
    ...(entry.unsigned === undefined ? {} : { detail: accountWords.unsigned[entry.unsigned] }),
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
  'surface.shared': ({ surface }, { customer }) => ({
    kind: 'allowed',
    sentence: text.surfaceShared(customer, surface),
  }),
  'surface.refused': ({ reason }, { customer }) => ({
    kind: 'refused',
    sentence: text.surfaceRefused(customer, reason),
  }),
  'microphone.refused': ({ reason }, { customer }) => ({
    kind: 'refused',
    sentence: text.microphoneRefused(customer, reason),
  }),
  'watching.invited': ({ watcher }, { technician }) => ({
    kind: 'asked',
    sentence: watching.invited(technician, isolated(watcher.name), watcher.role),
  }),
  'watching.asked': ({ watcher, because }, { customer }) => ({
    kind: 'asked',
    sentence: watching.asked(customer, isolated(watcher.name), watcher.role, because),
  }),
  'watching.answered': ({ watchingId, allowed, mode }, people) => ({
    kind: allowed ? 'allowed' : 'refused',
    sentence: watching.answered(people.customer, people.watcher(watchingId), allowed, mode),
  }),
  'watching.ended': ({ watchingId, by, reason }, people) => {
    const watcher = people.watcher(watchingId);
    const who = by === 'customer' || by === 'technician' ? people[by] : watcher;
    return { kind: 'refused', sentence: watching.ended(watcher, who, reason) };
  },
  'passing.offered': ({ passingId, successor, isExplained }, { technician, hasReason }) => ({
    kind: 'asked',
    sentence: passing.offered(technician, isolated(successor.name)),
    ...(isExplained && !hasReason(passingId) ? { detail: passing.reasonDeleted } : {}),
  }),
  'passing.explained': ({ reason }, { technician }) => ({
    kind: 'note',
    sentence: passing.explained(technician),
    detail: reason,
  }),
  'passing.asked': ({ successor }, { customer }) => ({
    kind: 'asked',
    sentence: passing.asked(customer, isolated(successor.name)),
  }),
  'passing.answered': ({ passingId, allowed, mode }, { customer, successor }) => ({
    kind: allowed ? 'allowed' : 'refused',
    sentence: passing.answered(customer, successor(passingId), allowed, mode),
  }),
  'passing.ended': ({ passingId, reason }, { technician, successor }) => ({
    kind: 'refused',
    sentence: passing.ended(successor(passingId), technician, reason),
  }),
  'session.passed': ({ from, technician }) => ({
    kind: 'session',
    sentence: passing.passed(isolated(from.name), isolated(technician.name)),
  }),
  'lane.opened': (entry, people) => ({
    kind: 'opened',
    sentence:
      entry.watchingId === undefined
        ? text.opened(entry.tool)
        : watching.sees(people.watcher(entry.watchingId)),
    ...wayOf(entry),
  }),
  'lane.closed': (entry, people) => ({
    kind: 'closed',
    sentence:
      entry.watchingId === undefined
        ? text.closed(entry.tool, entry.reason)
        : watching.seesNoLonger(people.watcher(entry.watchingId)),
    detail: [
      text.bytes(entry.bytesFromTechnician, entry.bytesFromCustomer),
      ...(entry.media ? [text.media(entry.media)] : []),
    ].join('; '),
    trouble: entry.reason === 'protocol' || entry.reason === 'media-worker-died',
  }),
  'media.refused': (entry, people) => ({
    kind: 'refused',
    sentence: text.mediaRefused(
      entry.watchingId === undefined ? people[entry.side] : people.watcher(entry.watchingId),
      entry.fault,
    ),
    trouble: true,
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
  'file.asked': ({ fileId }, { technician, askedFor }) => ({
    kind: 'file',
    sentence: text.fileAsked(technician, askedFor(fileId) ?? text.someFile),
  }),
  'file.offered': (entry, people) => ({
    kind: 'file',
    sentence: text.fileOffered(
      entry.tool === 'file-upload' ? people.technician : people.customer,
      people.fileName(entry.fileId),
      entry.size,
      people.askedFor(entry.fileId),
    ),
  }),
  'file.named': (entry) => ({ kind: 'file', sentence: text.fileNamed(isolated(entry.name), entry.renamed) }),
  'file.accepted': (entry, people) => ({
    kind: 'file',
    sentence: text.fileAccepted(people[people.receiver(entry.fileId)], people.fileName(entry.fileId)),
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
      // A page that is back does not know how far it was.
      entry.reason === 'loaded-anew' && entry.bytes === 0 ? undefined : entry.bytes,
      entry.reason && t.files.because(entry.reason, people),
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
    sentence: accountWords.began(people[entry.side]),
    detail: accountWords.key(entry.signingKey),
  }),
  'account.stated': (entry, people) => {
    const statement = readStatement(entry.text);
    // What a technician saw until they passed it on comes a moment later.
    const who = people.signer(entry.signingKey) ?? people[entry.side];
    const sentence = statement
      ? accountWords.stated(who, statement.number, statement.says)
      : accountWords.unreadable(who);
    return { kind: 'signed', sentence, signedText: entry.text };
  },
  'statement.refused': (entry, people) => ({
    kind: 'refused',
    sentence: accountWords.refused(people[entry.side], entry.fault),
    trouble: true,
  }),
  'file.name-stated': (entry, people) => ({
    kind: 'signed',
    sentence: accountWords.nameStated(people[entry.side], isolated(entry.name)),
  }),
  'record.read': () => ({ kind: 'read', sentence: text.read }),
};

/** A picture has two ways; of everything else there is one. */
function wayOf({ tool, path }: EntryAs<'lane.opened'>): Pick<Said, 'detail'> {
  if (path === 'webrtc') return { detail: text.byWebRtc };
  return tool === 'view' ? { detail: text.byAddress } : {};
}

/** Also of an entry that this console does not know: it says its type. */
export function saidOf(entry: TimelineEntry, people: People): Said {
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
