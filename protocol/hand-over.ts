import { z } from 'zod';
import { stated } from './proof/signed-statement.ts';
import { SigningKey } from './proof/signing-key.ts';
import type { Surface } from './surface.ts';
import { foreignLine, Instant } from './text.ts';
import { needsMedia, needsView, Tool, ToolSet } from './tool.ts';

/** A hand-over ticket lets one program into the session of a browser, once, within this time. */
export const HAND_OVER_TICKET_TTL_MS = 5 * 60_000;

/** The technician asks the customer to go on with the program, for tools that a browser cannot serve. */
export const HandOverAsk = z.object({
  type: z.literal('hand-over.ask'),
  tools: ToolSet.refine((tools) => tools.length > 0, 'at least one tool'),
});

/** The customer wants to: answered by a HandOverWay. A ticket that was given before opens nothing any more. */
export const HandOverBegin = z.object({ type: z.literal('hand-over.begin') });

/** The customer does not want to, or not any more. */
export const HandOverRefuse = z.object({ type: z.literal('hand-over.refuse') });

/** The browser's last word: the program with this key takes over, and these tools stay allowed. */
export const HandOverConfirm = z.object({
  type: z.literal('hand-over.confirm'),
  signingKey: SigningKey,
  allowed: ToolSet,
  ...stated,
});

/** For the customer's eyes: what the program comes with. Only their own end ever gets it. */
export const HandOverWay = z.object({
  ticket: z.string(),
  expiresAt: Instant,
  publicUrl: z.url(),
  agentPackageUrl: z.url(),
});
export type HandOverWay = z.infer<typeof HandOverWay>;

/** A program that came with a ticket, as it describes itself. It waits for the customer's press, and no answer is a no. */
export const ComingProgram = z.object({
  signingKey: SigningKey,
  platform: foreignLine(80),
  hostName: foreignLine(80).optional(),
  since: Instant,
  expiresAt: Instant,
});
export type ComingProgram = z.infer<typeof ComingProgram>;

/** Why a program that came with a good ticket has no part in the session: `replaced` by a later ticket of the customer's. */
export const TurnedAwayReason = z.enum(['refused', 'no-answer', 'gone', 'replaced']);
export type TurnedAwayReason = z.infer<typeof TurnedAwayReason>;

/** Where a hand-over stands. */
export const HandOverState = z.object({
  /** The technician asked for it, for these tools, and the customer has not answered. */
  asked: z.array(Tool).optional(),
  /** The customer said no. */
  refusedAt: Instant.optional(),
  /** The customer has a ticket that is good until then. */
  ticketUntil: Instant.optional(),
  /** A program came with it, and waits for the browser's word. */
  comes: ComingProgram.optional(),
});
export type HandOverState = z.infer<typeof HandOverState>;

/**
 * Of what a browser's customer allowed: what goes on in a program without a new question. A program shows the whole
 * screen, so the picture is among it only where that was shown; it keeps both clipboards alike by itself, where in the
 * browser each text took a press, so that is always asked anew, as whatever else needs the screen; and so is the voice, for
 * its microphone is the browser page's, and the program's page needs a press to get one.
 */
export const goesOn = (allowed: readonly Tool[], surface: Surface | undefined): Tool[] =>
  allowed.filter(
    (tool) => !needsMedia(tool) && !needsView(tool) && (tool !== 'view' || surface === 'screen'),
  );

/** As the command shows it: the broker's ticket, and the key of the browser in base64url, where it has one. */
export const HAND_OVER_TICKET = /^([A-Za-z0-9_-]{43})(?:\.([A-Za-z0-9_-]{43}))?$/;
