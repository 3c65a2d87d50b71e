import { z } from 'zod';
import { Email, Role } from './access.ts';
import { open, personal, secret } from './classification.ts';
import { AgentClaim, Computer } from './computer.ts';
import { AnswerMode } from './consent.ts';
import { ContactDetail, ContactDetails, ContactInRecord } from './contact.ts';
import { FileOutcome, FileSize, FileTool, Sha256 } from './file-messages.ts';
import { FileReason, NO_SUCH_FILE } from './file-reason.ts';
import { VerificationOutcome } from './log-verification.ts';
import { NameSalt } from './proof/signed-statement.ts';
import { Signature, SigningKey } from './proof/signing-key.ts';
import { StatementFault, UnsignedReason } from './proof/statement.ts';
import { Keeping, KeepingKind } from './retention.ts';
import { DatedKind, type RetentionKind } from './retention-kinds.ts';
import { EndedBy, EndReason, Outcome, SessionStatus, Side } from './session.ts';
import { Instant } from './text.ts';
import { Tool } from './tool.ts';

const tools = open(z.array(Tool));
const session = { sessionId: open(z.uuid()) };
/** What the broker put in front of the customer. */
/** What stood before the customer from their coming on; answers name the text by its hash. */
const Shown = z.object({ organisation: z.string(), textVersion: z.string(), text: z.string() });
const shownText = { textVersion: open(z.string()), textSha256: open(Sha256.optional()) };
const user = { userId: open(z.uuid()) };
/** What a deletion goes by: data of `kind` from before, of one team where that has a period of its own. */
const rule = { kind: DatedKind, before: Instant, team: z.string().optional() };

/**
 * Every type of entry, once: how long it is kept, and its fields with their classification.
 * A new one is added here first; the compiler then names every place that must know it (docs/how-to/add-a-record-type.md).
 */
export const RECORD_TYPES = {
  'session.created': {
    keep: 'session-record',
    fields: z.object({
      ...session,
      /** As the customer gets to know them. */
      technician: personal(z.object({ userId: z.uuid(), name: z.string(), team: z.string().optional() })),
      contact: personal(ContactInRecord),
      /** Which details of the contact stand in `contact.noted`. */
      detailsGiven: open(z.array(ContactDetail)),
      reference: open(z.string().optional()),
      reason: personal(z.string()),
      tools,
      /** HMAC of the code; the code itself is never stored. */
      codeHash: secret(z.string()),
      codeExpiresAt: open(Instant),
    }),
  },
  /** What the organisation knows of its technician, and receipts do not tell. */
  'technician.noted': {
    keep: 'session-record',
    fields: z.object({ ...session, email: personal(z.string()), address: personal(z.string()) }),
  },
  'contact.noted': {
    keep: 'contact-details',
    fields: z.object({ ...session, details: personal(ContactDetails) }),
  },
  'session.joined': {
    keep: 'session-record',
    fields: z.object({
      ...session,
      computer: personal(Computer),
      agent: open(AgentClaim),
      /** SHA-256 of the token that this agent authenticates with. */
      agentTokenHash: secret(z.string()),
      /** What this agent signs its account of the session with; absent for one that cannot. */
      signingKey: open(SigningKey.optional()),
      shown: open(Shown.optional()),
    }),
  },
  'session.admitted': {
    keep: 'session-record',
    /** `unsigned`: why the technician's browser signs nothing of this session. */
    fields: z.object({ ...session, unsigned: open(UnsignedReason.optional()) }),
  },
  'session.started': { keep: 'session-record', fields: z.object({ ...session }) },
  'session.ended': {
    keep: 'session-record',
    fields: z.object({
      ...session,
      status: open(SessionStatus),
      endedBy: open(EndedBy),
      reason: open(EndReason),
    }),
  },
  'session.noted': {
    keep: 'session-record',
    fields: z.object({
      ...session,
      ...user,
      outcome: open(Outcome.optional()),
      /** Set when a note was written too: its text stands in `note.written`. */
      noteId: open(z.uuid().optional()),
    }),
  },
  'note.written': {
    keep: 'contact-details',
    fields: z.object({ ...session, noteId: open(z.uuid()), note: personal(z.string()) }),
  },
  'consent.requested': {
    keep: 'session-record',
    fields: z.object({ ...session, requestId: open(z.uuid()), tools, expiresAt: open(Instant) }),
  },
  'consent.answered': {
    keep: 'session-record',
    fields: z.object({
      ...session,
      requestId: open(z.uuid()),
      allowed: tools,
      refused: tools,
      /** Tools that this agent cannot serve: nobody was asked. */
      unable: tools,
      mode: open(z.union([AnswerMode, z.literal('timed-out')])),
      ...shownText,
    }),
  },
  'consent.volunteered': {
    keep: 'session-record',
    fields: z.object({ ...session, tool: open(Tool), ...shownText }),
  },
  'grant.revoked': {
    keep: 'session-record',
    /** `by` the customer it was taken back, by the technician given back. */
    fields: z.object({ ...session, tool: open(Tool), by: open(Side) }),
  },
  'lane.opened': {
    keep: 'session-record',
    fields: z.object({ ...session, laneId: open(z.uuid()), tool: open(Tool) }),
  },
  'lane.closed': {
    keep: 'session-record',
    fields: z.object({
      ...session,
      laneId: open(z.uuid()),
      tool: open(Tool),
      reason: open(
        z.enum([
          'done',
          'revoked',
          'connection-lost',
          'session-over',
          'replaced',
          'protocol',
          'broker-restarted',
        ]),
      ),
      /** Payload bytes that the broker took from each side; absent where it was killed before it could say. */
      bytesFromTechnician: open(z.number().int().optional()),
      bytesFromCustomer: open(z.number().int().optional()),
    }),
  },
  'connection.lost': {
    keep: 'session-record',
    fields: z.object({ ...session, side: open(Side), graceEndsAt: open(Instant) }),
  },
  'connection.resumed': { keep: 'session-record', fields: z.object({ ...session, side: open(Side) }) },
  'file.asked': { keep: 'session-record', fields: z.object({ ...session, fileId: open(z.uuid()) }) },
  'file.offered': {
    keep: 'session-record',
    fields: z.object({
      ...session,
      fileId: open(z.uuid()),
      tool: open(FileTool),
      size: open(FileSize),
    }),
  },
  'file.named': {
    keep: 'chat-and-file-names',
    fields: z.object({
      ...session,
      fileId: open(z.uuid()),
      name: personal(z.string()),
      /** The sender's name was made safe. */
      renamed: open(z.boolean()),
    }),
  },
  'file.accepted': { keep: 'session-record', fields: z.object({ ...session, fileId: open(z.uuid()) }) },
  'file.refused': {
    keep: 'session-record',
    /** `reason`: what was asked for is not there, and nobody was asked. */
    fields: z.object({
      ...session,
      fileId: open(z.uuid()),
      by: open(Side),
      reason: open(z.enum(NO_SUCH_FILE).optional()),
    }),
  },
  'file.finished': {
    keep: 'session-record',
    fields: z.object({
      ...session,
      fileId: open(z.uuid()),
      side: open(z.union([Side, z.literal('broker')])),
      outcome: open(FileOutcome),
      /** Absent in the broker's own account: how far a file came that it cut off, only the ends know. */
      bytes: open(FileSize.optional()),
      sha256: open(Sha256.optional()),
      reason: open(FileReason.optional()),
    }),
  },
  /** The first statement of a sign-in's key in this session; an agent's stands in `session.joined`. */
  'account.began': {
    keep: 'session-record',
    fields: z.object({ ...session, side: open(Side), signingKey: open(SigningKey) }),
  },
  'account.stated': {
    keep: 'session-record',
    fields: z.object({
      ...session,
      side: open(Side),
      signingKey: open(SigningKey),
      /** To the letter what was signed (protocol/proof/statement.ts); it holds no name. */
      text: open(z.string()),
      signature: open(Signature),
    }),
  },
  /** Whatever it was to bring about did not happen, unless it took a right away. */
  'statement.refused': {
    keep: 'session-record',
    fields: z.object({ ...session, side: open(Side), fault: open(StatementFault) }),
  },
  'file.name-stated': {
    keep: 'chat-and-file-names',
    fields: z.object({
      ...session,
      fileId: open(z.uuid()),
      side: open(Side),
      name: personal(z.string()),
      salt: personal(NameSalt),
    }),
  },
  'signing-key.added': {
    keep: 'sign-in-log',
    fields: z.object({ ...user, signingKey: open(SigningKey) }),
  },
  'sign-in.succeeded': {
    keep: 'sign-in-log',
    fields: z.object({ ...user, address: personal(z.string()), userAgent: personal(z.string()) }),
  },
  'sign-in.failed': {
    keep: 'sign-in-log',
    fields: z.object({
      email: personal(z.string()),
      address: personal(z.string()),
      reason: open(z.enum(['wrong', 'disabled', 'too-many-tries'])),
    }),
  },
  'sign-in.ended': {
    keep: 'sign-in-log',
    fields: z.object({ ...user, reason: open(z.enum(['signed-out', 'revoked', 'user-disabled'])) }),
  },
  'user.added': {
    keep: 'access-log',
    fields: z.object({
      ...user,
      email: personal(Email),
      name: personal(z.string()),
      role: open(Role),
      teams: open(z.array(z.string())),
      by: open(z.string()),
    }),
  },
  'user.changed': {
    keep: 'access-log',
    fields: z.object({
      ...user,
      disabled: open(z.boolean().optional()),
      role: open(Role.optional()),
      teams: open(z.array(z.string()).optional()),
      passwordChanged: open(z.boolean().optional()),
      by: open(z.string()),
    }),
  },
  'api-key.added': {
    keep: 'access-log',
    fields: z.object({
      ...user,
      keyId: open(z.uuid()),
      name: open(z.string()),
      expiresAt: open(Instant),
      by: open(z.string()),
    }),
  },
  'api-key.revoked': {
    keep: 'access-log',
    fields: z.object({ ...user, keyId: open(z.uuid()), by: open(z.string()) }),
  },
  'record.read': {
    keep: 'access-log',
    fields: z.object({ ...session, ...user, address: personal(z.string()) }),
  },
  'receipt.issued': {
    keep: 'access-log',
    /** To the customer; `size` of the log that it proves. */
    fields: z.object({
      receiptOf: open(z.uuid()),
      address: personal(z.string()),
      size: open(z.number().int()),
    }),
  },
  'record.exported': {
    keep: 'access-log',
    fields: z.object({
      ...user,
      address: personal(z.string()),
      format: open(z.string()),
      filters: personal(z.record(z.string(), z.string())),
      /** Of a CSV file, when not all; in their order. */
      columns: open(z.array(z.string()).optional()),
      /** Whether each record came with its entries whole, and their proofs. */
      proofs: open(z.boolean()),
      /** How many matched when it began; absent where counting would be slow. */
      records: open(z.number().int().optional()),
    }),
  },
  'log.searched': {
    keep: 'access-log',
    /** A search for a person in the session log; the same question again within minutes is not another one. */
    fields: z.object({
      ...user,
      address: personal(z.string()),
      filters: personal(z.record(z.string(), z.string())),
      /** How many sessions were found; absent where counting would be slow. */
      found: open(z.number().int().optional()),
    }),
  },
  'log.listed': {
    keep: 'access-log',
    /** A page of the session log was read that looks for nobody; the same list again within minutes is not another one. */
    fields: z.object({
      ...user,
      address: personal(z.string()),
      filters: personal(z.record(z.string(), z.string())),
      /** As of a search. */
      found: open(z.number().int().optional()),
    }),
  },
  'statistics.read': {
    keep: 'access-log',
    /** Figures of other people's sessions; the same question again within minutes is not another one. */
    fields: z.object({
      ...user,
      address: personal(z.string()),
      filters: personal(z.record(z.string(), z.string())),
      /** How many sessions were counted. */
      found: open(z.number().int()),
    }),
  },
  'access-log.read': {
    keep: 'access-log',
    /** Somebody looked at who read what; `format` when they took it away as a file. */
    fields: z.object({
      ...user,
      address: personal(z.string()),
      filters: personal(z.record(z.string(), z.string())),
      format: open(z.string().optional()),
    }),
  },
  /** Before anything is read. */
  'log.verification-started': { keep: 'access-log', fields: z.object({ by: open(z.string()) }) },
  'log.verified': {
    keep: 'access-log',
    fields: z.object({
      by: open(z.string()),
      startedAt: open(Instant),
      outcome: open(VerificationOutcome),
      /** Entries ever logged; absent where that could not be read. */
      size: open(z.number().int().optional()),
      findings: open(z.number().int()),
      /** The leaves that findings name: see leaf-ranges.ts. */
      leaves: open(z.string()),
    }),
  },
  'settings.changed': {
    keep: 'access-log',
    fields: z.object({ by: open(z.string()), changed: open(z.array(z.string())) }),
  },
  'key.rotated': {
    keep: 'access-log',
    fields: z.object({
      key: open(z.enum(['master', 'data'])),
      /** Fingerprints: they tell keys apart and nothing about them. */
      from: open(z.string()),
      to: open(z.string()),
      /** `prepared`: both keys open the data; `done`: the old one does not any more. */
      stage: open(z.enum(['prepared', 'done'])),
      by: open(z.string()),
    }),
  },
  'log.key-rotated': {
    keep: 'log-proof',
    fields: z.object({
      /** Raw Ed25519 public keys, base64. */
      previousKey: open(z.base64()),
      key: open(z.base64()),
      /** The old key's, over "countersign log key v1\n", the new key in base64, "\n". Absent where the old key was lost. */
      signature: open(z.base64().optional()),
      by: open(z.string()),
    }),
  },
  'backup.made': {
    keep: 'access-log',
    fields: z.object({ size: open(z.number().int()), sha256: open(Sha256), by: open(z.string()) }),
  },
  'backup.restored': {
    keep: 'log-proof',
    fields: z.object({
      /** When the backup was made that the record goes on from. */
      madeAt: open(Instant),
      /** The leaves whose entries were deleted again, because they had been deleted since: "0-199,205"; may be none. */
      leaves: open(z.string()),
      by: open(z.string()),
    }),
  },
  'retention.held': {
    keep: 'session-record',
    fields: z.object({
      ...session,
      by: personal(Keeping.shape.by),
      what: open(KeepingKind),
      until: open(Instant),
      reason: personal(z.string()),
    }),
  },
  'retention.lifted': {
    keep: 'session-record',
    fields: z.object({
      ...session,
      by: personal(Keeping.shape.by),
      what: open(KeepingKind),
      reason: personal(z.string()),
    }),
  },
  /** Before a run: what it is going to delete. */
  'retention.ran': {
    keep: 'access-log',
    fields: z.object({
      /** A user's id, `command-line`, or `schedule`. */
      by: open(z.string()),
      deleted: open(z.array(z.object({ ...rule, entries: z.number().int(), sessions: z.number().int() }))),
    }),
  },
  /** A deletion certificate, written in one transaction with the deletion that it tells of. */
  'retention.deleted': {
    keep: 'log-proof',
    fields: z.object({
      kind: open(rule.kind),
      before: open(rule.before),
      team: open(rule.team),
      /** The leaves that are gone: see leaf-ranges.ts. */
      leaves: open(z.string()),
      entries: open(z.number().int()),
      sessions: open(z.number().int()),
    }),
  },
} as const satisfies Record<string, { keep: RetentionKind; fields: z.ZodObject }>;

export type RecordType = keyof typeof RECORD_TYPES;

/** What a part of the broker hands to the recorder: one fact. */
export type NewEntry = {
  [Type in RecordType]: { type: Type } & z.infer<(typeof RECORD_TYPES)[Type]['fields']>;
}[RecordType];

/** An entry's place in its session, given by the store; part of what the log holds (session-numbering.ts). */
export interface Numbering {
  /** Counts the entries of a session from 1. Entries of no session have none. */
  readonly ordinal?: number;
  /** The types of the entries directly before this one that receipts and retention may leave out, in their order. */
  readonly follows?: readonly RecordType[];
}

/** An entry as stored. `seq` counts all entries of this store from 1 in the order in which they became durable. */
export type Entry = NewEntry & Numbering & { id: string; seq: number; at: Instant };

export type EntryOf<Type extends RecordType> = Extract<Entry, { type: Type }>;

/** An entry that belongs to a session. */
export type SessionEntry = Extract<Entry, { sessionId: string }>;
export type NewSessionEntry = Extract<NewEntry, { sessionId: string }>;
