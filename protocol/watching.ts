import { z } from 'zod';
import { Role } from './access.ts';
import { AgentKind } from './computer.ts';
import { AnswerMode } from './consent.ts';
import { stated } from './proof/signed-statement.ts';
import { EndReason, Presence, SessionStatus } from './session.ts';
import { SurfaceState } from './surface.ts';
import { Instant } from './text.ts';

/**
 * A second person of the organisation watches a session: its picture and nothing else, each by a yes of the customer's own.
 * Whoever else there is with them is in the session's states.
 */

/** More than these would be an audience. Each is a picture of its own that the customer's computer makes. */
export const MAX_WATCHERS = 3;

/** Why somebody wants to watch: the technician invited them, or they answer for this team. */
export const WatchingBecause = z.enum(['invited', 'supervises']);
export type WatchingBecause = z.infer<typeof WatchingBecause>;

/** As the customer gets to know them. */
export const Watcher = z.object({ name: z.string(), role: Role });
export type Watcher = z.infer<typeof Watcher>;

export const WatchingStanding = z.enum(['invited', 'asked', 'allowed', 'refused', 'ended']);
export type WatchingStanding = z.infer<typeof WatchingStanding>;

const OPEN: readonly WatchingStanding[] = ['invited', 'asked', 'allowed'];
/** They watch, or may yet. */
export const isOpenWatching = ({ standing }: { readonly standing: WatchingStanding }): boolean =>
  OPEN.includes(standing);

/** Who ended it. */
export const WatchingEndedBy = z.enum(['customer', 'technician', 'watcher', 'broker']);
export type WatchingEndedBy = z.infer<typeof WatchingEndedBy>;

/**
 * `no-picture`: what may be seen of the screen was taken back, or given back. `gone`: the watcher's page went away and did not
 * come back. `handed-over`: the customer's browser gave way to the program, which asks anew. `passed-on`: the customer was
 * asked about somebody beside the technician of before.
 */
export const WatchingEndReason = z.enum([
  'stopped',
  'left',
  'no-picture',
  'handed-over',
  'passed-on',
  'gone',
  'broker-restarted',
]);
export type WatchingEndReason = z.infer<typeof WatchingEndReason>;

/** One who watches, or wants to, or did: what everybody in the session knows of them. */
export const WatchingState = Watcher.extend({
  watchingId: z.uuid(),
  because: WatchingBecause,
  standing: WatchingStanding,
  since: Instant,
  /** While `asked`: silence until then is a refusal. */
  expiresAt: Instant.optional(),
  /** A picture flows to them. */
  isSeeing: z.boolean(),
  endedBy: WatchingEndedBy.optional(),
});
export type WatchingState = z.infer<typeof WatchingState>;

/** One who has seen the picture, as the customer is told of them in the end. */
export const Seer = Watcher.extend({
  /** Of what is over. */
  seconds: z.number().min(0),
  /** While they see it. */
  since: Instant.optional(),
});
export type Seer = z.infer<typeof Seer>;

/** The customer's answer to one who wants to watch. */
export const WatchingAnswered = z.object({
  type: z.literal('watching.answered'),
  watchingId: z.uuid(),
  allowed: z.boolean(),
  mode: AnswerMode,
  ...stated,
});
/** The customer ends it; it holds at once. */
export const WatchingStop = z.object({ type: z.literal('watching.stop'), watchingId: z.uuid(), ...stated });

const inSession = { sessionId: z.uuid() };

/** The technician asks somebody to come. */
export const WatchingInvite = z.object({
  type: z.literal('watching.invite'),
  ...inSession,
  userId: z.uuid(),
});
/** The technician takes it back, or sends them away. */
export const WatchingEnd = z.object({
  type: z.literal('watching.end'),
  ...inSession,
  watchingId: z.uuid(),
});
/** Follows a session that one may watch: answered by its state, and then by every change. Nobody is asked by it. */
export const WatchingFollow = z.object({ type: z.literal('watching.follow'), ...inSession });
/** The page follows it no longer: who does not come back soon watches no longer. */
export const WatchingUnfollow = z.object({ type: z.literal('watching.unfollow'), ...inSession });
/** Has the customer asked. */
export const WatchingAsk = z.object({ type: z.literal('watching.ask'), ...inSession });
/** Watches no longer, and says no to an invitation. */
export const WatchingLeave = z.object({ type: z.literal('watching.leave'), ...inSession });

/** A session as one who watches it may know it. */
export const WatchedState = z.object({
  sessionId: z.uuid(),
  /** Counts up with every change. */
  revision: z.number().int(),
  status: SessionStatus,
  startedAt: Instant.optional(),
  endReason: EndReason.optional(),
  technician: z.object({ name: z.string(), team: z.string().optional() }),
  contact: z.object({ name: z.string(), company: z.string().optional() }),
  reason: z.string(),
  agent: AgentKind.optional(),
  surface: SurfaceState.optional(),
  /** The customer shows their screen. */
  isShown: z.boolean(),
  presence: z.object({ technician: Presence, customer: Presence }),
  /** They are invited, or answer for this team; nobody else has the customer asked. */
  mayAsk: z.boolean(),
  /** This watcher's own, the newest; absent before the first. */
  own: WatchingState.optional(),
  /** The others who see the picture. */
  others: z.array(Watcher),
});
export type WatchedState = z.infer<typeof WatchedState>;

/** An invitation that was not answered yet. */
export const Invitation = z.object({
  sessionId: z.uuid(),
  watchingId: z.uuid(),
  technician: z.string(),
  contact: z.string(),
  reason: z.string(),
  at: Instant,
});
export type Invitation = z.infer<typeof Invitation>;

/** Somebody who can be invited. */
export const Colleague = z.object({
  id: z.uuid(),
  name: z.string(),
  role: Role,
  teams: z.array(z.string()),
});
export type Colleague = z.infer<typeof Colleague>;
export const Colleagues = z.object({ items: z.array(Colleague) });
