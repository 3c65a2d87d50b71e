import type { LaneChannel as AnyLaneChannel } from '../protocol/customer-end/lane-channel.ts';

/** `lane-socket.ts` makes one from a WebSocket; tests make one from two arrays. */
export type LaneChannel = AnyLaneChannel<Buffer>;
