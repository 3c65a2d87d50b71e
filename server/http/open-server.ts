import { readFile } from 'node:fs/promises';
import { createServer as createHttpServer, type Server } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { type Config, ConfigError } from '../config.ts';
import { answerUnreadable, MAX_HEADER_BYTES } from './unreadable-requests.ts';

/** The closing handshake of a WebSocket takes a round trip; a peer that does not answer would keep it open for 30 s. */
const GOODBYE_MS = 2_000;

export interface Listening {
  readonly server: Server;
  readonly port: number;
  /** Where people reach it, by its own word. */
  readonly ownUrl: string;
  /** What browsers come from where nobody has said how people reach it: by the names of its own machine too. */
  readonly localOrigins: string[];
  /** Takes no more connections; resolves when those that there are have ended. */
  stop(): Promise<void>;
}

/** Where the configuration says. @throws ConfigError with what to do */
export async function openServer(config: Config): Promise<Listening> {
  const server = await createServer(config);
  answerUnreadable(server);
  const open = openConnections(server);
  const port = await listen(server, config);
  const scheme = config.tls ? 'https' : 'http';
  const at = (name: string) => `${scheme}://${name}:${port}`;
  const host = hostInUrl(config.host);
  return {
    server,
    port,
    ownUrl: at(host),
    localOrigins: [...new Set(['localhost', '127.0.0.1', host])].map(at),
    stop: () => stopListening(server, open),
  };
}

async function createServer({ tls }: Config): Promise<Server> {
  // Headers come before anybody has signed in: not large, and soon.
  const limits = { maxHeaderSize: MAX_HEADER_BYTES, headersTimeout: 10_000, requestTimeout: 60_000 };
  if (!tls) return createHttpServer(limits);
  const read = (file: string, variable: string) =>
    readFile(file).catch((error: Error) => {
      throw new ConfigError(`${variable}: ${file} cannot be read (${error.message})`);
    });
  const cert = await read(tls.certFile, 'COUNTERSIGN_TLS_CERT');
  const key = await read(tls.keyFile, 'COUNTERSIGN_TLS_KEY');
  try {
    return createHttpsServer({ ...limits, cert, key, minVersion: 'TLSv1.2' });
  } catch (error) {
    throw new ConfigError(
      `COUNTERSIGN_TLS_CERT, COUNTERSIGN_TLS_KEY: they do not fit together (${(error as Error).message})`,
    );
  }
}

function listen(server: Server, { host, port }: Config): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const why =
        error.code === 'EADDRINUSE'
          ? 'another program listens there. End it, or choose another port'
          : error.message;
      reject(new ConfigError(`COUNTERSIGN_PORT: ${host}:${port} cannot be used: ${why}`));
    });
    server.listen(port, host, () => resolve((server.address() as AddressInfo).port));
  });
}

function openConnections(server: Server): ReadonlySet<Socket> {
  const open = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    open.add(socket);
    // Node remembers it from the first time on: also who hangs up at once stands with it in the record.
    void socket.remoteAddress;
    socket.once('close', () => open.delete(socket));
  });
  return open;
}

/** Whoever can still be reached is told goodbye; a peer whose network is dead may not hold up a restart. */
function stopListening(server: Server, open: ReadonlySet<Socket>): Promise<void> {
  return new Promise((resolve) => {
    const hangUp = setTimeout(() => {
      for (const socket of open) socket.destroy();
    }, GOODBYE_MS);
    server.close(() => {
      clearTimeout(hangUp);
      resolve();
    });
    server.closeAllConnections();
  });
}

const hostInUrl = (host: string): string =>
  host === '0.0.0.0' || host === '::' ? 'localhost' : host.includes(':') ? `[${host}]` : host;
