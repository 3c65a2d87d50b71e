import type { FromAgent, ToAgent } from '../agent-messages.ts';
import { LanePass } from '../lane.ts';
import { isMediaNews, type MediaNews } from '../media.ts';
import { GRACE_MS } from '../session.ts';
import type { AgentSessionState } from '../session-state.ts';
import type { Tool } from '../tool.ts';
import { BrokerRefusal } from './broker-answer.ts';
import { BrokerConnection, type SignallingSocket } from './broker-connection.ts';
import { pause } from './pause.ts';

/** The last thing that is told is told again after this long without an answer. */
const LAST_ANSWER_MS = 2_000;
const TELL_AGAIN_MS = 500;
/** Refusals that say that the session is over there already; any other passes. */
const OVER_THERE: readonly string[] = ['session.over', 'not-found', 'sign-in.needed'];
/** A program that is to end tries only this long. */
const HURRIED_MS = 3_000;

export interface SessionLinkOptions {
  readonly sessionId: string;
  /** Opened with `SIGNALLING` and this agent's token. */
  readonly socket: SignallingSocket;
  readonly graceMs?: number | undefined;
}

export interface SessionLinkEvents {
  /** A state that is newer than every one before. `reconnected`: the first one of a connection. */
  state(state: AgentSessionState, reconnected: boolean): void;
  offered(pass: LanePass): void;
  /** Of a lane of the path `webrtc`. */
  media(news: MediaNews): void;
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
  #grace: ReturnType<typeof setTimeout> | undefined;
  #endsAt: string | undefined;
  readonly #hurry = new AbortController();
  #hurried: ReturnType<typeof setTimeout> | undefined;

  constructor(options: SessionLinkOptions, events: SessionLinkEvents) {
    this.#options = options;
    this.#events = events;
    this.#connection = new BrokerConnection(options.socket, {
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
    clearTimeout(this.#hurried);
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
    const { signal } = this.#hurry;
    const inVain = setTimeout(() => this.#hurry.abort(), this.#options.graceMs ?? GRACE_MS);
    try {
      while (await this.#connection.whenOnline(signal)) {
        if (await this.#isToldNow(message)) return;
        await pause(TELL_AGAIN_MS);
      }
    } finally {
      clearTimeout(inVain);
    }
  }

  /** The program is to end soon: what is or will be told in the end gets a few seconds. */
  hurry(): void {
    this.#hurried ??= setTimeout(() => this.#hurry.abort(), HURRIED_MS);
  }

  async #isToldNow(message: FromAgent): Promise<boolean> {
    try {
      await this.#connection.send(message, LAST_ANSWER_MS);
      return true;
    } catch (error) {
      return error instanceof BrokerRefusal && OVER_THERE.includes(error.code);
    }
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
    if (isMediaNews(message)) {
      this.#events.media(message);
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
