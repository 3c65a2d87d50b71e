import { z } from 'zod';
import { type FromAgent, ToAgent } from '../agent-messages.ts';
import { ErrorBody, type ErrorCode } from '../errors.ts';
import { PROTOCOL_VERSION } from '../version.ts';
import { BrokerRefusal, NoAnswer } from './broker-answer.ts';

const ANSWER_TIMEOUT_MS = 10_000;
const FIRST_RETRY_MS = 250;
const LAST_RETRY_MS = 3_000;

/** The broker says that this agent's token opens nothing any more, and that trying again is of no use. */
const FINAL: readonly ErrorCode[] = ['session.over', 'sign-in.needed', 'sign-in.wrong', 'protocol.mismatch'];

const Acknowledged = z.looseObject({ ok: z.literal(true) });

/** What this file needs of a socket.io client's socket. */
export interface SignallingSocket {
  readonly connected: boolean;
  connect(): unknown;
  disconnect(): unknown;
  // biome-ignore lint/suspicious/noExplicitAny: what comes is parsed here
  on(event: string, listener: (...sent: any[]) => void): unknown;
  once(event: string, listener: () => void): unknown;
  off(event: string, listener: () => void): unknown;
  timeout(ms: number): { emitWithAck(event: string, message: unknown): Promise<unknown> };
}

/** How an agent's socket is opened: at this path and namespace, by WebSocket alone, and trying again is our own business. */
export const SIGNALLING = {
  path: '/signalling',
  namespace: '/agent',
  options: (agentToken: string) => ({
    path: SIGNALLING.path,
    transports: ['websocket'],
    auth: { agentToken, protocolVersion: PROTOCOL_VERSION },
    timeout: 10_000,
    // One way of trying again for everything: socket.io's own stops when a server refuses or disconnects.
    reconnection: false,
    forceNew: true,
    autoConnect: false,
  }),
};

export interface BrokerEvents {
  /** Connected and authenticated; also after every reconnection. */
  online(): void;
  offline(): void;
  /** Already checked against the protocol. */
  message(message: ToAgent): void;
  /** It will not be tried again. */
  dismissed(refusal: BrokerRefusal): void;
}

/**
 * Signalling with the broker: reconnects by itself, for as long as it is not closed or dismissed.
 * What the broker sends is parsed here; what does not fit the protocol is dropped.
 */
export class BrokerConnection {
  readonly #socket: SignallingSocket;
  readonly #events: BrokerEvents;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #retryMs = FIRST_RETRY_MS;
  #closed = false;

  constructor(socket: SignallingSocket, events: BrokerEvents) {
    this.#socket = socket;
    this.#events = events;
    this.#socket.on('connect', () => {
      this.#retryMs = FIRST_RETRY_MS;
      this.#events.online();
    });
    this.#socket.on('connect_error', (error: Error & { data?: unknown }) => this.#failed(error));
    this.#socket.on('disconnect', () => {
      if (this.#closed) return;
      this.#events.offline();
      this.#tryAgain();
    });
    this.#socket.on('message', (message: unknown, acknowledge: unknown) => {
      this.#receive(message);
      if (typeof acknowledge === 'function') acknowledge({ ok: true });
    });
  }

  connect(): void {
    this.#socket.connect();
  }

  get online(): boolean {
    return this.#socket.connected;
  }

  /** @returns whether it is online now, or became so before `signal`. */
  whenOnline(signal: AbortSignal): Promise<boolean> {
    if (this.#socket.connected || signal.aborted) return Promise.resolve(!signal.aborted);
    return new Promise((resolve) => {
      const done = () => {
        this.#socket.off('connect', done);
        signal.removeEventListener('abort', done);
        resolve(!signal.aborted);
      };
      this.#socket.once('connect', done);
      signal.addEventListener('abort', done);
    });
  }

  /**
   * Sends one message and answers what the broker acknowledged.
   * @throws BrokerRefusal, or NoAnswer when it is offline, goes offline or takes too long.
   */
  async send(message: FromAgent, timeoutMs = ANSWER_TIMEOUT_MS): Promise<Record<string, unknown>> {
    if (!this.#socket.connected) throw new NoAnswer('the broker is not connected');
    let answer: unknown;
    try {
      answer = await this.#socket.timeout(timeoutMs).emitWithAck('message', message);
    } catch (error) {
      throw new NoAnswer('the broker did not answer', { cause: error });
    }
    const acknowledged = Acknowledged.safeParse(answer);
    if (acknowledged.success) return acknowledged.data;
    throw refusalOf(answer) ?? new NoAnswer('the broker answered something else');
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#retry);
    this.#socket.disconnect();
  }

  #receive(message: unknown): void {
    const parsed = ToAgent.safeParse(message);
    if (parsed.success && !this.#closed) this.#events.message(parsed.data);
  }

  #failed(error: Error & { data?: unknown }): void {
    if (this.#closed) return;
    const refusal = refusalOf(error.data);
    if (refusal && FINAL.includes(refusal.code)) {
      this.close();
      this.#events.dismissed(refusal);
    } else this.#tryAgain();
  }

  /** Doubling, with jitter: a broker that comes back is not met by everybody at once. */
  #tryAgain(): void {
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => this.#socket.connect(), this.#retryMs * (0.5 + Math.random() / 2));
    this.#retryMs = Math.min(this.#retryMs * 2, LAST_RETRY_MS);
  }
}

function refusalOf(answer: unknown): BrokerRefusal | undefined {
  const error = ErrorBody.safeParse(answer);
  return error.success ? new BrokerRefusal(error.data.error.code, error.data.error.message) : undefined;
}
