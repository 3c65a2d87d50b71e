import type { Socket } from 'socket.io';

/** States are small and rare: a client this far behind does not read any more, and may come back when it does. */
const MAX_WAITING_PACKETS = 100;

/** Pushes one message, or drops a connection that takes none. */
export function push(socket: Socket, message: object): void {
  // engine.io keeps what waits to leave in here and tells of it in no other way.
  const { writeBuffer } = socket.conn as unknown as { writeBuffer: readonly unknown[] };
  if (writeBuffer.length > MAX_WAITING_PACKETS) socket.disconnect(true);
  else socket.emit('message', message);
}
