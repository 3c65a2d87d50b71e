import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server as SignallingServer, type Socket } from 'socket.io';
import { type WebSocket, WebSocketServer } from 'ws';
import type { FromAgent } from '../../protocol/agent-messages.ts';
import type { ErrorCode } from '../../protocol/errors.ts';
import type { TechnicianCard } from '../../protocol/join.ts';
import type { AgentSessionState } from '../../protocol/session-state.ts';
import { TOOLS, type Tool } from '../../protocol/tool.ts';
import { PROTOCOL_VERSION } from '../../protocol/version.ts';
import { until } from '../support/until.ts';

/**
 * The other end of the agent's sockets, on a real port, saying whatever a test wants: also what no honest broker says.
 */
export class BrokerDouble {
  readonly sessionId = randomUUID();
  readonly agentToken = 'a'.repeat(43);
  readonly heard: FromAgent[] = [];
  /** What a message is answered by; by default the broker is content with everything. */
  answer: (message: FromAgent) => object = () => ({ ok: true });
  /** What a new connection is refused by. */
  refusal: { code: ErrorCode; message: string } | undefined;
  /** What `POST /api/v1/join` answers instead of a session. */
  joinAnswer: { status: number; headers?: Record<string, string>; body: unknown } | undefined;
  /** What it answers, one after the other, who asks for a receipt; then there is none. */
  receipts: { status: number; body: string }[] = [];
  joins: unknown[] = [];
  state: AgentSessionState;
  agent: Socket | undefined;
  connections = 0;
  #http!: Server;
  #signalling!: SignallingServer;
  #lanes!: WebSocketServer;
  readonly #tickets = new Map<string, (lane: WebSocket) => void>();
  #port = 0;

  static async start(): Promise<BrokerDouble> {
    const broker = new BrokerDouble();
    await broker.rise();
    return broker;
  }

  private constructor() {
    this.state = firstState(this.sessionId);
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Begins to listen, again on the same port after `die`. */
  async rise(): Promise<void> {
    this.#http = createServer((request, response) => {
      if (request.url === '/healthz') {
        response.end('{"status":"ok"}');
        return;
      }
      if (request.url?.startsWith('/api/v1/receipt?')) {
        const known = request.headers.authorization === `Bearer ${this.agentToken}`;
        const { status, body } = (known ? this.receipts.shift() : undefined) ?? { status: 404, body: '{}' };
        response.writeHead(status, { 'content-type': 'application/json' }).end(body);
        return;
      }
      let body = '';
      request.on('data', (chunk) => {
        body += chunk;
      });
      request.on('end', () => {
        this.joins.push(JSON.parse(body));
        const { status, headers, body: answer } = this.joinAnswer ?? { status: 200, body: this.#joined() };
        response.writeHead(status, { 'content-type': 'application/json', ...headers });
        response.end(typeof answer === 'string' ? answer : JSON.stringify(answer));
      });
    });
    this.#signalling = new SignallingServer(this.#http, { path: '/signalling', transports: ['websocket'] });
    const agents = this.#signalling.of('/agent');
    agents.use((socket, next) => {
      const { refusal } = this;
      const known = socket.handshake.auth.agentToken === this.agentToken;
      if (known && !refusal) return next();
      const error = refusal ?? { code: 'sign-in.needed', message: 'This token opens nothing.' };
      next(Object.assign(new Error(error.message), { data: { error } }));
    });
    agents.on('connection', (socket) => {
      this.connections += 1;
      this.agent = socket;
      socket.on('message', (message: FromAgent, acknowledge: (answer: object) => void) => {
        this.heard.push(message);
        acknowledge(this.answer(message));
      });
      this.push();
    });
    this.#lanes = new WebSocketServer({ noServer: true, perMessageDeflate: false });
    this.#http.on('upgrade', (request, socket, head) => {
      const url = new URL(request.url!, 'http://broker');
      if (url.pathname !== '/lane') return;
      const opened = this.#tickets.get(url.searchParams.get('ticket')!);
      if (!opened) {
        socket.destroy();
        return;
      }
      this.#lanes.handleUpgrade(request, socket, head, opened);
    });
    this.#http.listen(this.#port, '127.0.0.1');
    await once(this.#http, 'listening');
    this.#port = (this.#http.address() as AddressInfo).port;
  }

  /** As a killed process: every connection breaks, and nothing listens. */
  async die(): Promise<void> {
    this.agent = undefined;
    for (const lane of this.#lanes.clients) lane.terminate();
    this.#signalling.disconnectSockets(true);
    await this.#signalling.close();
    this.#lanes.close();
  }

  /** Tells the agent where the session stands, with a new revision. */
  push(change: Partial<AgentSessionState> = {}): void {
    this.state = { ...this.state, ...change, revision: this.state.revision + 1 };
    this.agent?.emit('message', { type: 'session.state', state: this.state });
  }

  /** Asks the customer for `tools`. @returns the request's id */
  ask(...tools: Tool[]): string {
    const requestId = randomUUID();
    const askedAt = new Date().toISOString();
    const expiresAt = new Date(Date.now() + 60_000).toISOString();
    const pending = [...this.state.pending, { requestId, tools, askedAt, expiresAt }];
    this.push({ pending, tools: this.standing('asked', ...tools) });
    return requestId;
  }

  /** What a broker does that recorded the grant of `tools`. */
  grant(...tools: Tool[]): void {
    const pending = this.state.pending.filter(
      (request) => !request.tools.some((tool) => tools.includes(tool)),
    );
    this.push({ status: 'active', pending, tools: this.standing('granted', ...tools) });
  }

  standing(
    standing: AgentSessionState['tools'][Tool]['standing'],
    ...tools: Tool[]
  ): AgentSessionState['tools'] {
    const since = new Date().toISOString();
    return { ...this.state.tools, ...Object.fromEntries(tools.map((tool) => [tool, { standing, since }])) };
  }

  /** A pass for `tool` that was not told to anybody yet, and the lane that it opens. */
  ticket(tool: Tool): { pass: { laneId: string; tool: Tool; ticket: string }; lane: Promise<WebSocket> } {
    const pass = { laneId: randomUUID(), tool, ticket: randomUUID() };
    const lane = new Promise<WebSocket>((resolve) => {
      this.#tickets.set(pass.ticket, resolve);
    });
    return { pass, lane };
  }

  /** Calls the agent into a lane. */
  offer(tool: Tool): Promise<WebSocket> {
    const { pass, lane } = this.ticket(tool);
    this.agent!.emit('message', { type: 'lane.offered', pass });
    return lane;
  }

  async hears<Type extends FromAgent['type']>(
    type: Type,
    earlier = 0,
  ): Promise<Extract<FromAgent, { type: Type }>> {
    const found = () =>
      this.heard.filter((message): message is Extract<FromAgent, { type: Type }> => message.type === type);
    await until(`the agent sends ${type}`, () => found().length > earlier);
    return found()[earlier]!;
  }

  /** Resolves when the agent has dealt with everything sent before: it answers in order. */
  async settled(): Promise<void> {
    await this.agent!.timeout(5_000).emitWithAck('message', { type: 'nothing that the protocol knows' });
  }

  #joined(): object {
    const { card } = this.state;
    return {
      sessionId: this.sessionId,
      agentToken: this.agentToken,
      protocolVersion: PROTOCOL_VERSION,
      technician: card.technician,
      tools: card.tools,
      consentText: card.consentText,
      consentTextVersion: card.consentTextVersion,
      card,
    };
  }
}

const CARD: TechnicianCard = {
  organisation: 'Example Support Ltd',
  technician: { name: 'Tess Technician', team: 'Printing' },
  reason: 'printing fails',
  reference: 'T-1042',
  tools: ['view', 'control', 'chat'],
  consentText: 'You can stop at any time.\nWhat is kept: who helped, when and how long.',
  consentTextVersion: '1',
};

function firstState(sessionId: string): AgentSessionState {
  const now = new Date().toISOString();
  const tools = Object.fromEntries(TOOLS.map((tool) => [tool, { standing: 'off', since: now }]));
  return {
    sessionId,
    revision: 0,
    status: 'joined',
    createdAt: now,
    joinedAt: now,
    admitted: true,
    tools: tools as AgentSessionState['tools'],
    pending: [],
    files: [],
    watchers: [],
    presence: { technician: 'here', customer: 'here' },
    card: CARD,
  };
}
