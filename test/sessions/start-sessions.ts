import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FromAgent } from '../../protocol/agent-messages.ts';
import type { AgentKind } from '../../protocol/computer.ts';
import type { FromConsole } from '../../protocol/console-messages.ts';
import type { Joined } from '../../protocol/join.ts';
import type { ShownText } from '../../protocol/proof/statement.ts';
import type { SessionEntry } from '../../protocol/record.ts';
import { Code, OpenSession, type SessionOpened } from '../../protocol/session.ts';
import type { AgentSessionState, ConsoleSessionState } from '../../protocol/session-state.ts';
import { TOOLS, type Tool } from '../../protocol/tool.ts';
import { PROTOCOL_VERSION } from '../../protocol/version.ts';
import type { SignedIn } from '../../server/access/signed-in.ts';
import { Lanes } from '../../server/lanes/lanes.ts';
import type { MediaPath } from '../../server/lanes/media-path.ts';
import { createLog } from '../../server/log.ts';
import { sha256 } from '../../server/records/node-signatures.ts';
import { openSqliteStore, type SqliteRecordStore } from '../../server/records/sqlite/sqlite-record-store.ts';
import { LiveSessions } from '../../server/sessions/live-sessions.ts';
import { Settings } from '../../server/settings/settings.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { GatedRecorder } from '../support/gated-recorder.ts';
import type { SigningEnd } from '../support/signing-end.ts';

export const technician: SignedIn = {
  userId: '01890000-0000-7000-8000-000000000001',
  email: 'tess@example.com',
  name: 'Tess Technician',
  role: 'technician',
  teams: ['first line'],
  signInId: 'a sign-in',
  address: '192.0.2.1',
  reading: Settings.parse({}).reading,
};

export const anotherTechnician: SignedIn = {
  ...technician,
  userId: '01890000-0000-7000-8000-000000000002',
  email: 'theo@example.com',
  name: 'Theo Technician',
  signInId: 'another sign-in',
};

export const manager: SignedIn = {
  ...technician,
  userId: '01890000-0000-7000-8000-000000000003',
  email: 'max@example.com',
  name: 'Max Manager',
  role: 'manager',
  signInId: 'a manager’s sign-in',
};

export const wish = (tools: readonly Tool[] = ['view', 'control']): OpenSession =>
  OpenSession.parse({ contact: { name: 'Ada Customer' }, reason: 'The printer is on fire', tools });

export const computer = {
  hostName: 'ada-laptop',
  platform: 'Debian GNU/Linux 12',
  architecture: 'x64',
};

type WithoutSession<Message> = Message extends unknown ? Omit<Message, 'sessionId'> : never;
type FromConsoleHere = WithoutSession<FromConsole>;

/** The real sessions over the real store and lanes, with time in the test's hands. */
export interface RunningSessions {
  readonly sessions: LiveSessions;
  readonly lanes: Lanes;
  readonly store: SqliteRecordStore;
  readonly recorder: GatedRecorder;
  readonly clock: FakeClock;
  /** What the organisation has decided; a test may decide otherwise. */
  readonly settings: { now: Settings };
  /** The entries of a session, oldest first. */
  entries(sessionId: string): Promise<SessionEntry[]>;
  types(sessionId: string): Promise<string[]>;
  join(
    opened: SessionOpened,
    capable?: readonly Tool[],
    signingKey?: string,
    webrtc?: boolean,
    kind?: AgentKind,
  ): Promise<Joined>;
  /** Another broker over the same store, as after a kill: nothing of the first one's memory is left. */
  restart(): Promise<RunningSessions>;
  stop(): Promise<void>;
}

/** A store takes a second to start: one for the tests of a file. */
export interface RunningStore {
  readonly store: SqliteRecordStore;
  readonly clock: FakeClock;
  stop(): Promise<void>;
}

/** Accounts for these, so that the broker knows them. `disabled`: one who may not sign in any more. */
export async function addPeople(
  { store }: RunningStore,
  people: readonly SignedIn[],
  disabled?: SignedIn,
): Promise<void> {
  for (const { userId: id, name, role, teams } of people)
    await store.addUser({
      id,
      email: `${id}@example.com`,
      name,
      role,
      teams,
      passwordHash: id,
      disabled: id === disabled?.userId,
      createdAt: '2026-03-02T09:00:00.000Z',
    });
}

export async function startStore(): Promise<RunningStore> {
  const folder = await mkdtemp(join(tmpdir(), 'countersign-sessions-'));
  const clock = new FakeClock();
  const store = await openSqliteStore({
    file: join(folder, 'records.db'),
    key: randomBytes(32),
    cursorKey: randomBytes(32),
    signingSeed: randomBytes(32),
    clock,
    periods: () => Settings.parse({}),
  });
  return {
    store,
    clock,
    async stop() {
      await store.close();
      await rm(folder, { recursive: true });
    },
  };
}

export function startSessions(
  { store, clock }: Omit<RunningStore, 'stop'>,
  codeKey = randomBytes(32),
  media?: MediaPath,
): RunningSessions {
  const lanes = new Lanes(clock, createLog('silent'), media);
  const recorder = new GatedRecorder(store);
  const settings = { now: Settings.parse({}) };
  const sessions = new LiveSessions({
    recorder,
    clock,
    lanes,
    settings: { current: () => settings.now },
    accounts: store,
    log: createLog('silent'),
    codeKey,
    publicUrl: () => 'https://support.example.com',
  });
  const entries = async (sessionId: string) => (await store.session(sessionId, { everything: true })).entries;
  const stop = async () => {
    lanes.close();
    await sessions.close();
  };
  return {
    sessions,
    lanes,
    store,
    recorder,
    clock,
    settings,
    entries,
    types: async (sessionId) => (await entries(sessionId)).map(({ type }) => type),
    join: (opened, capable = TOOLS, signingKey, webrtc, kind = 'native') =>
      sessions.join(
        {
          code: Code.parse(opened.code),
          protocolVersion: PROTOCOL_VERSION,
          agent: {
            kind,
            version: '0.1.0',
            capable: [...capable],
            ...(webrtc === undefined ? {} : { webrtc }),
          },
          computer,
          ...(signingKey === undefined ? {} : { signingKey }),
        },
        '198.51.100.7',
      ),
    async restart() {
      await stop();
      const next = startSessions({ store, clock }, codeKey, media);
      await next.sessions.resume(await store.openSessions());
      return next;
    },
    stop,
  };
}

/** The text in front of the customer, as their agent puts it into an answer. */
export function shown(session: Pick<RunningSession, 'agentState'>): ShownText {
  const { consentText, consentTextVersion } = session.agentState().card;
  return { textVersion: consentTextVersion, textSha256: sha256(consentText) };
}

/** A session with both sides there, admitted, and these tools granted. */
export interface RunningSession {
  readonly sessionId: string;
  readonly opened: SessionOpened;
  readonly joined: Joined;
  agent(message: FromAgent): Promise<object | undefined>;
  console(message: FromConsoleHere): Promise<object | undefined>;
  agentState(): AgentSessionState;
  state(): ConsoleSessionState;
}

export async function startSession(
  running: RunningSessions,
  options: {
    tools?: readonly Tool[];
    allow?: readonly Tool[];
    capable?: readonly Tool[];
    /** Ends that sign what they say. */
    customer?: SigningEnd;
    /** The agent can take part in lanes of the path `webrtc`. */
    webrtc?: boolean;
    kind?: AgentKind;
    signedBy?: SigningEnd;
  } = {},
): Promise<RunningSession> {
  const { sessions } = running;
  const { customer, signedBy } = options;
  const who = signedBy ? { ...technician, signingKey: signedBy.signingKey } : technician;
  const tools = options.tools ?? ['view', 'control'];
  const opened = await sessions.open(technician, wish(tools));
  await sessions.connected(opened.id, 'technician', 'console 1');
  const joined = await running.join(
    opened,
    options.capable,
    customer?.signingKey,
    options.webrtc,
    options.kind,
  );
  for (const end of [customer, signedBy]) if (end) end.session = opened.id;
  await sessions.connected(opened.id, 'customer', 'agent 1');
  const session: RunningSession = {
    sessionId: opened.id,
    opened,
    joined,
    agent: (message) => sessions.fromAgent(opened.id, message),
    console: (message) => sessions.fromConsole(who, { ...message, sessionId: opened.id } as FromConsole),
    agentState: () => sessions.agentState(opened.id),
    state: () => sessions.consoleState(opened.id, technician),
  };
  const allowed = options.allow ?? tools;
  const [question] = session.state().pending;
  if (allowed.length > 0 && question) {
    const admitted = signedBy?.say({
      type: 'computer.admitted',
      ...(customer && { signingKey: customer.signingKey }),
    });
    await session.console({ type: 'session.admit', ...(admitted && { statement: admitted }) });
    const { requestId } = question;
    const answer = { requestId, allowed: [...allowed], mode: 'person' as const };
    const refused = question.tools.filter((tool) => !allowed.includes(tool));
    const said = customer?.say({ type: 'consent.answered', ...answer, refused, ...shown(session) });
    await session.agent({ type: 'consent.answered', ...answer, ...(said && { statement: said }) });
  }
  return session;
}
