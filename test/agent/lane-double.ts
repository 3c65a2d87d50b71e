import type { WebSocket } from 'ws';
import type { LaneChannel } from '../../agent/lane-channel.ts';

/** The technician's end of a lane that a `BrokerDouble` opened. */
export function laneDouble(socket: WebSocket): LaneChannel {
  let handler: ((message: Buffer) => void) | undefined;
  const early: Buffer[] = [];
  socket.on('message', (message) => {
    if (handler) handler(message as Buffer);
    else early.push(message as Buffer);
  });
  return {
    send: (message) => socket.send(message),
    get bufferedBytes() {
      return socket.bufferedAmount;
    },
    onMessage(next) {
      handler = next;
      while (handler && early.length > 0) handler(early.shift()!);
    },
    onDrain(drained) {
      socket.on('drain', drained);
    },
    onClose(closed) {
      socket.on('close', closed);
    },
    close: () => socket.close(),
  };
}
