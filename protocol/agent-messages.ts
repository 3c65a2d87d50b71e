import { z } from 'zod';
import { ConsentAnswered, ConsentVolunteered } from './consent.ts';
import { FileAccept, FileFinished, FileOffer, FileRefuse } from './file-messages.ts';
import { GrantRevoke } from './grant.ts';
import { HandOverBegin, HandOverConfirm, HandOverRefuse } from './hand-over.ts';
import { LanePass } from './lane.ts';
import { MEDIA_NEWS, MediaMessage } from './media.ts';
import { PassingAnswered } from './passing.ts';
import { AccountStated } from './proof/signed-statement.ts';
import { AgentSessionState } from './session-state.ts';
import { SurfaceRefused, SurfaceShared } from './surface.ts';
import { Tool } from './tool.ts';
import { MicrophoneRefused } from './voice.ts';
import { WatchingAnswered, WatchingStop } from './watching.ts';

/** What an agent shows when it connects to `/agent` (socket.io `auth`). */
export const AgentHandshake = z.object({
  agentToken: z.string().min(20).max(200),
  protocolVersion: z.number().int(),
});

/** The customer ends it: everything stops at once. */
export const SessionStop = z.object({
  type: z.literal('session.stop'),
  reason: z.enum(['stopped-by-customer', 'reported-by-customer', 'refused-by-customer', 'display-lost']),
});

/** Asks for this side's ticket to the lane of `tool`. The answer is a LanePass. */
export const AgentLaneOpen = z.object({ type: z.literal('lane.open'), tool: Tool });

/** Every message that an agent sends, each answered by `{ok: true, ...}` or an ErrorBody. The socket.io event is `message`. */
export const FromAgent = z.discriminatedUnion('type', [
  ConsentAnswered,
  ConsentVolunteered,
  GrantRevoke,
  SessionStop,
  AgentLaneOpen,
  FileOffer,
  FileAccept,
  FileRefuse,
  FileFinished,
  AccountStated,
  ...MediaMessage.options,
  SurfaceShared,
  SurfaceRefused,
  HandOverBegin,
  HandOverRefuse,
  HandOverConfirm,
  MicrophoneRefused,
  WatchingAnswered,
  WatchingStop,
  PassingAnswered,
]);
export type FromAgent = z.infer<typeof FromAgent>;

export const ToAgent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('session.state'), state: AgentSessionState }),
  /** The other side opened a lane: come. */
  z.object({ type: z.literal('lane.offered'), pass: LanePass }),
  ...MEDIA_NEWS,
]);
export type ToAgent = z.infer<typeof ToAgent>;
