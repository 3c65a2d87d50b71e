import type { Socket } from 'socket.io';

/** A client this far behind does not read any more, and may come back when it does. */
const MAX_WAITING_PACKETS = 100;
const MAX_WAITING_CHARACTERS = 2 * 2 ** 20;

/** engine.io's own, which it tells of in no other way: what waits to leave, and whether the WebSocket takes more. */
interface Connection {
  readonly writeBuffer: readonly { readonly data?: unknown }[];
  readonly transport: {
    readonly writable: boolean;
    readonly socket: { terminate(): void };
    on(event: 'ready', listener: () => void): unknown;
  };
}
const connectionOf = (socket: Socket) => socket.conn as unknown as Connection;

/** States that wait until a connection takes more, by session. */
const waiting = new WeakMap<Socket, Map<string, object>>();

/**
 * Pushes a session's whole state. While the client is behind only the newest of each session waits: an older one says
 * nothing that it does not say.
 */
export function pushState(socket: Socket, sessionId: string, message: object): void {
  const { transport, writeBuffer } = connectionOf(socket);
  if (transport.writable && writeBuffer.length === 0) send(socket, message);
  else statesOf(socket).set(sessionId, message);
}

/** Pushes one message, behind every state that was pushed before it. */
export function push(socket: Socket, message: object): void {
  sendStates(socket);
  send(socket, message);
}

/** Before an answer: nobody hears it before the states that led to it. Drops a connection that takes nothing. */
export function beforeAnswer(socket: Socket): void {
  sendStates(socket);
  dropIfBehind(socket);
}

function statesOf(socket: Socket): Map<string, object> {
  const known = waiting.get(socket);
  if (known) return known;
  const states = new Map<string, object>();
  waiting.set(socket, states);
  connectionOf(socket).transport.on('ready', () => sendStates(socket));
  return states;
}

function sendStates(socket: Socket): void {
  const states = waiting.get(socket);
  if (states === undefined || states.size === 0) return;
  const newest = [...states.values()];
  states.clear();
  for (const state of newest) send(socket, state);
}

function send(socket: Socket, message: object): void {
  dropIfBehind(socket);
  socket.emit('message', message);
}

function dropIfBehind(socket: Socket): void {
  const { writeBuffer, transport } = connectionOf(socket);
  const characters = writeBuffer.reduce((sum, { data }) => sum + String(data ?? '').length, 0);
  if (writeBuffer.length <= MAX_WAITING_PACKETS && characters <= MAX_WAITING_CHARACTERS) return;
  socket.disconnect(true);
  // Left to itself, engine.io closes only when all has left that waits.
  transport.socket.terminate();
}
