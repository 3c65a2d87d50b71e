import { z } from 'zod';
import { open, personal } from './classification.ts';
import { AgentClaim, Computer } from './computer.ts';
import { Contact, ContactDetail } from './contact.ts';
import { FileStanding, FileTool } from './file-messages.ts';
import { FileReason } from './file-reason.ts';
import { AccountReports } from './proof/account.ts';
import { SessionRetention } from './retention.ts';
import { EndedBy, EndReason, Outcome, SessionStatus } from './session.ts';
import { Surface } from './surface.ts';
import { Instant } from './text.ts';
import { Tool } from './tool.ts';
import { Watcher, WatchingBecause, WatchingEndedBy } from './watching.ts';

/** One tool in one session: what was asked, answered and really used. Every figure comes from the broker's own lanes. */
export const ToolUse = z.object({
  tool: Tool,
  requestedAt: Instant.optional(),
  answer: z.enum(['granted', 'refused', 'timed-out', 'unable']).optional(),
  answeredAt: Instant.optional(),
  /** Each answer, and each time that the grant ended, in their order. */
  decisions: z.array(
    z.object({
      at: Instant,
      to: z.enum(['granted', 'refused', 'timed-out', 'unable', 'taken-back', 'given-back']),
    }),
  ),
  /** How often; 0 means that nothing ever went over its lanes. One that is open again after a brief absence goes on. */
  uses: z.number().int(),
  firstOpenedAt: Instant.optional(),
  lastClosedAt: Instant.optional(),
  seconds: z.number(),
  bytesFromTechnician: z.number().int(),
  bytesFromCustomer: z.number().int(),
});
export type ToolUse = z.infer<typeof ToolUse>;

/** A side that is back within this time only reloaded its page or changed its network. */
const BRIEF_ABSENCE_MS = 10_000;
export const isBriefAbsence = (lostAt: string, resumedAt: string): boolean =>
  Date.parse(resumedAt) - Date.parse(lostAt) <= BRIEF_ABSENCE_MS;

/** As the organisation knows them. */
const TechnicianRecord = z.object({
  userId: z.uuid(),
  name: z.string(),
  team: z.string().optional(),
  /** Both absent in what a receipt tells. */
  email: z.string().optional(),
  address: z.string().optional(),
});

/** One who watched, or wanted to. */
export const WatchingRecord = Watcher.extend({
  watchingId: z.uuid(),
  userId: z.uuid(),
  because: WatchingBecause,
  invitedAt: Instant.optional(),
  askedAt: Instant.optional(),
  answer: z.enum(['allowed', 'refused', 'timed-out']).optional(),
  answeredAt: Instant.optional(),
  /** While they saw the picture; absent when they never did. */
  firstSeenAt: Instant.optional(),
  lastSeenAt: Instant.optional(),
  seconds: z.number(),
  bytesFromCustomer: z.number().int(),
  endedAt: Instant.optional(),
  endedBy: WatchingEndedBy.optional(),
});
export type WatchingRecord = z.infer<typeof WatchingRecord>;

export const FileRecord = z.object({
  fileId: z.uuid(),
  tool: FileTool,
  /** Absent once its retention period is over. */
  name: z.string().optional(),
  renamed: z.boolean().optional(),
  size: z.number().int().optional(),
  sha256: z.string().optional(),
  standing: FileStanding,
  /** Why it did not come through, where that is known. */
  reason: FileReason.optional(),
  /** Both ends reported the same hash. */
  bothSidesAgree: z.boolean().optional(),
  at: Instant,
});
export type FileRecord = z.infer<typeof FileRecord>;

/** The session record as managers and auditors read it: the fold of a session's entries. */
export const SessionRecord = z.object({
  id: open(z.uuid()),
  status: open(SessionStatus),
  endReason: open(EndReason.optional()),
  endedBy: open(EndedBy.optional()),
  /** Who has it, or had it at its end. */
  technician: personal(TechnicianRecord),
  /** Who passed it on, in the order of time; absent when nobody did. */
  earlierTechnicians: personal(z.array(TechnicianRecord.extend({ until: Instant })).optional()),
  /** Contact person, phone and e-mail are absent once their period is over. */
  contact: personal(Contact),
  /** Which of them the technician wrote down. */
  detailsGiven: open(z.array(ContactDetail)),
  reference: open(z.string().optional()),
  reason: personal(z.string()),
  outcome: open(Outcome.optional()),
  /** A note's text is absent once its period is over. */
  notes: personal(
    z.array(z.object({ noteId: z.uuid(), at: Instant, userId: z.uuid(), note: z.string().optional() })),
  ),
  computer: personal(Computer.optional()),
  agent: open(AgentClaim.omit({ capable: true }).optional()),
  /** Agents that handed over to the next one, in the order of time. */
  earlierAgents: open(
    z.array(AgentClaim.omit({ capable: true }).extend({ platform: z.string(), until: Instant })).optional(),
  ),
  /** What was shown from a browser, each kind once, in the order of time. */
  surfaces: open(z.array(Surface).optional()),
  createdAt: open(Instant),
  joinedAt: open(Instant.optional()),
  startedAt: open(Instant.optional()),
  endedAt: open(Instant.optional()),
  /** created to started (or to the end), started to ended, created to ended. While it is open they are absent. */
  waitingSeconds: open(z.number().optional()),
  activeSeconds: open(z.number().optional()),
  totalSeconds: open(z.number().optional()),
  tools: open(z.array(ToolUse)),
  files: personal(z.array(FileRecord)),
  /** Who else saw the picture, or wanted to; absent when nobody did. */
  watchers: personal(z.array(WatchingRecord).optional()),
  consent: open(
    z.object({
      textVersion: z.string().optional(),
      /** That the customer was shown, word for word. */
      text: z.string().optional(),
      answers: z.array(
        z.object({
          at: Instant,
          mode: z.enum(['person', 'in-advance', 'timed-out', 'volunteered']),
          allowed: z.array(Tool),
          refused: z.array(Tool),
        }),
      ),
    }),
  ),
  /** Without the absences that were over within seconds. */
  connectionLosses: open(z.number().int()),
  retention: open(SessionRetention),
});
export type SessionRecord = z.infer<typeof SessionRecord>;

/** A line of the timeline: one entry of the session, with secret fields left out. */
export const TimelineEntry = z.looseObject({
  seq: z.number().int(),
  id: z.uuid(),
  at: Instant,
  type: z.string(),
});
export type TimelineEntry = z.infer<typeof TimelineEntry>;

export const SessionDetail = z.object({
  record: SessionRecord,
  timeline: z.array(TimelineEntry),
  /** What both ends signed of it, checked just now against the record and against each other. */
  accounts: AccountReports,
});
export type SessionDetail = z.infer<typeof SessionDetail>;
