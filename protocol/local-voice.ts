import { z } from 'zod';
import { LanePass } from './lane.ts';
import { CustomerYes } from './local-page.ts';
import { MediaMessage, MediaNews } from './media.ts';

/**
 * Between the agent and the one of its pages that carries the voice: WebSocket `/<secret>/voice`, JSON text messages. It is
 * open for as long as that page has the customer's microphone: closed by the page, nobody is heard any more and the voice is
 * taken back; closed by the agent, the page lets the microphone go. What a page and the broker have to say to each other for
 * media passes here; sound does not.
 */

/** The page's close code when its customer let go there by a press. A page that was closed or loaded anew has another one. */
export const LET_GO = 1000;

const onLane = { laneId: z.uuid() };
/** Counts what a page asks, so that the answers find it. */
const onAsking = { asking: z.number().int().min(0) };

/** The first message, and the only one of its kind: this page has a microphone, and its customer pressed yes. */
export const VoiceCarry = z.object({
  type: z.literal('voice.carry'),
  /** As the page calls itself, for `LocalState.talksOn`. */
  pageId: z.uuid(),
  yes: CustomerYes,
});
export type VoiceCarry = z.infer<typeof VoiceCarry>;

export const FromVoicePage = z.discriminatedUnion('type', [
  VoiceCarry,
  z.object({ type: z.literal('media.ask'), ...onAsking, message: MediaMessage }),
  /** The page's end of this lane is there, or will not be. */
  z.object({ type: z.literal('lane.joined'), ...onLane }),
  z.object({ type: z.literal('lane.failed'), ...onLane }),
  /** What the page has sent and received over it so far. */
  z.object({
    type: z.literal('lane.counted'),
    ...onLane,
    sent: z.number().int().min(0),
    received: z.number().int().min(0),
  }),
]);
export type FromVoicePage = z.infer<typeof FromVoicePage>;

export const ToVoicePage = z.discriminatedUnion('type', [
  z.object({ type: z.literal('lane.offered'), pass: LanePass }),
  /** What the broker answered, and that it refused, or did not answer in time. */
  z.object({ type: z.literal('media.answered'), ...onAsking, answer: z.unknown() }),
  z.object({
    type: z.literal('media.denied'),
    ...onAsking,
    message: z.string(),
    isSilence: z.boolean(),
  }),
  z.object({ type: z.literal('media.told'), news: MediaNews }),
]);
export type ToVoicePage = z.infer<typeof ToVoicePage>;
