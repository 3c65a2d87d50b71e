import { z } from 'zod';
import { LanePath } from './media.ts';
import { Tool } from './tool.ts';

/** Largest WebSocket message on a lane. RFB updates and file frames are cut to stay under it. */
export const MAX_LANE_MESSAGE_BYTES = 8 * 1024 * 1024;

/** A ticket opens one side of one lane once, within this time. */
export const TICKET_TTL_MS = 30_000;

/**
 * Where to open it: `GET /lane?ticket=...`, WebSocket, binary messages. With a path it is opened over signalling
 * instead: `media.join` (protocol/media.ts).
 */
export const LanePass = z.object({
  laneId: z.uuid(),
  tool: Tool,
  ticket: z.string(),
  path: LanePath.optional(),
  /** Of somebody who watches, and not of the technician (protocol/watching.ts). */
  watchingId: z.uuid().optional(),
});
export type LanePass = z.infer<typeof LanePass>;
