import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { ErrorCode } from '../../protocol/errors.ts';
import type { Clock } from '../clock.ts';
import { Refusal } from '../refusal.ts';
import { closeFrame } from './frame.ts';

/** RFC 6455 1.3 */
const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
const KEY = /^[+/0-9A-Za-z]{22}==$/;
/** How long a refused client has to take the close frame. */
const LINGER_MS = 1_000;

/**
 * The server's half of the opening handshake, without any extension: nothing is ever compressed on a lane.
 * Answers the key to accept with. @throws Refusal `request.invalid`
 */
export function checkHandshake(request: IncomingMessage): string {
  const { upgrade, 'sec-websocket-key': key, 'sec-websocket-version': version } = request.headers;
  if (
    request.method !== 'GET' ||
    upgrade?.toLowerCase() !== 'websocket' ||
    version !== '13' ||
    key === undefined ||
    !KEY.test(key)
  ) {
    throw new Refusal('request.invalid', 'A WebSocket of version 13 is expected here.');
  }
  return createHash('sha1')
    .update(key + GUID)
    .digest('base64');
}

export function completeHandshake(socket: Duplex, accept: string): void {
  socket.write(
    `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
  );
}

/** Says why after the handshake, by a close frame, and hangs up. */
export function turnAway(socket: Duplex, code: ErrorCode, clock: Clock): void {
  socket.on('error', () => socket.destroy());
  socket.end(closeFrame(code));
  socket.resume();
  const cancel = clock.after(LINGER_MS, () => socket.destroy());
  socket.once('end', () => socket.destroy());
  socket.once('close', cancel);
}
