import type { Server as HttpServer } from 'node:http';
import { Server as Engine, type Socket as EngineSocket } from 'engine.io';
import { Server, type Socket } from 'socket.io';
import type { ReadingPolicy } from '../../protocol/reading-policy.ts';
import type { ClientAddress } from '../access/client-address.ts';
import type { Identify } from '../access/identify.ts';
import type { Clock } from '../clock.ts';
import type { Lanes } from '../lanes/lanes.ts';
import type { Logger } from '../log.ts';
import { Refusal } from '../refusal.ts';
import type { SessionService } from '../sessions/session-service.ts';
import { type Rate, TokenBucket } from '../token-bucket.ts';
import { AgentConnections } from './agent-connection.ts';
import { ConsoleConnections } from './console-connection.ts';
import { refusedConnection } from './message-intake.ts';
import { Nameless } from './nameless.ts';
import { routeUpgrades, type Upgrade } from './upgrade-router.ts';

export interface SignallingParts {
  readonly sessions: SessionService;
  readonly lanes: Lanes;
  readonly identify: Identify;
  readonly addressOf: ClientAddress;
  /** Exact origins of the pages that may connect; read at each upgrade because the port may come late. */
  readonly origins: () => readonly string[];
  /** `MAX_NAMELESS` by default. */
  readonly maxNameless?: number;
  readonly clock: Clock;
  readonly log: Logger;
}

export interface Signalling {
  /** What this sign-in holds is closed: its lanes, and its pages, which are told. */
  closeSignIn(signInId: string): void;
  /** The same for all sign-ins of this person that have a page open. */
  closeSignInsOf(userId: string): void;
  /** The organisation lets other people read. */
  readingChanged(reading: ReadingPolicy): void;
  counts(): { agents: number; consoles: number };
  close(): Promise<void>;
}

/** The largest message: a list of tools or a file's name needs far less. */
const MAX_MESSAGE_BYTES = 256 * 1024;
/** From the upgrade to a namespace; who has shown nothing by then goes. */
const CONNECT_WITHIN_MS = 5_000;
/** Connections that have shown nothing yet, all together: room for every agent to come back after a restart. */
const MAX_NAMELESS = 2_000;
/** Packets of any kind; beyond it a connection is closed without parsing more. */
const PACKETS_PER_CONNECTION: Rate = { burst: 1_000, refillMs: 10 };
/** A network that broke without a word is noticed within the sum of both. */
const PING_EVERY_MS = 10_000;
const PONG_WITHIN_MS = 10_000;

/** Puts signalling and lanes behind one upgrade router on `server`. */
export function attachSignalling(server: HttpServer, parts: SignallingParts): Signalling {
  const { sessions, lanes, addressOf, clock, log } = parts;
  const engine = new Engine({
    transports: ['websocket'],
    maxHttpBufferSize: MAX_MESSAGE_BYTES,
    pingInterval: PING_EVERY_MS,
    pingTimeout: PONG_WITHIN_MS,
    perMessageDeflate: false,
    httpCompression: false,
  });
  const io = new Server({ serveClient: false, connectTimeout: CONNECT_WITHIN_MS });
  io.bind(engine);
  io.use((_socket, next) => next(refusedConnection(new Refusal('not-found', 'There is nothing here.'))));
  const nameless = new Nameless(parts.maxNameless ?? MAX_NAMELESS);
  for (const name of ['/agent', '/console']) {
    io.of(name).on('connection', (socket) => nameWhileConnected(socket, nameless, addressOf));
  }
  const agents = new AgentConnections(io.of('/agent'), parts);
  const consoles = new ConsoleConnections(io.of('/console'), parts);

  engine.on('connection', (connection: EngineSocket) => limitPackets(connection, clock));
  const signal: Upgrade = (request, socket, head) => {
    nameless.add(socket, addressOf(request));
    engine.handleUpgrade(request as Parameters<Engine['handleUpgrade']>[0], socket, head);
  };
  const detach = routeUpgrades(server, {
    origins: parts.origins,
    onDefect: (error) => log.error({ err: error }, 'an upgrade could not be handled'),
    paths: {
      '/lane': (request, socket, head, address) =>
        lanes.accept(address.searchParams.get('ticket') ?? '', request, socket, head),
      '/signalling': signal,
      '/signalling/': signal,
    },
  });

  const stopPushing = pushChanges(sessions, (sessionId) => {
    try {
      agents.pushState(sessionId);
      consoles.pushState(sessionId);
    } catch (error) {
      log.error({ err: error, sessionId }, 'a state could not be pushed');
    }
  });
  const stopHandingOver = sessions.takeOvers.onHandedOver((sessionId) => agents.handOver(sessionId));
  const stopPassing = sessions.passing.onPassed((passed) => consoles.pass(passed));
  const stopOffering = sessions.onLaneOffered((sessionId, side, offer) => {
    if (side === 'customer') agents.offerLane(sessionId, offer);
    else consoles.offerLane(sessionId, offer);
  });
  const stopTelling = sessions.onMediaTold((sessionId, { side, watchingId }, news) => {
    if (side === 'customer') agents.tellMedia(sessionId, news);
    else consoles.tellMedia(sessionId, news, watchingId);
  });

  const closeSignIn = (signInId: string) => {
    lanes.closeSignIn(signInId);
    consoles.closeSignIn(signInId);
  };

  return {
    closeSignIn,
    closeSignInsOf(userId) {
      for (const signInId of consoles.endSignInsOf(userId)) closeSignIn(signInId);
    },
    readingChanged: (reading) => consoles.readingChanged(reading),
    counts: () => ({ agents: agents.count, consoles: consoles.count }),
    async close() {
      detach();
      stopPushing();
      stopHandingOver();
      stopPassing();
      stopOffering();
      stopTelling();
      engine.close();
      await io.close();
    },
  };
}

/** One push for all changes of a turn of the event loop. The answer stops it. */
function pushChanges(sessions: SessionService, pushState: (sessionId: string) => void): () => void {
  const changed = new Set<string>();
  let due: NodeJS.Immediate | undefined;
  const stop = sessions.onChange((sessionId) => {
    changed.add(sessionId);
    due ??= setImmediate(() => {
      due = undefined;
      const ids = [...changed];
      changed.clear();
      for (const id of ids) pushState(id);
    });
  });
  return () => {
    stop();
    if (due) clearImmediate(due);
  };
}

/** One who leaves its namespace is nameless again until it is gone: it has nothing more to do here. */
function nameWhileConnected(socket: Socket, nameless: Nameless, addressOf: ClientAddress): void {
  const { conn, request } = socket;
  const { socket: wire } = request;
  const address = addressOf(request);
  nameless.named(wire);
  socket.on('disconnect', () => {
    if (!wire.closed) nameless.add(wire, address);
    conn.close();
  });
}

function limitPackets(connection: EngineSocket, clock: Clock): void {
  const bucket = new TokenBucket(PACKETS_PER_CONNECTION, clock);
  connection.on('packet', () => {
    if (!bucket.take()) connection.close(true);
  });
}
