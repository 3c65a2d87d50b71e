import { PASSING_FOLDS } from './passing-fold.ts';
import type { Entry, EntryOf, RecordType, SessionEntry } from './record.ts';
import type { Keeping, KeepingKind } from './retention.ts';
import { counted, type EntryCount, NO_ENTRIES } from './session-numbering.ts';
import { type FileRecord, isBriefAbsence, type SessionRecord } from './session-record.ts';
import { TOOLS, type Tool } from './tool.ts';
import {
  answerTool,
  beginUse,
  endGrant,
  endUse,
  secondsBetween,
  stopUse,
  type UsingLane,
  unused,
  useOf,
} from './tool-use-fold.ts';
import { beginSeeing, countSeen, endSeeing, WATCHING_FOLDS } from './watching-fold.ts';

/** The session record without what depends on the schedule of the day it is read. */
export type FoldedRecord = Omit<SessionRecord, 'retention'>;

/** A session as far as its entries tell it, and what is needed to go on folding. Plain JSON. */
export interface SessionDocument {
  readonly count: EntryCount;
  readonly record: FoldedRecord;
  /** Lanes of which an opening is told and no closing. */
  readonly openLanes: Readonly<Record<string, UsingLane & { watchingId?: string }>>;
  /** Since when a side is away. */
  readonly lostAt?: Readonly<{ technician?: string; customer?: string }>;
  /** What each end says a file's SHA-256 is, until both have spoken. */
  readonly hashes: Readonly<Record<string, { technician?: string; customer?: string }>>;
  /** Absent while nothing keeps it beyond its period. */
  readonly kept?: Readonly<Partial<Record<KeepingKind, Keeping>>>;
}

/** An entry that says something about a session itself: reads of its record are about their reader. */
export type StoryEntry = Exclude<SessionEntry, { type: 'record.read' }>;

type Draft<T> = T extends object ? { -readonly [Key in keyof T]: Draft<T[Key]> } : T;
type Document = Draft<SessionDocument>;

export const isStory = (entry: { type: RecordType }): entry is StoryEntry => entry.type in FOLDS;

/**
 * The next state of a session. Pure.
 * @throws Error for an entry before `session.created` and for a second `session.created`.
 */
export function applyEntry(before: SessionDocument | undefined, entry: StoryEntry): SessionDocument {
  return advance(structuredClone(before), entry);
}

/** The same without a copy: `document` may be changed, and the answer counts. */
export function advance(document: SessionDocument | undefined, entry: StoryEntry): SessionDocument {
  if (entry.type === 'session.created') {
    if (document !== undefined) throw new Error(`session ${entry.sessionId} was created before`);
    return created(entry);
  }
  if (document === undefined) throw new Error(`${entry.type} for a session without session.created`);
  const fold = FOLDS[entry.type] as (document: Document, entry: StoryEntry) => void;
  fold(document as Document, entry);
  (document as { count: EntryCount }).count = counted(document.count, entry);
  return document;
}

/**
 * `folded` from what is left of the entries that `before` was folded from. What went may have been the newest of them:
 * no later one may take its number.
 */
export const afterDeletion = (folded: SessionDocument, before: SessionDocument): SessionDocument =>
  before.count.entries < folded.count.entries ? folded : { ...folded, count: before.count };

/** A session from all its entries, in their order; `undefined` when they do not hold its beginning. */
export function foldSession(entries: readonly Entry[]): SessionDocument | undefined {
  const story = entries.filter(isStory);
  if (story[0]?.type !== 'session.created') return undefined;
  return story.reduce<SessionDocument | undefined>(advance, undefined);
}

/** Tools over whose lanes something went, in the order of TOOLS. */
export const usedTools = (record: FoldedRecord): Tool[] =>
  TOOLS.filter((tool) => record.tools.some((use) => use.tool === tool && use.uses > 0));

function created(entry: EntryOf<'session.created'>): SessionDocument {
  return {
    count: counted(NO_ENTRIES, entry),
    record: {
      id: entry.sessionId,
      status: 'created',
      technician: entry.technician,
      contact: entry.contact,
      detailsGiven: entry.detailsGiven,
      ...(entry.reference !== undefined && { reference: entry.reference }),
      reason: entry.reason,
      notes: [],
      createdAt: entry.at,
      tools: TOOLS.filter((tool) => entry.tools.includes(tool)).map((tool) => ({
        ...unused(tool),
        requestedAt: entry.at,
      })),
      files: [],
      consent: { answers: [] },
      connectionLosses: 0,
    },
    openLanes: {},
    hashes: {},
  };
}

/** One fold per type: an entry type without one does not compile. */
const FOLDS: { [Type in StoryEntry['type']]: (document: Document, entry: EntryOf<Type>) => void } = {
  'session.created': () => {},
  'session.joined': ({ record }, entry) => {
    record.status = 'joined';
    record.joinedAt = entry.at;
    record.computer = entry.computer;
    const { kind, version, browser } = entry.agent;
    record.agent = { kind, version, ...(browser !== undefined && { browser }) };
    if (entry.shown !== undefined) record.consent.text = entry.shown.text;
  },
  'agent.handed-over': ({ record }, entry) => {
    const { kind, version, browser } = entry.agent;
    const { signingKey: _, ...before } = entry.from;
    record.earlierAgents = [...(record.earlierAgents ?? []), { ...before, until: entry.at }];
    record.computer = entry.computer;
    record.agent = { kind, version, ...(browser !== undefined && { browser }) };
  },
  'hand-over.asked': () => {},
  'hand-over.begun': () => {},
  'hand-over.refused': () => {},
  'hand-over.turned-away': () => {},
  'session.admitted': () => {},
  'session.started': ({ record }, entry) => {
    record.status = 'active';
    record.startedAt ??= entry.at;
    record.waitingSeconds = secondsBetween(record.createdAt, record.startedAt);
  },
  'session.ended': (document, entry) => {
    const { record } = document;
    record.status = entry.status;
    record.endedBy = entry.endedBy;
    record.endReason = entry.reason;
    record.endedAt = entry.at;
    record.waitingSeconds = secondsBetween(record.createdAt, record.startedAt ?? entry.at);
    if (record.startedAt !== undefined) record.activeSeconds = secondsBetween(record.startedAt, entry.at);
    record.totalSeconds = secondsBetween(record.createdAt, entry.at);
    for (const [laneId, lane] of Object.entries(document.openLanes)) {
      if (lane.watchingId === undefined) stopUse(record.tools, lane, entry.at);
      else {
        endSeeing(record, lane.watchingId, lane.openedAt, entry.at);
        delete document.openLanes[laneId];
      }
    }
  },
  'session.noted': ({ record }, entry) => {
    if (entry.outcome !== undefined) record.outcome = entry.outcome;
    const { noteId, at, userId } = entry;
    if (noteId !== undefined) record.notes.push({ noteId, at, userId });
  },
  'note.written': ({ record }, { noteId, note }) => {
    const written = record.notes.find((one) => one.noteId === noteId);
    if (written !== undefined) written.note = note;
  },
  'technician.noted': ({ record }, { email, address }) => {
    record.technician = { ...record.technician, email, address };
  },
  'contact.noted': ({ record }, { details }) => {
    record.contact = { ...record.contact, ...details };
  },

  'surface.shared': ({ record }, { surface }) => {
    record.surfaces = [...new Set([...(record.surfaces ?? []), surface])];
  },
  'surface.refused': () => {},
  'microphone.refused': () => {},

  'consent.requested': ({ record }, entry) => {
    for (const tool of entry.tools) useOf(record.tools, tool).requestedAt ??= entry.at;
  },
  'consent.answered': ({ record }, entry) => {
    const silent = entry.mode === 'timed-out';
    for (const tool of entry.allowed) answerTool(record.tools, tool, 'granted', entry.at);
    for (const tool of entry.refused)
      answerTool(record.tools, tool, silent ? 'timed-out' : 'refused', entry.at);
    for (const tool of entry.unable) answerTool(record.tools, tool, 'unable', entry.at);
    record.consent.textVersion = entry.textVersion;
    const { at, mode, allowed, refused } = entry;
    record.consent.answers.push({ at, mode, allowed, refused });
  },
  'consent.volunteered': ({ record }, { at, tool, textVersion }) => {
    answerTool(record.tools, tool, 'granted', at);
    record.consent.textVersion = textVersion;
    record.consent.answers.push({ at, mode: 'volunteered', allowed: [tool], refused: [] });
  },
  'grant.revoked': ({ record }, entry) => endGrant(record.tools, entry),

  ...WATCHING_FOLDS,
  ...PASSING_FOLDS,

  'lane.opened': ({ record, openLanes }, entry) => {
    const { laneId, watchingId, tool, at } = entry;
    // What somebody who watches sees is no use of the technician's.
    if (watchingId === undefined) {
      const others = Object.values(openLanes).filter((lane) => lane.watchingId === undefined);
      openLanes[laneId] = beginUse(record.tools, entry, others);
    } else {
      openLanes[laneId] = { tool, openedAt: at, watchingId };
      beginSeeing(record, watchingId, at);
    }
  },
  'lane.closed': ({ record, openLanes }, entry) => {
    const { laneId, watchingId, at } = entry;
    const lane = openLanes[laneId];
    delete openLanes[laneId];
    if (watchingId === undefined) {
      endUse(record.tools, entry, lane);
      return;
    }
    countSeen(record, watchingId, entry.bytesFromCustomer);
    if (lane !== undefined) endSeeing(record, watchingId, lane.openedAt, at);
  },

  'connection.lost': (document, entry) => {
    document.record.connectionLosses += 1;
    document.lostAt = { ...document.lostAt, [entry.side]: entry.at };
  },
  'connection.resumed': (document, entry) => {
    const lostAt = document.lostAt?.[entry.side];
    if (lostAt === undefined) return;
    if (isBriefAbsence(lostAt, entry.at)) document.record.connectionLosses -= 1;
    delete document.lostAt?.[entry.side];
  },

  // Read beside the record (proof/account.ts), which they do not change.
  'account.began': () => {},
  'account.stated': () => {},
  'statement.refused': () => {},

  'file.name-stated': () => {},
  /** It changed nothing. */
  'media.refused': () => {},

  'retention.held': (document, { at, what, until, reason, by }) => {
    document.kept = { ...document.kept, [what]: { at, until, reason, by } };
  },
  'retention.lifted': (document, { what }) => {
    delete document.kept?.[what];
  },

  'file.asked': ({ record }, entry) => {
    fileOf(record, entry.fileId, entry.at).standing = 'asked';
  },
  'file.offered': ({ record }, entry) => {
    const file = fileOf(record, entry.fileId, entry.at);
    file.tool = entry.tool;
    file.size = entry.size;
    file.standing = 'offered';
  },
  'file.named': ({ record }, entry) => {
    const file = fileOf(record, entry.fileId, entry.at);
    file.name = entry.name;
    file.renamed = entry.renamed;
  },
  'file.accepted': ({ record }, entry) => {
    fileOf(record, entry.fileId, entry.at).standing = 'accepted';
  },
  'file.refused': ({ record }, entry) => {
    const file = fileOf(record, entry.fileId, entry.at);
    file.standing = 'refused';
    if (entry.reason !== undefined) file.reason = entry.reason;
  },
  'file.finished': (document, entry) => {
    const file = fileOf(document.record, entry.fileId, entry.at);
    const receiver = file.tool === 'file-upload' ? 'customer' : 'technician';
    if (entry.side !== 'broker' && entry.sha256 !== undefined) {
      const said = document.hashes[entry.fileId] ?? {};
      document.hashes[entry.fileId] = said;
      said[entry.side] = entry.sha256;
      file.sha256 = said[receiver] ?? entry.sha256;
      if (said.technician !== undefined && said.customer !== undefined)
        file.bothSidesAgree = said.technician === said.customer;
    }
    // The receiver alone can say that a file arrived; what it said stands, whatever the sender says later.
    const arrived = entry.outcome === 'completed';
    if (file.standing !== 'completed' && (!arrived || entry.side === receiver)) file.standing = entry.outcome;
    if (file.standing === 'completed') delete file.reason;
    // Who gave up first knows why; the other end only heard of it.
    else if (entry.reason !== undefined) file.reason ??= entry.reason;
  },
};

/** A file that is first heard of by an ask is on its way to the technician. */
function fileOf(record: Document['record'], fileId: string, at: string): Draft<FileRecord> {
  const found = record.files.find((file) => file.fileId === fileId);
  if (found !== undefined) return found;
  const file: Draft<FileRecord> = { fileId, tool: 'file-download', standing: 'asked', at };
  record.files.push(file);
  return file;
}
