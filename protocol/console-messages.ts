import { z } from 'zod';
import { FileAccept, FileAsk, FileFinished, FileOffer, FileRefuse } from './file-messages.ts';
import { HandOverAsk } from './hand-over.ts';
import { LanePass } from './lane.ts';
import * as media from './media.ts';
import * as passing from './passing.ts';
import { AccountStated, stated } from './proof/signed-statement.ts';
import { UnsignedReason } from './proof/statement.ts';
import { EndSession } from './session.ts';
import { ConsoleSessionState } from './session-state.ts';
import { Tool, ToolSet } from './tool.ts';
import * as watching from './watching.ts';

/** What the console shows when it connects to `/console` (socket.io `auth`); the sign-in is its cookie. */
export const ConsoleHandshake = z.object({ protocolVersion: z.number().int() });

const inSession = { sessionId: z.uuid() };

/** Follows a session of one's own: answered by its state, and then by every change. */
export const SessionWatch = z.object({ type: z.literal('session.watch'), ...inSession });
export const SessionUnwatch = z.object({ type: z.literal('session.unwatch'), ...inSession });
/** Lets the computer in that joined. */
export const SessionAdmit = z.object({
  type: z.literal('session.admit'),
  ...inSession,
  ...stated,
  /** Why this browser says it without a signature. */
  unsigned: UnsignedReason.optional(),
});
export const ToolsRequest = z.object({ type: z.literal('tools.request'), ...inSession, tools: ToolSet });
/** Gives a grant back. */
export const GrantReturn = z.object({ type: z.literal('grant.return'), ...inSession, tool: Tool });
export const ConsoleLaneOpen = z.object({ type: z.literal('lane.open'), ...inSession, tool: Tool });
/** Done with this lane for now; the grant stays. */
export const ConsoleLaneClose = z.object({ type: z.literal('lane.close'), ...inSession, tool: Tool });
/** Ends it; before it is active that is a cancellation. `admit: false`: the computer that joined is not the right one. */
export const SessionEnd = EndSession.extend({
  type: z.literal('session.end'),
  ...inSession,
  admit: z.literal(false).optional(),
});

export const FromConsole = z.discriminatedUnion('type', [
  SessionWatch,
  SessionUnwatch,
  SessionAdmit,
  ToolsRequest,
  GrantReturn,
  ConsoleLaneOpen,
  ConsoleLaneClose,
  SessionEnd,
  FileAsk.extend(inSession),
  FileOffer.extend(inSession),
  FileAccept.extend(inSession),
  FileRefuse.extend(inSession),
  FileFinished.extend(inSession),
  AccountStated.extend(inSession),
  media.MediaJoin.extend(inSession),
  media.MediaConnect.extend(inSession),
  media.MediaProduce.extend(inSession),
  media.MediaReceive.extend(inSession),
  media.MediaResume.extend(inSession),
  media.MediaMute.extend(inSession),
  media.MediaRestart.extend(inSession),
  media.MediaMeasured.extend(inSession),
  media.MediaLeave.extend(inSession),
  HandOverAsk.extend(inSession),
  watching.WatchingInvite,
  watching.WatchingEnd,
  watching.WatchingFollow,
  watching.WatchingUnfollow,
  watching.WatchingAsk,
  watching.WatchingLeave,
  passing.PassingOffer,
  passing.PassingWithdraw,
  passing.PassingTake,
  passing.PassingDecline,
]);
export type FromConsole = z.infer<typeof FromConsole>;

export const ToConsole = z.discriminatedUnion('type', [
  z.object({ type: z.literal('session.state'), state: ConsoleSessionState }),
  /** Of a session that this page watches. */
  z.object({ type: z.literal('watching.state'), state: watching.WatchedState }),
  /** Everything that this user is invited to right now. */
  z.object({ type: z.literal('invitations.state'), items: z.array(watching.Invitation) }),
  /** Every session that is offered to this user right now, with how an offer to them went last. */
  z.object({ type: z.literal('offers.state'), items: z.array(passing.SessionOffer) }),
  /** This page has no part in it any more: somebody else goes on. */
  z.object({
    type: z.literal('session.passed'),
    ...inSession,
    passingId: z.uuid(),
    /** Their name. */
    to: z.string(),
  }),
  z.object({ type: z.literal('lane.offered'), sessionId: z.uuid(), pass: LanePass }),
  media.MediaOffered.extend(inSession),
  media.MediaMuted.extend(inSession),
  media.MediaWanted.extend(inSession),
  media.MediaClosed.extend(inSession),
  /** The sign-in was revoked or ran out: the page must sign in again. */
  z.object({ type: z.literal('sign-in.ended') }),
]);
export type ToConsole = z.infer<typeof ToConsole>;
