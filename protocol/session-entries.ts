import { z } from 'zod';
import { open, personal, secret } from './classification.ts';
import { COMING_ENTRIES } from './coming-entries.ts';
import { AgentClaim, Computer } from './computer.ts';
import { AnswerMode } from './consent.ts';
import { ContactDetail, ContactDetails, ContactInRecord } from './contact.ts';
import { FileOutcome, FileSize, FileTool, Sha256 } from './file-messages.ts';
import { FileReason, NO_SUCH_FILE } from './file-reason.ts';
import { LanePath, MediaFault, MediaFigures } from './media.ts';
import { NameSalt } from './proof/signed-statement.ts';
import { Signature, SigningKey } from './proof/signing-key.ts';
import { StatementFault, UnsignedReason } from './proof/statement.ts';
import { type RecordTypes, session, user } from './record-type.ts';
import { Keeping, KeepingKind } from './retention.ts';
import { EndedBy, EndReason, Outcome, SessionStatus, Side } from './session.ts';
import { NothingShown, Surface } from './surface.ts';
import { Instant } from './text.ts';
import { Tool } from './tool.ts';
import { MicrophoneOff } from './voice.ts';

const tools = open(z.array(Tool));
/** What stood before the customer from their coming on; answers name the text by its hash. */
const Shown = z.object({ organisation: z.string(), textVersion: z.string(), text: z.string() });
const shownText = { textVersion: open(z.string()), textSha256: open(Sha256.optional()) };

/** A lane of somebody who watches; absent for the technician's. */
const watched = { watchingId: open(z.uuid().optional()) };

/** What happens in a session. */
export const SESSION_ENTRIES = {
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
  ...COMING_ENTRIES,
  /** In a browser the customer chooses what is shown; a native agent shows the whole screen. */
  'surface.shared': { keep: 'session-record', fields: z.object({ ...session, surface: open(Surface) }) },
  /** Nothing is shown: the question for it stays open, or the grant waits for another choice. */
  'surface.refused': { keep: 'session-record', fields: z.object({ ...session, reason: open(NothingShown) }) },
  /** No microphone: the question for the voice stays open, or its grant waits for another press. */
  'microphone.refused': {
    keep: 'session-record',
    fields: z.object({ ...session, reason: open(MicrophoneOff) }),
  },
  'lane.opened': {
    keep: 'session-record',
    fields: z.object({
      ...session,
      laneId: open(z.uuid()),
      tool: open(Tool),
      ...watched,
      /** Absent where the broker relays frames of a WebSocket. */
      path: open(LanePath.optional()),
    }),
  },
  'lane.closed': {
    keep: 'session-record',
    fields: z.object({
      ...session,
      laneId: open(z.uuid()),
      tool: open(Tool),
      ...watched,
      reason: open(
        z.enum([
          'done',
          'revoked',
          'connection-lost',
          'session-over',
          'replaced',
          'protocol',
          'broker-restarted',
          /** No way led to the media worker in time; the tool goes on over a WebSocket. */
          'unreachable',
          /** The two ends have no codec in common, or none that does in both what its browser said; it goes on over a WebSocket as well. */
          'no-codec',
          'handed-over',
          'passed-on',
          'media-worker-died',
        ]),
      ),
      /**
       * Payload bytes that the broker took from each side; absent where it was killed before it could say. Of the path
       * `webrtc`: bytes of RTP, as measured within the last second.
       */
      bytesFromTechnician: open(z.number().int().optional()),
      bytesFromCustomer: open(z.number().int().optional()),
      media: open(MediaFigures.optional()),
    }),
  },
  /** A page tried to send what it may not; nothing came of it. */
  'media.refused': {
    keep: 'session-record',
    fields: z.object({
      ...session,
      side: open(Side),
      ...watched,
      tool: open(Tool.optional()),
      fault: open(MediaFault),
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
} as const satisfies RecordTypes;
