import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { io, type Socket } from 'socket.io-client';
import { WebSocket } from 'ws';
import type { ToAgent } from '../../protocol/agent-messages.ts';
import type { ToConsole } from '../../protocol/console-messages.ts';
import { ErrorBody } from '../../protocol/errors.ts';
import type { LanePass } from '../../protocol/lane.ts';
import { PROTOCOL_VERSION } from '../../protocol/version.ts';
import { clientAddress } from '../../server/access/client-address.ts';
import type { SignedIn } from '../../server/access/signed-in.ts';
import { createLog } from '../../server/log.ts';
import {
  attachSignalling,
  type Signalling,
  type SignallingParts,
} from '../../server/signalling/signalling.ts';
import {
  anotherTechnician,
  manager,
  type RunningSessions,
  type RunningStore,
  startSessions,
  technician,
} from '../sessions/start-sessions.ts';
import { until } from '../support/until.ts';

/** Who the tests' cookies speak for. Real cookies are `test/access`'s concern. */
const SIGNED_IN: Record<string, SignedIn> = {
  'who=tess': technician,
  'who=theo': anotherTechnician,
  'who=alex': { ...technician, userId: '01890000-0000-7000-8000-000000000009', role: 'admin' },
  'who=max': manager,
  'who=tess-elsewhere': { ...technician, signInId: 'a sign-in elsewhere' },
  /** As an API key of hers would speak. */
  'who=a-program-of-tess': withoutSignIn(technician),
};

export interface Client<Pushed> {
  readonly socket: Socket;
  readonly pushed: Pushed[];
  /** The answer: `{ok: true, ...}`, or an ErrorBody. */
  ask(message: unknown): Promise<Record<string, unknown>>;
  /** The error's code in the answer. */
  refused(message: unknown): Promise<string | undefined>;
  /** Waits for a pushed message. */
  hears(what: string, is: (message: Pushed) => boolean): Promise<Pushed>;
}

export interface RunningSignalling extends RunningSessions {
  readonly signalling: Signalling;
  readonly origin: string;
  readonly port: number;
  console(cookie?: string): Promise<Client<ToConsole>>;
  agent(agentToken: string): Promise<Client<ToAgent>>;
  /** The code that a connection is refused with. */
  refusal(namespace: string, options: { auth?: object; cookie?: string; origin?: string }): Promise<string>;
  /** Replaces what happens while a connection is identified. */
  whileIdentifying: () => void;
  lane(pass: LanePass, headers?: Record<string, string>): WebSocket;
}

/** Resolves when the broker, or the test, has hung up. */
export const hungUp = (socket: Socket): Promise<void> =>
  new Promise((resolve) => socket.once('disconnect', () => resolve()));

/** A test's address is what its header `X-Forwarded-For` says. */
export async function startSignalling(
  record: RunningStore,
  options: Pick<SignallingParts, 'maxNameless'> = {},
): Promise<RunningSignalling> {
  const running = startSessions(record);
  const http = createServer((_request, response) => response.writeHead(404).end());
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  const { port } = http.address() as AddressInfo;
  const origin = `http://127.0.0.1:${port}`;
  const signalling = attachSignalling(http, {
    sessions: running.sessions,
    lanes: running.lanes,
    async identify(request: IncomingMessage) {
      started.whileIdentifying();
      return SIGNED_IN[request.headers.cookie ?? ''];
    },
    addressOf: clientAddress(1),
    origins: () => [origin],
    ...options,
    clock: record.clock,
    log: createLog('silent'),
  });
  const sockets: Socket[] = [];
  const lanes: WebSocket[] = [];

  const connect = (namespace: string, auth: object, headers: Record<string, string>) => {
    const socket = io(`${origin}${namespace}`, {
      path: '/signalling',
      transports: ['websocket'],
      auth: auth as Record<string, unknown>,
      extraHeaders: headers,
      reconnection: false,
      forceNew: true,
    });
    sockets.push(socket);
    return socket;
  };
  const client = async <Pushed>(socket: Socket): Promise<Client<Pushed>> => {
    const pushed: Pushed[] = [];
    socket.on('message', (message: Pushed) => pushed.push(message));
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('connect_error', reject);
    });
    const ask = async (message: unknown) =>
      (await socket.timeout(5_000).emitWithAck('message', message)) as Record<string, unknown>;
    return {
      socket,
      pushed,
      ask,
      refused: async (message) => ErrorBody.safeParse(await ask(message)).data?.error.code,
      async hears(what, is) {
        await until(what, () => pushed.some(is));
        return pushed.find(is)!;
      },
    };
  };

  const started: RunningSignalling = {
    ...running,
    signalling,
    whileIdentifying: () => {},
    origin,
    port,
    console: (cookie = 'who=tess') =>
      client(connect('/console', { protocolVersion: PROTOCOL_VERSION }, { cookie, origin })),
    agent: (agentToken) => client(connect('/agent', { agentToken, protocolVersion: PROTOCOL_VERSION }, {})),
    async refusal(namespace, options) {
      const headers = {
        ...(options.cookie === undefined ? {} : { cookie: options.cookie }),
        ...(options.origin === undefined ? {} : { origin: options.origin }),
      };
      const socket = connect(namespace, options.auth ?? {}, headers);
      const error = await new Promise<Error & { data?: unknown }>((resolve, reject) => {
        socket.once('connect_error', resolve);
        socket.once('connect', () => reject(new Error('it was let in')));
      });
      return ErrorBody.safeParse(error.data).data?.error.code ?? error.message;
    },
    lane(pass, headers = {}) {
      const lane = new WebSocket(`ws://127.0.0.1:${port}/lane?ticket=${pass.ticket}`, { headers });
      lanes.push(lane);
      return lane;
    },
    async stop() {
      for (const socket of sockets) socket.disconnect();
      for (const lane of lanes) lane.terminate();
      await signalling.close();
      await running.stop();
      http.closeAllConnections();
      http.close();
      await once(http, 'close');
    },
  };
  return started;
}

function withoutSignIn({ signInId, ...rest }: SignedIn): SignedIn {
  return rest;
}
