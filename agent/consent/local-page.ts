import { randomBytes, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { NotTheCustomer } from '../../protocol/customer-end/customers-hand.ts';
import { LocalCommand } from '../../protocol/local-page.ts';
import { carryVoice } from '../voice/voice-socket.ts';
import type { CustomerDesk, CustomerInterface } from './customer-desk.ts';
import type { PageFile } from './page-files.ts';
import { belongsTo } from './same-user.ts';

export interface LocalPage extends CustomerInterface {
  /** The page, for the customer's eyes only: whoever has this address can answer in the customer's place. */
  readonly address: string;
  /**
   * Leads to the page once. For a browser's command line, which every user of this computer can read: where the system
   * tells whose a connection is (Linux), it leads nobody else there. Elsewhere, when somebody else was faster, the
   * customer sees that it does not work.
   */
  entrance(): string;
  /** Browser windows that show the page now. */
  readonly viewers: number;
  /** Resolves when no window shows the page (any more). */
  left(): Promise<void>;
}

const MAX_COMMAND_BYTES = 64 * 1024;
const MAX_VIEWERS = 8;
const ENTRANCE_TTL_MS = 60_000;
/** A window gets at most this many states a second; the first after a pause goes at once. */
const STATE_EVERY_MS = 50;
/** A window that does not read gets the newest state later instead of all of them. */
const MAX_UNREAD_BYTES = 1024 * 1024;

/**
 * Serves the customer's page on 127.0.0.1, to this computer's browser and to nobody else.
 * @param user the only one whom an entrance lets in.
 */
export async function startLocalPage(
  desk: CustomerDesk,
  files: ReadonlyMap<string, PageFile>,
  user = process.getuid?.(),
): Promise<LocalPage> {
  const secret = randomBytes(32).toString('base64url');
  /** One-time paths, and until when each is good. */
  const entrances = new Map<string, number>();
  const viewers = new Set<WebSocket>();
  const server = createServer({ headersTimeout: 10_000, requestTimeout: 0, maxHeaderSize: 16 * 1024 });
  /** Their connections of the voice: one page carries it, another may ask to at the same moment. */
  const voices = new Set<WebSocket>();
  const sockets = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: MAX_COMMAND_BYTES,
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const origin = `http://${host}`;
  const headers = strictHeaders(host);
  const kinds = new Map([
    ['/live', { open: viewers, serve: follow }],
    ['/voice', { open: voices, serve: carryVoice }],
  ]);

  /** The path below the secret, or undefined for whoever does not know it. */
  const below = (request: IncomingMessage): URL | undefined => {
    // A name that an attacker's DNS points at 127.0.0.1 arrives with that name in Host.
    if (request.headers.host !== host || !URL.canParse(`http://below${request.url}`)) return undefined;
    const url = new URL(`http://below${request.url}`);
    const [, first = '', ...rest] = url.pathname.split('/');
    if (rest.length === 0 || !sameSecret(first, secret)) return undefined;
    url.pathname = rest.join('/');
    return url;
  };

  const enters = async ({ headers: { host: name }, method, url = '', socket }: IncomingMessage) => {
    if (name !== host || method !== 'GET' || !entrances.has(url)) return false;
    if (!(await belongsTo(user, socket))) return false;
    const goodUntil = entrances.get(url) ?? 0;
    return entrances.delete(url) && Date.now() < goodUntil;
  };

  const respond = async (request: IncomingMessage, response: ServerResponse) => {
    const from = request.headers.origin;
    if (from !== undefined && from !== origin) return refuse(response, 403);
    if (await enters(request)) return response.writeHead(303, { ...headers, location: `/${secret}/` }).end();
    const url = below(request);
    if (!url) return refuse(response, 404);
    const path = url.pathname.slice(1);
    if (path === 'files' && request.method === 'PUT') {
      if (from !== origin) return refuse(response, 403);
      return takeFile(desk, url, request, response, headers);
    }
    const file = path === 'receipt.json' ? receiptOf(desk) : files.get(path);
    if (!file) return refuse(response, 404);
    if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(response, 405);
    response.writeHead(200, { ...headers, 'content-type': file.type, 'content-length': file.content.length });
    response.end(request.method === 'HEAD' ? undefined : file.content);
  };

  server.on('request', (request, response) => {
    respond(request, response).catch(() => response.destroy());
  });
  server.on('upgrade', (request, socket: Duplex, head) => {
    socket.on('error', () => socket.destroy());
    const url = below(request);
    const kept = request.headers.origin === origin ? kinds.get(url?.pathname ?? '') : undefined;
    if (!kept || kept.open.size >= MAX_VIEWERS) {
      socket.end('HTTP/1.1 403 Forbidden\r\nconnection: close\r\ncontent-length: 0\r\n\r\n');
      return;
    }
    sockets.handleUpgrade(request, socket, head, (opened) => {
      kept.open.add(opened);
      opened.once('close', () => {
        kept.open.delete(opened);
        if (viewers.size === 0) sockets.emit('left');
      });
      kept.serve(desk, opened);
    });
  });

  return {
    address: `${origin}/${secret}/`,
    entrance() {
      const path = `/${randomBytes(32).toString('base64url')}`;
      entrances.set(path, Date.now() + ENTRANCE_TTL_MS);
      return origin + path;
    },
    get viewers() {
      return viewers.size;
    },
    async left() {
      if (viewers.size > 0) await once(sockets, 'left');
    },
    async close() {
      for (const each of [...viewers, ...voices]) each.terminate();
      sockets.close();
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

/** Shows every change of the desk to one window, and takes its commands. */
function follow(desk: CustomerDesk, viewer: WebSocket): void {
  let due: NodeJS.Timeout | undefined;
  let again = false;
  const show = () => {
    const state = desk.state();
    if (viewer.bufferedAmount > MAX_UNREAD_BYTES) again = true;
    else if (state) viewer.send(JSON.stringify(state));
    due = setTimeout(() => {
      due = undefined;
      if (!again) return;
      again = false;
      show();
    }, STATE_EVERY_MS);
  };
  const stop = desk.onChange(() => {
    if (due) again = true;
    else show();
  });
  viewer.on('message', (data, isBinary) => {
    const command = isBinary ? undefined : parseCommand(String(data));
    if (command) desk.command(command, 'person');
    else viewer.close(1008, 'not a command');
  });
  viewer.on('error', () => viewer.terminate());
  viewer.once('close', () => {
    clearTimeout(due);
    stop();
  });
  show();
}

function receiptOf({ receipt: { text } }: CustomerDesk): PageFile | undefined {
  return text === undefined ? undefined : { type: 'application/json', content: Buffer.from(text) };
}

function parseCommand(text: string): LocalCommand | undefined {
  try {
    return LocalCommand.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

async function takeFile(
  desk: CustomerDesk,
  url: URL,
  request: IncomingMessage,
  response: ServerResponse,
  headers: Record<string, string>,
): Promise<void> {
  const name = url.searchParams.get('name') ?? '';
  const size = Number(request.headers['content-length']);
  if (!name || name.length > 4096 || !Number.isSafeInteger(size) || size < 0)
    return answer(response, headers, 400, 'A file has a name and a size.');
  try {
    await desk.sendFile({ name, size, content: request });
    response.writeHead(204, headers).end();
  } catch (error) {
    const status = error instanceof NotTheCustomer ? 403 : 409;
    answer(response, headers, status, error instanceof Error ? error.message : 'The file was not sent.');
  }
}

function answer(
  response: ServerResponse,
  headers: Record<string, string>,
  status: number,
  message: string,
): void {
  const body = JSON.stringify({ error: { code: 'request.invalid', message } });
  // What is left of the body is not worth reading.
  response
    .writeHead(status, { ...headers, 'content-type': 'application/json', connection: 'close' })
    .end(body);
}

/** Says nothing: whoever gets this is not the customer's browser. */
function refuse(response: ServerResponse, status: number): void {
  response.writeHead(status, { connection: 'close', 'content-length': 0 }).end();
}

function sameSecret(given: string, secret: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(secret)];
  return a.length === b.length && timingSafeEqual(a, b);
}

function strictHeaders(host: string): Record<string, string> {
  return {
    'content-security-policy': [
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      "img-src 'self' data:",
      "font-src 'self'",
      `connect-src 'self' ws://${host}`,
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ].join('; '),
    'cache-control': 'no-store',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'permissions-policy': 'camera=(), microphone=(self), geolocation=(), display-capture=()',
    // The secret stands in the address.
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
  };
}
