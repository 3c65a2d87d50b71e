import { z } from 'zod';
import { AgentClaim, Computer } from './computer.ts';
import { PendingConsent } from './consent.ts';
import { Contact } from './contact.ts';
import { FileState } from './file-messages.ts';
import { ToolState } from './grant.ts';
import { HandOverState } from './hand-over.ts';
import { TechnicianCard } from './join.ts';
import { EarlierTechnician, PassingState } from './passing.ts';
import { SignedStatement } from './proof/signed-statement.ts';
import { SigningKey } from './proof/signing-key.ts';
import { EndedBy, EndReason, Outcome, Presence, SessionStatus } from './session.ts';
import { SurfaceState } from './surface.ts';
import { Instant } from './text.ts';
import { Tool } from './tool.ts';
import { VoiceState } from './voice.ts';
import { Seer, WatchingState } from './watching.ts';

const Shared = z.object({
  sessionId: z.uuid(),
  /** Counts up with every change: a smaller one that comes later is stale. */
  revision: z.number().int(),
  status: SessionStatus,
  createdAt: Instant,
  joinedAt: Instant.optional(),
  startedAt: Instant.optional(),
  endedAt: Instant.optional(),
  endedBy: EndedBy.optional(),
  endReason: EndReason.optional(),
  /** The technician has let this customer's computer in. */
  admitted: z.boolean(),
  tools: z.record(Tool, ToolState),
  pending: z.array(PendingConsent),
  files: z.array(FileState),
  surface: SurfaceState.optional(),
  /** Only while the agent is a browser, and something of it is under way. */
  handOver: HandOverState.optional(),
  voice: VoiceState.optional(),
  /** Who watches, and who wants to. */
  watchers: z.array(WatchingState),
  /** At the customer's only while they are asked; at the technician's how it went last, too. */
  passing: PassingState.optional(),
  /** Who had it before; absent while nobody did. */
  earlier: z.array(EarlierTechnician).optional(),
  presence: z.object({ technician: Presence, customer: Presence }),
  graceEndsAt: Instant.optional(),
});

/** The whole session as its agent may know it. Pushed after every change; the last one counts. */
export const AgentSessionState = Shared.extend({
  card: TechnicianCard,
  /** Who else has seen the screen; absent while nobody did. */
  seenBy: z.array(Seer).optional(),
  /** The last word of the agent that handed over to this one: signed with the key that the customer's command names. */
  handedOver: SignedStatement.optional(),
});
export type AgentSessionState = z.infer<typeof AgentSessionState>;

/** The whole session as its technician may know it. */
export const ConsoleSessionState = Shared.extend({
  /** Also who is invited, and who did; with whom it is, for a colleague is invited by that. */
  watchers: z.array(WatchingState.extend({ userId: z.uuid() })),
  technician: z.object({ name: z.string(), team: z.string().optional() }),
  contact: Contact,
  reference: z.string().optional(),
  reason: z.string(),
  requested: z.array(Tool),
  /** Only while `created`. */
  code: z.string().optional(),
  codeExpiresAt: Instant.optional(),
  joinUrl: z.string().optional(),
  computer: Computer.optional(),
  agent: AgentClaim.omit({ capable: true }).optional(),
  /** What the agent signs its account with. */
  customerKey: SigningKey.optional(),
  /** The tools were allowed on the agent's command line, nobody is asked there. */
  answeredInAdvance: z.boolean(),
  outcome: Outcome.optional(),
});
export type ConsoleSessionState = z.infer<typeof ConsoleSessionState>;
