import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Me, NewUser, Role, User } from '../../protocol/access.ts';
import type { TrustProxy } from '../../server/access/client-address.ts';
import { createApp } from '../../server/http/app.ts';
import type { WitnessStates } from '../../server/http/routes/verification.ts';
import { Lanes } from '../../server/lanes/lanes.ts';
import { createLog } from '../../server/log.ts';
import { DamagedRows } from '../../server/records/damaged-rows.ts';
import { Retention } from '../../server/records/retention.ts';
import { LogVerifications } from '../../server/records/verify/log-verifications.ts';
import { LiveSessions } from '../../server/sessions/live-sessions.ts';
import { PASSWORD, type RunningAccess, someone, startAccess } from '../access/start-access.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body read as JSON. Each test says what it expects in it. */
  // biome-ignore lint/suspicious/noExplicitAny: a test reads what an answer really holds
  readonly json: any;
}

export interface RequestOptions {
  readonly method?: string;
  /** A string is sent as it is, anything else as JSON. */
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
}

export interface Person {
  readonly user: User;
  readonly me: Me;
  readonly cookie: string;
  /** As the console asks: with its cookie, the CSRF token and the Origin of a browser. */
  ask(path: string, options?: RequestOptions): Promise<Reply>;
}

export interface RunningHttp {
  readonly access: RunningAccess;
  readonly sessions: LiveSessions;
  readonly verifications: LogVerifications;
  readonly origin: string;
  ask(path: string, options?: RequestOptions): Promise<Reply>;
  /** Adds a user of this role and signs them in. */
  person(role: Role, more?: Partial<NewUser>): Promise<Person>;
  stop(): Promise<void>;
}

export interface HttpOptions {
  /** As people reach it through a proxy; by default where it listens. */
  readonly publicUrl?: string;
  readonly trustProxy?: TrustProxy;
  /** Pages that were really built; by default there are stand-ins. */
  readonly consoleFolder?: string;
  /** What the broker's witnesses last said. */
  readonly witnesses?: WitnessStates;
}

/** The HTTP side of a broker on a port of its own: real store, real sessions, real express; a fake clock. */
export async function startHttp(options: HttpOptions = {}): Promise<RunningHttp> {
  const { trustProxy = false } = options;
  const access = await startAccess({ secure: options.publicUrl?.startsWith('https:') ?? false, trustProxy });
  const folder = await temporaryFolder();
  const consoleFolder = join(folder.path, 'dist');
  await mkdir(join(consoleFolder, 'assets'), { recursive: true });
  for (const page of ['index', 'join', 'receipt']) {
    await writeFile(join(consoleFolder, `${page}.html`), `<title>${page}</title>`);
  }
  await writeFile(join(consoleFolder, 'assets', 'app-1a2b3c.js'), '// hashed');
  await writeFile(join(folder.path, 'agent.tgz'), 'a package');

  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  const publicUrl = options.publicUrl ?? origin;
  const { store, clock, settings } = access;
  const log = createLog('silent');
  const lanes = new Lanes(clock, log);
  const sessions = new LiveSessions({
    recorder: store,
    clock,
    lanes,
    settings,
    accounts: store,
    log,
    codeKey: randomBytes(32),
    publicUrl: () => publicUrl,
  });
  const verifications = new LogVerifications({ database: access.database, recorder: store, clock, log });
  const app = createApp({
    access,
    sessions,
    records: store,
    settings,
    damagedRows: new DamagedRows(clock),
    retention: new Retention({ store, settings, clock, log }),
    verifications,
    witnesses: options.witnesses ?? (() => []),
    metricSources: {
      sessions: () => sessions.counts(),
      lanes: () => lanes.openByTool(),
      relayedBytes: () => lanes.relayedBytes(),
      media: () => ({ alive: 0, died: 0, rooms: 0 }),
    },
    media: () => 'none',
    publicUrl,
    origins: [publicUrl],
    trustProxy,
    consoleFolder: options.consoleFolder ?? consoleFolder,
    agentPackage: join(folder.path, 'agent.tgz'),
    clock,
    log,
  });
  server.on('request', app.handler);

  const ask: RunningHttp['ask'] = async (path, { method, body, headers } = {}) => {
    const response = await fetch(origin + path, {
      method: method ?? (body === undefined ? 'GET' : 'POST'),
      headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      text,
      get json() {
        return JSON.parse(text);
      },
    };
  };

  return {
    access,
    sessions,
    verifications,
    origin,
    ask,
    async person(role, more) {
      const wish = someone(role, more);
      const user = await access.users.add(wish, 'test');
      const reply = await ask('/api/v1/sign-in', { body: { email: wish.email, password: PASSWORD } });
      const cookie = cookieOf(reply);
      const me: Me = reply.json;
      const own = { cookie, origin, 'x-csrf-token': me.csrfToken };
      return {
        user,
        me,
        cookie,
        ask: (path, options = {}) => ask(path, { ...options, headers: { ...own, ...options.headers } }),
      };
    },
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
      app.close();
      await verifications.close();
      await sessions.close();
      await lanes.close();
      await access.stop();
      await folder.remove();
    },
  };
}

export const cookieOf = (reply: Reply): string => (reply.headers.get('set-cookie') ?? '').split(';')[0]!;
