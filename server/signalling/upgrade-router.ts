import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { ERRORS, type ErrorBody, type ErrorCode } from '../../protocol/errors.ts';
import { Refusal } from '../refusal.ts';

/** Takes over an upgrade whose path and origin are right. @throws Refusal before it has written anything. */
export type Upgrade = (request: IncomingMessage, socket: Socket, head: Buffer, address: URL) => void;

export interface UpgradeRoutes {
  /** By exact path. */
  readonly paths: Readonly<Record<string, Upgrade>>;
  /** Exact origins that a browser may come from. What sends none is no browser, and has to prove itself all the same. */
  readonly origins: () => readonly string[];
  readonly onDefect: (error: unknown) => void;
}

const LINGER_MS = 1_000;

/** The one listener for upgrades of an HTTP server: each path has one owner, and all the rest is refused. The answer detaches it. */
export function routeUpgrades(server: Server, routes: UpgradeRoutes): () => void {
  const upgrade = (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    // An HTTP server's upgrades are sockets of its own, plain or TLS.
    const socket = stream as Socket;
    socket.on('error', () => socket.destroy());
    try {
      route(routes, request, socket, head);
    } catch (error) {
      if (!(error instanceof Refusal)) routes.onDefect(error);
      const code = error instanceof Refusal ? error.code : 'internal';
      refuse(socket, code, error instanceof Refusal ? error.message : 'Something went wrong here.');
    }
  };
  server.on('upgrade', upgrade);
  return () => server.off('upgrade', upgrade);
}

function route({ paths, origins }: UpgradeRoutes, request: IncomingMessage, socket: Socket, head: Buffer) {
  const { origin } = request.headers;
  const address = URL.parse(request.url ?? '', 'http://broker');
  const upgrade = address && Object.hasOwn(paths, address.pathname) ? paths[address.pathname] : undefined;
  if (!address || !upgrade) throw new Refusal('not-found', 'There is nothing here.');
  if (origin !== undefined && !origins().includes(origin)) {
    throw new Refusal('origin.refused', 'This page may not connect here.');
  }
  upgrade(request, socket, head, address);
}

/** Answers an upgrade with an HTTP error. */
function refuse(socket: Socket, code: ErrorCode, message: string): void {
  const body = JSON.stringify({ error: { code, message } } satisfies ErrorBody);
  socket.end(
    `HTTP/1.1 ${ERRORS[code].status} Refused\r\nConnection: close\r\nContent-Type: application/json\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
  socket.setTimeout(LINGER_MS, () => socket.destroy());
  socket.on('end', () => socket.destroy());
  socket.resume();
}
