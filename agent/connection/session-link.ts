import { setTimeout as pause } from 'node:timers/promises';
import type { FromAgent, ToAgent } from '../../protocol/agent-messages.ts';
import { LanePass } from '../../protocol/lane.ts';
import { GRACE_MS } from '../../protocol/session.ts';
import type { AgentSessionState } from '../../protocol/session-state.ts';
import type { Tool } from '../../protocol/tool.ts';
import { BrokerConnection, BrokerRefusal } from './broker-connection.ts';
import type { ServerAddress } from './server-address.ts';

/** The last thing that is told is told again after this long without an answer. */
const LAST_ANSWER_MS = 2_000;
const TELL_AGAIN_MS = 500;
/** Refusals that say that the session is over there already; any other passes. */
const OVER_THERE: readonly string[] = ['session.over', 'not-found', 'sign-in.needed'];
/** A program that is to end tries only this long. */
const HURRIED_MS = 3_000;

export interface SessionLinkOptions {
  readonly server: ServerAddress;
  readonly sessionId: string;
  readonly agentToken: string;
  readonly graceMs?: number | undefined;
}

export interface SessionLinkEvents {
  /** A state that is newer than every one before. `reconnected`: the first one of a connection. */
  state(state: AgentSessionState, reconnected: boolean): void;
  offered(pass: LanePass): void;
  /** `status` changed. */
  changed(): void;
  /** The broker stayed away for longer than the grace period. It is not tried again. */
  lost(): void;
  /** The broker knows no such session (any more). It is not tried again. */
  dismissed(refusal: BrokerRefusal): void;
}

/** One session at the broker, as far as it can be reached: newest state, lane offers, and how long it has been away. */
export class SessionLink {
  readonly #options: SessionLinkOptions;
  readonly #events: SessionLinkEvents;
  readonly #connection: BrokerConnection;
  #status: 'connecting' | 'online' | 'offline' = 'connecting';
  #revision = -1;
  /** The first state of a connection counts whatever its revision: the broker may have been restarted. */
  #fresh = true;
  #grace: NodeJS.Timeout | undefined;
  #endsAt: string | undefined;
  readonly #hurry = new AbortController();

  constructor(options: SessionLinkOptions, events: SessionLinkEvents) {
    this.#options = options;
    this.#events = events;
    this.#connection = new BrokerConnection(options.server, options.agentToken, {
      online: () => this.#online(),
      offline: () => this.#offline(),
      message: (message) => this.#receive(message),
      dismissed: (refusal) => {
        clearTimeout(this.#grace);
        this.#hurry.abort(); // it is not connected again: nothing more can be told
        events.dismissed(refusal);
      },
    });
  }

  get status(): 'connecting' | 'online' | 'offline' {
    return this.#status;
  }

  /** While the broker is away: when this end gives up. The same grace period runs at the broker, if it runs. */
  get endsAt(): string | undefined {
    return this.#status === 'offline' ? this.#endsAt : undefined;
  }

  open(): void {
    this.#startGrace();
    this.#connection.connect();
  }

  close(): void {
    clearTimeout(this.#grace);
    this.#connection.close();
  }

  /** @throws BrokerRefusal, NoAnswer */
  send(message: FromAgent): Promise<unknown> {
    return this.#connection.send(message);
  }

  /** Asks for our side's way into the lane of `tool`. @throws BrokerRefusal, NoAnswer */
  async askForLane(tool: Tool): Promise<LanePass> {
    return LanePass.parse(await this.#connection.send({ type: 'lane.open', tool }));
  }

  /**
   * Tells the broker one last thing, as often as it takes and for as long as the broker would wait for us, which
   * `hurry` shortens. Never throws: nothing depends on it.
   */
  async tellInTheEnd(message: FromAgent): Promise<void> {
    clearTimeout(this.#grace);
    const signal = AbortSignal.any([
      this.#hurry.signal,
      AbortSignal.timeout(this.#options.graceMs ?? GRACE_MS),
    ]);
    while (await this.#connection.whenOnline(signal)) {
      try {
        await this.#connection.send(message, LAST_ANSWER_MS);
        return;
      } catch (error) {
        if (error instanceof BrokerRefusal && OVER_THERE.includes(error.code)) return;
        await pause(TELL_AGAIN_MS);
      }
    }
  }

  /** The program is to end soon: what is or will be told in the end gets a few seconds. */
  hurry(): void {
    setTimeout(() => this.#hurry.abort(), HURRIED_MS).unref();
  }

  #online(): void {
    clearTimeout(this.#grace);
    this.#fresh = true;
    this.#become('online');
  }

  #offline(): void {
    this.#startGrace();
    this.#become('offline');
  }

  #become(status: 'online' | 'offline'): void {
    this.#status = status;
    this.#events.changed();
  }

  #startGrace(): void {
    clearTimeout(this.#grace);
    const graceMs = this.#options.graceMs ?? GRACE_MS;
    this.#endsAt = new Date(Date.now() + graceMs).toISOString();
    this.#grace = setTimeout(() => {
      this.close();
      this.#events.lost();
    }, graceMs);
  }

  #receive(message: ToAgent): void {
    if (message.type === 'lane.offered') {
      this.#events.offered(message.pass);
      return;
    }
    const { state } = message;
    if (state.sessionId !== this.#options.sessionId) return;
    if (!this.#fresh && state.revision < this.#revision) return;
    const reconnected = this.#fresh;
    this.#fresh = false;
    this.#revision = state.revision;
    this.#events.state(state, reconnected);
  }
}
