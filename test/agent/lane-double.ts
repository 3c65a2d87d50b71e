import type { WebSocket } from 'ws';
import type { LaneChannel } from '../../agent/lane-channel.ts';

/** The technician's end of a lane that a `BrokerDouble` opened. */
export function laneDouble(socket: WebSocket): LaneChannel {
  let handler: ((message: Buffer) => void) | undefined;
  let drained = () => {};
  const early: Buffer[] = [];
  socket.on('message', (message) => {
    if (handler) handler(message as Buffer);
    else early.push(message as Buffer);
  });
  return {
    // `ws` has no event for a queue that emptied: each message tells when it has left.
    send: (message) => socket.send(message, () => drained()),
    get bufferedBytes() {
      return socket.bufferedAmount;
    },
    onMessage(next) {
      handler = next;
      while (handler && early.length > 0) handler(early.shift()!);
    },
    onDrain(next) {
      drained = next;
    },
    onClose(closed) {
      socket.on('close', closed);
    },
    close: () => socket.close(),
  };
}
