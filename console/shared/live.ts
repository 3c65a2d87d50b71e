import { io, type Socket } from 'socket.io-client';
import { z } from 'zod';
import { type FromConsole, ToConsole } from '../../protocol/console-messages.ts';
import { ErrorBody } from '../../protocol/errors.ts';
import { PROTOCOL_VERSION } from '../../protocol/version.ts';
import { Problem, problemFrom } from './api.ts';
import { type Store, WritableStore } from './store.ts';
import { t } from './strings.ts';

/** `refused`: the broker answered and does not want us (signed out, another protocol version); it will not come back by itself. */
export type LiveStatus = 'connecting' | 'online' | 'offline' | 'refused';

const Answer = z.looseObject({ ok: z.literal(true) });
export type Answer = z.infer<typeof Answer>;

/** Longer than any answer that waits for a durable record, short enough that a person still waits. */
const ANSWER_TIMEOUT_MS = 15_000;

/**
 * The console's signalling connection. It reconnects by itself; whoever needs something said again after a break
 * (a `session.watch`) follows `status`.
 */
export class Live {
  readonly #socket: Socket;
  readonly #status = new WritableStore<LiveStatus>('connecting');
  readonly #listeners = new Set<(message: ToConsole) => void>();
  readonly status: Store<LiveStatus> = this.#status;
  /** Why it was refused. */
  refusal: Problem | undefined;

  /** `origin`: the broker's, for tests; a page's own otherwise. */
  constructor(origin?: string) {
    const options = {
      path: '/signalling',
      // No long polling: one upgrade, one origin check, nothing to be load-balanced by cookie.
      transports: ['websocket'],
      auth: { protocolVersion: PROTOCOL_VERSION },
      reconnectionDelay: 300,
      reconnectionDelayMax: 3000,
      forceNew: true,
      autoConnect: false,
    };
    this.#socket = origin === undefined ? io('/console', options) : io(`${origin}/console`, options);
    this.#socket.on('connect', () => this.#status.set('online'));
    this.#socket.on('disconnect', () => {
      this.#status.set('offline');
      // socket.io does not come back by itself when the server closed the namespace (a restart does that).
      if (!this.#socket.active) this.#socket.connect();
    });
    this.#socket.on('connect_error', (error: Error & { data?: unknown }) => this.#failed(error));
    this.#socket.on('message', (sent: unknown) => this.#receive(sent));
  }

  /** Only technicians have one: the broker refuses everybody else. */
  connect(): void {
    this.#socket.connect();
  }

  /** Sends one message and gives the broker's answer; refusals and silence are thrown as a Problem. */
  async request(message: FromConsole): Promise<Answer> {
    if (!this.#socket.connected) throw new Problem('unreachable', t.problems.unreachable);
    const sent: unknown = await this.#socket
      .timeout(ANSWER_TIMEOUT_MS)
      .emitWithAck('message', message)
      .catch(() => {
        throw new Problem('unreachable', t.problems.unreachable);
      });
    const refusal = ErrorBody.safeParse(sent);
    if (refusal.success) throw problemFrom(refusal.data);
    const answer = Answer.safeParse(sent);
    if (!answer.success) throw new Problem('unreadable', t.problems.unreadable);
    return answer.data;
  }

  /** Calls `listener` with everything that the broker pushes; the answer stops it. */
  onMessage(listener: (message: ToConsole) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  close(): void {
    this.#listeners.clear();
    this.#socket.removeAllListeners();
    this.#socket.disconnect();
  }

  #failed(error: Error & { data?: unknown }): void {
    const refusal = ErrorBody.safeParse(error.data);
    if (!refusal.success) {
      this.#status.set('offline');
      return;
    }
    const problem = problemFrom(refusal.data);
    if (problem.code === 'server.stopping' || problem.code === 'tries.too-many') {
      this.#status.set('offline');
      setTimeout(() => this.#socket.connect(), 3000);
      return;
    }
    this.refusal = problem;
    this.#status.set('refused');
  }

  #receive(sent: unknown): void {
    const message = ToConsole.safeParse(sent);
    // A message of a newer broker that this page does not know: the next session.state tells all that counts.
    if (!message.success) return;
    for (const listener of [...this.#listeners]) listener(message.data);
  }
}
