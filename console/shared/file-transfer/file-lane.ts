import type { FileLane } from '../../../protocol/file-sender.ts';
import { MalformedFrame } from '../../../protocol/file-transfer.ts';
import type { FileTransfers } from '../../../protocol/file-transfers.ts';
import type { LaneChannel } from '../lane-channel.ts';

/** So much may wait in the lane; more would only be memory. */
const MAX_QUEUED_BYTES = 2 * 1024 * 1024;

/** Lets these transfers flow over this lane from its opening until it closes. A lane that brings what is no frame is closed. */
export function attachFileLane(channel: LaneChannel, transfers: FileTransfers): void {
  const lane: FileLane = {
    send: (frame) => channel.send(frame),
    room: () => channel.roomBelow(MAX_QUEUED_BYTES),
  };
  channel.onMessage = (message) => {
    try {
      transfers.take(lane, message);
    } catch (error) {
      if (!(error instanceof MalformedFrame)) throw error;
      channel.close();
    }
  };
  channel.onClose = () => transfers.detach(lane);
  if (channel.isOpen) transfers.attach(lane);
  else channel.onOpen = () => transfers.attach(lane);
}
