import { z } from 'zod';
import { stated } from './proof/signed-statement.ts';
import { Instant } from './text.ts';
import { Tool, ToolSet } from './tool.ts';

/** How the customer answered: a person at the page or prompt, or `--allow` on the command line beforehand. */
export const AnswerMode = z.enum(['person', 'in-advance']);
export type AnswerMode = z.infer<typeof AnswerMode>;

/** A refused or revoked tool may not be asked for again at once: nobody is to be worn down into a yes. */
export const ASK_AGAIN_AFTER_MS = 5_000;

/** A question that the customer has not answered yet. */
export const PendingConsent = z.object({
  requestId: z.uuid(),
  tools: z.array(Tool),
  askedAt: Instant,
  /** Silence until then is a refusal. */
  expiresAt: Instant,
});
export type PendingConsent = z.infer<typeof PendingConsent>;

/** The customer's answer. Tools asked for and not in `allowed` are refused. Silence is not an answer: the broker records a refusal. */
export const ConsentAnswered = z.object({
  type: z.literal('consent.answered'),
  requestId: z.uuid(),
  allowed: ToolSet,
  mode: AnswerMode,
  ...stated,
});

/** The customer allows a tool that nobody asked for. */
export const ConsentVolunteered = z.object({
  type: z.literal('consent.volunteered'),
  tool: Tool,
  ...stated,
});
