import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { io, type Socket } from 'socket.io-client';
import { WebSocket } from 'ws';
import { ChatMessage } from '../../protocol/chat.ts';
import type { FromConsole } from '../../protocol/console-messages.ts';
import { LanePass } from '../../protocol/lane.ts';
import type { ConsoleSessionState } from '../../protocol/session-state.ts';
import type { Tool } from '../../protocol/tool.ts';
import { PROTOCOL_VERSION } from '../../protocol/version.ts';
import type { ApiClient } from '../support/api-client.ts';
import { until } from '../support/until.ts';

type Message = FromConsole extends infer Each
  ? Each extends unknown
    ? Omit<Each, 'sessionId'>
    : never
  : never;

/** A technician at a real broker, without a page: says what a console says, and keeps the newest state. */
export class TechnicianDouble {
  state: ConsoleSessionState | undefined;
  /** Lanes that the customer's side opened, by tool. */
  readonly offered = new Map<Tool, LanePass>();
  readonly #heard: string[] = [];
  readonly #seen = new Set<string>();
  #listens = false;
  readonly #api: ApiClient;
  readonly #sessionId: string;
  readonly #socket: Socket;

  constructor(api: ApiClient, sessionId: string) {
    this.#api = api;
    this.#sessionId = sessionId;
    this.#socket = io(`${api.url}/console`, {
      path: '/signalling',
      transports: ['websocket'],
      extraHeaders: { origin: api.url, cookie: api.cookie },
      auth: { protocolVersion: PROTOCOL_VERSION },
      reconnectionDelayMax: 500,
      // Otherwise this client would look away from what the process was told.
      rejectUnauthorized: process.env.NODE_TLS_REJECT_UNAUTHORIZED !== '0',
    });
    this.#socket.on('message', (message) => {
      if (message.type === 'session.state') this.state = message.state;
      if (message.type !== 'lane.offered') return;
      this.offered.set(message.pass.tool, message.pass);
      // One that broke meanwhile is offered anew.
      if (message.pass.tool === 'chat' && this.#listens) this.#listen(message.pass).catch(() => {});
    });
    // Also after every reconnection.
    this.#socket.on('connect', () => {
      this.say({ type: 'session.watch' }).catch(() => {});
    });
  }

  get online(): boolean {
    return this.#socket.connected;
  }

  /** @throws with the broker's refusal. */
  async say(message: Message): Promise<Record<string, unknown>> {
    const said = { ...message, sessionId: this.#sessionId };
    const answer = await this.#socket.timeout(10_000).emitWithAck('message', said);
    if (answer.ok !== true) throw new Error(JSON.stringify(answer));
    if (message.type === 'session.watch') this.state = answer.state;
    return answer;
  }

  sees(what: string, condition: (state: ConsoleSessionState) => boolean, withinMs = 30_000): Promise<void> {
    return until(what, () => this.state !== undefined && condition(this.state), withinMs);
  }

  async openLane(tool: Tool): Promise<WebSocket> {
    return this.enter(LanePass.parse(await this.say({ type: 'lane.open', tool })));
  }

  async enter({ ticket }: LanePass): Promise<WebSocket> {
    const url = `${this.#api.url.replace('http', 'ws')}/lane?ticket=${ticket}`;
    const lane = new WebSocket(url, { origin: this.#api.url, perMessageDeflate: false });
    // The other side may be there already and its first message come with the handshake: nothing is read before whoever
    // waits for this lane has had its turn to listen.
    lane.once('open', () => {
      lane.pause();
      setImmediate(() => lane.resume());
    });
    await once(lane, 'open');
    return lane;
  }

  /** What the customer writes from now on, over whatever chat lane their side opens; each message once. */
  listen(): readonly string[] {
    this.#listens = true;
    return this.#heard;
  }

  async #listen(pass: LanePass): Promise<void> {
    const lane = await this.enter(pass);
    const seen = this.#seen;
    lane.on('message', (message) => {
      const { id, text } = ChatMessage.parse(JSON.parse(String(message)));
      if (!seen.has(id)) this.#heard.push(text);
      seen.add(id);
    });
  }

  async ask(path: string): Promise<string> {
    const fileId = randomUUID();
    await this.say({ type: 'file.ask', fileId, path });
    return fileId;
  }

  leave(): void {
    this.#socket.disconnect();
  }
}
