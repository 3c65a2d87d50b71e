import type { FileLane } from '../../file-sender.ts';
import { MalformedFrame } from '../../file-transfer.ts';
import type { FileTransfers } from '../../file-transfers.ts';
import type { LaneChannel } from '../lane-channel.ts';

/** So much may wait in the lane; more would only be memory. */
const MAX_QUEUED_BYTES = 1024 * 1024;

/** Lets these transfers flow over this lane until it closes. A lane that brings what is no frame is closed. */
export function attachFileLane(channel: LaneChannel, transfers: FileTransfers): void {
  let waiting: (() => void)[] = [];
  const release = () => {
    const ready = waiting;
    waiting = [];
    for (const resume of ready) resume();
  };
  const lane: FileLane = {
    send: (frame) => channel.send(frame),
    room: () =>
      channel.bufferedBytes < MAX_QUEUED_BYTES
        ? Promise.resolve()
        : new Promise((resolve) => {
            waiting.push(resolve);
          }),
  };
  channel.onDrain(release);
  channel.onClose(() => {
    transfers.detach(lane);
    release();
  });
  channel.onMessage((message) => {
    try {
      transfers.take(lane, message);
    } catch (error) {
      if (!(error instanceof MalformedFrame)) throw error;
      channel.close();
    }
  });
  transfers.attach(lane);
}
