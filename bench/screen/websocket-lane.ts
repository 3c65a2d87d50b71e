import type { WebSocket } from 'ws';
import type { LaneChannel } from '../../agent/lane-channel.ts';

/** A lane straight over a WebSocket, with no broker between: for measuring the screen engine alone. */
export function websocketLane(socket: WebSocket): LaneChannel {
  let handler: ((message: Buffer) => void) | undefined;
  let drained = () => {};
  socket.on('message', (data) => handler?.(data as Buffer));
  socket.on('error', () => socket.terminate());
  return {
    send(message) {
      if (socket.readyState === socket.OPEN) socket.send(message, () => drained());
    },
    get bufferedBytes() {
      return socket.bufferedAmount;
    },
    onMessage(next) {
      handler = next;
      if (next) socket.resume();
      else socket.pause();
    },
    onDrain(next) {
      drained = next;
    },
    onClose(next) {
      socket.once('close', next);
    },
    close() {
      socket.close();
    },
  };
}
