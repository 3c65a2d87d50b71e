import { z } from 'zod';
import { open, personal, secret } from './classification.ts';
import { AgentClaim, Computer } from './computer.ts';
import { AnswerMode } from './consent.ts';
import { Sha256 } from './file-messages.ts';
import { TurnedAwayReason } from './hand-over.ts';
import { PassingEndedBy, PassingEndReason, Successor } from './passing.ts';
import { SigningKey } from './proof/signing-key.ts';
import { type RecordTypes, session } from './record-type.ts';
import { Instant } from './text.ts';
import { Tool } from './tool.ts';
import { Watcher, WatchingBecause, WatchingEndedBy, WatchingEndReason } from './watching.ts';

const tools = open(z.array(Tool));

const watching = { watchingId: open(z.uuid()) };
const watcher = personal(Watcher.extend({ userId: z.uuid() }));

const passing = { passingId: open(z.uuid()) };
const successor = personal(Successor.extend({ userId: z.uuid() }));

/** Who comes into a session beside those who began it, or in the place of one of them. */
export const COMING_ENTRIES = {
  /** The technician asks the customer to go on with the program. */
  'hand-over.asked': { keep: 'session-record', fields: z.object({ ...session, tools }) },
  /** The customer got a ticket for it. */
  'hand-over.begun': { keep: 'session-record', fields: z.object({ ...session, expiresAt: open(Instant) }) },
  'hand-over.refused': { keep: 'session-record', fields: z.object({ ...session }) },
  /** A program came with a good ticket, and was not let in. */
  'hand-over.turned-away': {
    keep: 'session-record',
    fields: z.object({
      ...session,
      computer: personal(Computer),
      signingKey: open(SigningKey),
      reason: open(TurnedAwayReason),
    }),
  },
  /** A program took the place of the browser, by that browser's last word. */
  'agent.handed-over': {
    keep: 'session-record',
    fields: z.object({
      ...session,
      computer: personal(Computer),
      agent: open(AgentClaim),
      agentTokenHash: secret(z.string()),
      signingKey: open(SigningKey),
      /** Of the tools that were allowed, those that stay so. The others are off, and may be asked for. */
      allowed: tools,
      /** The agent before. */
      from: open(
        AgentClaim.omit({ capable: true }).extend({
          platform: z.string(),
          signingKey: SigningKey.optional(),
        }),
      ),
    }),
  },
  /** By the technician; the customer is asked when they come. */
  'watching.invited': { keep: 'session-record', fields: z.object({ ...session, ...watching, watcher }) },
  'watching.asked': {
    keep: 'session-record',
    fields: z.object({
      ...session,
      ...watching,
      watcher,
      because: open(WatchingBecause),
      expiresAt: open(Instant),
    }),
  },
  'watching.answered': {
    keep: 'session-record',
    fields: z.object({
      ...session,
      ...watching,
      allowed: open(z.boolean()),
      mode: open(z.union([AnswerMode, z.literal('timed-out')])),
      /** Of whom the customer was asked about (proof/watcher-digest.ts). */
      watcherSha256: open(Sha256),
    }),
  },
  /** One who was invited, asked for, or allowed. At the end of its session it needs no entry. */
  'watching.ended': {
    keep: 'session-record',
    fields: z.object({
      ...session,
      ...watching,
      by: open(WatchingEndedBy),
      reason: open(WatchingEndReason),
    }),
  },
  /** The technician offers the session to a colleague. `isExplained`: why stands in `passing.explained`. */
  'passing.offered': {
    keep: 'session-record',
    fields: z.object({ ...session, ...passing, successor, isExplained: open(z.boolean()) }),
  },
  /** Between the two: free text about the customer's matter, that the customer never read, as notes are. */
  'passing.explained': {
    keep: 'contact-details',
    fields: z.object({ ...session, ...passing, reason: personal(z.string()) }),
  },
  /** The colleague took it. */
  'passing.asked': {
    keep: 'session-record',
    fields: z.object({ ...session, ...passing, successor, expiresAt: open(Instant) }),
  },
  'passing.answered': {
    keep: 'session-record',
    fields: z.object({
      ...session,
      ...passing,
      allowed: open(z.boolean()),
      mode: open(z.union([AnswerMode, z.literal('timed-out')])),
      /** Of whom the customer was asked about (proof/successor-digest.ts). */
      successorSha256: open(Sha256),
    }),
  },
  /** Before the customer answered. At the end of its session it needs no entry. */
  'passing.ended': {
    keep: 'session-record',
    fields: z.object({ ...session, ...passing, by: open(PassingEndedBy), reason: open(PassingEndReason) }),
  },
  /** From here on it is the session of `technician`, and of nobody else. */
  'session.passed': {
    keep: 'session-record',
    fields: z.object({ ...session, ...passing, technician: successor, from: successor }),
  },
} as const satisfies RecordTypes;
