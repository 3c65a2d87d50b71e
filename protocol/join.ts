import { z } from 'zod';
import { AgentClaim, ComputerClaim } from './computer.ts';
import { SigningKey } from './proof/signing-key.ts';
import { Code } from './session.ts';
import { Instant } from './text.ts';
import { Tool } from './tool.ts';

/** The technician card: what the customer reads before anything is allowed. */
export const TechnicianCard = z.object({
  organisation: z.string(),
  technician: z.object({ name: z.string(), team: z.string().optional() }),
  reason: z.string(),
  reference: z.string().optional(),
  tools: z.array(Tool),
  /** The consent text as shown, with its version; what is kept and for how long stands in it. */
  consentText: z.string(),
  consentTextVersion: z.string(),
});
export type TechnicianCard = z.infer<typeof TechnicianCard>;

/** The join page looks at the card without using up the code. */
export const LookAtCode = z.object({ code: Code });
export const CodeCard = z.object({
  card: TechnicianCard,
  codeExpiresAt: Instant,
  publicUrl: z.url(),
  /** The agent as a package that npx runs. Another build has another address, so that no cache holds an old one. */
  agentPackageUrl: z.url(),
});
export type CodeCard = z.infer<typeof CodeCard>;

/** The agent uses up the code. */
export const JoinRequest = z.object({
  code: Code,
  protocolVersion: z.number().int(),
  agent: AgentClaim,
  computer: ComputerClaim,
  /** The public half of a key that this agent made for this session alone. From then on what it allows must be signed. */
  signingKey: SigningKey.optional(),
});
export type JoinRequest = z.infer<typeof JoinRequest>;

/** A program takes over from the customer's browser, and uses up the ticket that was given there. */
export const TakeOverRequest = JoinRequest.omit({ code: true }).extend({
  ticket: z.string().min(20).max(200),
  signingKey: SigningKey,
});
export type TakeOverRequest = z.infer<typeof TakeOverRequest>;

export const Joined = z.object({
  sessionId: z.uuid(),
  /** Authenticates this agent at `/agent` for as long as the session is open. */
  agentToken: z.string(),
  protocolVersion: z.number().int(),
  technician: TechnicianCard.shape.technician,
  tools: z.array(Tool),
  consentText: z.string(),
  consentTextVersion: z.string(),
  card: TechnicianCard,
});
export type Joined = z.infer<typeof Joined>;

/** All that a program hears before the customer says in their browser that it is theirs: how to connect. */
export const TakenOver = Joined.pick({ sessionId: true, agentToken: true, protocolVersion: true });
export type TakenOver = z.infer<typeof TakenOver>;
