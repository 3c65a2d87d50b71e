import { z } from 'zod';
import { Computer } from './computer.ts';
import { PendingConsent } from './consent.ts';
import { Contact } from './contact.ts';
import { FileState } from './file-messages.ts';
import { ToolState } from './grant.ts';
import { TechnicianCard } from './join.ts';
import { SigningKey } from './proof/signing-key.ts';
import { EndedBy, EndReason, Outcome, SessionStatus } from './session.ts';
import { Instant } from './text.ts';
import { Tool } from './tool.ts';

/** `away`: it was there and its network broke; the session waits for it until `graceEndsAt`. */
export const Presence = z.enum(['absent', 'here', 'away']);
export type Presence = z.infer<typeof Presence>;

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
  presence: z.object({ technician: Presence, customer: Presence }),
  graceEndsAt: Instant.optional(),
});

/** The whole session as its agent may know it. Pushed after every change; the last one counts. */
export const AgentSessionState = Shared.extend({ card: TechnicianCard });
export type AgentSessionState = z.infer<typeof AgentSessionState>;

/** The whole session as its technician may know it. */
export const ConsoleSessionState = Shared.extend({
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
  agentVersion: z.string().optional(),
  /** What the agent signs its account with. */
  customerKey: SigningKey.optional(),
  /** The tools were allowed on the agent's command line, nobody is asked there. */
  answeredInAdvance: z.boolean(),
  outcome: Outcome.optional(),
});
export type ConsoleSessionState = z.infer<typeof ConsoleSessionState>;
