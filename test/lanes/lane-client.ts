import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { WebSocket } from 'ws';
import type { LanePass } from '../../protocol/lane.ts';
import type { Side } from '../../protocol/session.ts';
import type { Tool } from '../../protocol/tool.ts';
import type { Clock } from '../../server/clock.ts';
import type { LaneClosing, LaneFact, LaneKeeper } from '../../server/lanes/lane-registry.ts';
import { Lanes } from '../../server/lanes/lanes.ts';

export interface ClosedLane extends LaneFact {
  reason: LaneClosing;
  bytes: Readonly<Record<Side, number>>;
}

/** Lanes behind an HTTP server, kept by a test that notes what it is told. */
export interface LaneServer {
  readonly lanes: Lanes;
  readonly sessionId: string;
  readonly opened: LaneFact[];
  readonly closed: ClosedLane[];
  readonly offered: { side: Side; pass: LanePass }[];
  /** The fields of what it logged as an error. */
  readonly logged: unknown[];
  /** Sockets of the server's side, in the order in which they came. */
  readonly sockets: Socket[];
  /** Replaces what happens before a lane opens. */
  beforeOpening: (lane: LaneFact) => Promise<void>;
  url(ticket: string): string;
  /** Both ends of the tool's lane, connected. */
  pair(tool?: Tool): Promise<{ technician: WebSocket; customer: WebSocket }>;
  stop(): Promise<void>;
}

export async function startLaneServer(clock: Clock): Promise<LaneServer> {
  const logged: LaneServer['logged'] = [];
  const lanes = new Lanes(clock, { error: (...[fields]: unknown[]) => logged.push(fields) });
  const sockets: Socket[] = [];
  const clients: WebSocket[] = [];
  const http = createServer();
  http.on('upgrade', (request, socket, head) => {
    sockets.push(socket as Socket);
    const ticket = new URL(request.url ?? '', 'http://lanes').searchParams.get('ticket') ?? '';
    lanes.accept(ticket, request, socket as Socket, head);
  });
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  const { port } = http.address() as AddressInfo;
  const server: LaneServer = {
    lanes,
    sessionId: randomUUID(),
    logged,
    opened: [],
    closed: [],
    offered: [],
    sockets,
    beforeOpening: async () => {},
    url: (ticket) => `ws://127.0.0.1:${port}/lane?ticket=${ticket}`,
    async pair(tool = 'view') {
      const pass = lanes.open(server.sessionId, tool, 'technician');
      const offer = server.offered.find(
        ({ side, pass: { laneId } }) => side === 'customer' && laneId === pass.laneId,
      );
      const technician = new WebSocket(server.url(pass.ticket), { perMessageDeflate: false });
      const customer = new WebSocket(server.url(offer!.pass.ticket), { perMessageDeflate: false });
      clients.push(technician, customer);
      await Promise.all([once(technician, 'open'), once(customer, 'open')]);
      return { technician, customer };
    },
    async stop() {
      lanes.close();
      for (const client of clients) client.terminate();
      for (const socket of sockets) socket.destroy();
      http.close();
      await once(http, 'close');
    },
  };
  const keeper: LaneKeeper = {
    async laneOpened(lane) {
      await server.beforeOpening(lane);
      server.opened.push(lane);
    },
    laneClosed: (lane, reason, { bytes }) => server.closed.push({ ...lane, reason, bytes: { ...bytes } }),
    mediaTold: () => {},
    waysChanged: () => {},
    laneOffered: (_sessionId, side, offer) => server.offered.push({ side, pass: offer() }),
  };
  lanes.serve(keeper);
  return server;
}

/** Resolves with the code of a socket that closes, or has closed. */
export async function closeCode(socket: WebSocket): Promise<number> {
  const [code] = (await once(socket, 'close')) as [number];
  return code;
}

/** The next whole message. */
export async function nextMessage(socket: WebSocket): Promise<Buffer> {
  const [message] = (await once(socket, 'message')) as [Buffer];
  return message;
}
