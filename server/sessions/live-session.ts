import type { NewSessionEntry, SessionEntry } from '../../protocol/record.ts';
import { type EndReason, GRACE_MS, type Side } from '../../protocol/session.ts';
import type { Tool } from '../../protocol/tool.ts';
import type { VoiceObstacle } from '../../protocol/voice.ts';
import type { Clock } from '../clock.ts';
import type { LaneRegistry } from '../lanes/lane-registry.ts';
import type { Recorder } from '../records/recorder.ts';
import { Refusal } from '../refusal.ts';
import { type Rate, TokenBucket } from '../token-bucket.ts';
import { Accounts } from './accounts.ts';
import { DeadlineTimer } from './deadline-timer.ts';
import { type Deadline, decideSilence, nextDeadline } from './deadlines.ts';
import { HandOver } from './hand-over.ts';
import { decideBrokerEnd, decideRestart, decideTakeBack } from './lifecycle.ts';
import { Narrowings } from './narrowings.ts';
import { decideEndPassing, type Taker } from './passing-decisions.ts';
import { Presence } from './presence.ts';
import { isOver, type Session } from './session.ts';
import { SessionJournal } from './session-journal.ts';
import { closeLanesOf } from './session-lanes.ts';
import { shownText, type Terms } from './terms.ts';
import { Turns } from './turns.ts';
import { WatcherPresence } from './watcher-presence.ts';
import { decideEndWatching } from './watching-decisions.ts';
import { watchingOf } from './watchings.ts';

export interface LiveParts {
  readonly recorder: Recorder;
  readonly clock: Clock;
  readonly lanes: LaneRegistry;
  readonly onChange: (sessionId: string) => void;
  readonly onUnavailable: (sessionId: string, error: unknown) => void;
  readonly onDefect: (sessionId: string, error: unknown) => void;
}

type Decide = (session: Session, now: number) => NewSessionEntry[];

/** One session may not fill the store: beyond this nothing new is taken up in it. */
const MAX_ENTRIES = 5_000;
const tooMuch = (): Refusal =>
  new Refusal('tries.too-many', 'Too much has happened in this session. Open a new one.');
/** An end that asks for what it needs, at most twice a second for a tool, stays far below it. */
const CUSTOMERS_LANES: Rate = { burst: 30, refillMs: 200 };

/** A session that goes on: its journal, who is connected, its deadlines. One command at a time. */
export class LiveSession {
  readonly journal: SessionJournal;
  readonly accounts: Accounts;
  readonly handOver: HandOver;
  readonly watchers: WatcherPresence;
  /** Whoever waits for the customer to let them go on with it. */
  readonly takers: WatcherPresence;
  taker: Taker | undefined;
  terms: Terms;
  /** The code in the clear, for its technician's eyes; gone after a restart and once it is used. */
  code: string | undefined;
  /** What a side said about a file and the record does not keep: by file id. */
  readonly fileRemarks = new Map<string, { path?: string; detail?: string }>();
  /** How many of its `media.refused` were recorded since this broker took it up, by who tried. */
  readonly mediaFaults = new Map<string, number>();
  /** How often each who watches may begin to follow it, by user id: it is an entry each time. */
  readonly followings = new Map<string, TokenBucket>();
  /** What the customer's end may ask for of lanes: the technician's page has to answer each. */
  readonly customersLanes: TokenBucket;
  readonly #parts: LiveParts;
  readonly #presence = new Presence();
  readonly #turns = new Turns();
  readonly #narrowings = new Narrowings(this.#turns);
  readonly #timer: DeadlineTimer;
  #revision = 0;
  #closed = false;

  /** `entries`: its record so far, when it is taken up again. */
  constructor(session: Session, terms: Terms, parts: LiveParts, entries: readonly SessionEntry[] = []) {
    this.#parts = parts;
    this.accounts = new Accounts(session.id, entries);
    this.handOver = new HandOver(parts.clock, {
      changed: () => this.#changed(),
      turnedAway: ({ computer, signingKey }, reason) => {
        if (this.#closed || isOver(this.session)) return;
        const sessionId = this.session.id;
        void this.journal.enact([{ type: 'hand-over.turned-away', sessionId, computer, signingKey, reason }]);
      },
    });
    this.watchers = new WatcherPresence(parts.clock, (userId) => void this.endWatchingOf(userId));
    this.takers = new WatcherPresence(parts.clock, (userId) => {
      if (this.session.passing?.standing === 'asked') void this.endOfferTo(userId);
    });
    this.#timer = new DeadlineTimer(parts.clock, (deadline) => this.#meet(deadline));
    this.customersLanes = new TokenBucket(CUSTOMERS_LANES, parts.clock);
    this.terms = terms;
    this.journal = new SessionJournal(session, {
      recorder: parts.recorder,
      clock: parts.clock,
      changed: () => this.#movedOn(),
      unavailable: (error) => this.#recordUnavailable(error),
      takeBack: decideTakeBack,
      defect: (error) => parts.onDefect(session.id, error),
    });
    this.#touch();
    this.#schedule();
  }

  get session(): Session {
    return this.journal.session;
  }

  now(): number {
    return this.#parts.clock.now();
  }

  /** Grows with every change, and over a restart, because it never falls behind the clock. */
  get revision(): number {
    return this.#revision;
  }

  get #isFull(): boolean {
    return this.session.entries >= MAX_ENTRIES;
  }

  /** Why a tool cannot be had right now, whatever its grant. */
  obstacle(tool: Tool): VoiceObstacle | undefined {
    return this.#parts.lanes.obstacle(this.session.id, tool);
  }

  /** Something that both sides read has changed, and is no entry. */
  tellAnew(): void {
    this.#changed();
  }

  presence(side: Side): 'absent' | 'here' | 'away' {
    if (this.#presence.isHere(side)) return 'here';
    return this.session.away[side] === undefined ? 'absent' : 'away';
  }

  /**
   * For what gives rights: decided in turn, holds once it is durable. `holds` is called then, unless there was nothing to
   * decide, and before anybody sees the change. @throws Refusal
   */
  widen(decide: Decide, holds?: () => void): Promise<void> {
    return this.#turns.take(async () => {
      const entries = decide(this.session, this.#parts.clock.now());
      if (entries.length > 0 && this.#isFull) throw tooMuch();
      // A refusal that ends the session narrows, and nothing said meanwhile may end it a second time.
      const ends = entries.some(({ type }) => type === 'session.ended');
      await (ends ? this.#enact(entries) : this.journal.commit(entries, holds));
    });
  }

  /**
   * For what takes rights away: holds when this returns its promise. What is on its way to the record at that moment
   * is narrowed as well, as soon as it got there and before anybody sees it. `beside`: what is said of it.
   * @throws Refusal when it is said of nothing, and nothing more is taken up
   */
  async narrow(
    decide: Decide,
    beside: (session: Session, entries: readonly NewSessionEntry[]) => NewSessionEntry[] = () => [],
  ): Promise<void> {
    const entries = decide(this.session, this.#parts.clock.now());
    const said = beside(this.session, entries);
    // Words that nothing was taken away with are a line like any other; whoever says them has no end of numbers.
    const isTooMuch = entries.length === 0 && said.length > 0 && this.#isFull;
    const written = this.#enact(isTooMuch ? [] : [...said, ...entries]);
    await this.#narrowings.hold(written, async () => {
      if (!isOver(this.session)) await this.#enact(decide(this.session, this.#parts.clock.now()));
    });
    if (isTooMuch) throw tooMuch();
  }

  /**
   * For what ends a question whose answer may be on its way to the record: decided in its turn, so that it ends nothing that
   * came true meanwhile. @throws Refusal
   */
  inOrder(decide: Decide): Promise<void> {
    return this.#turns.take(() => this.#enact(decide(this.session, this.#parts.clock.now())), true);
  }

  endByBroker(reason: EndReason): Promise<void> {
    return this.narrow((session) => decideBrokerEnd(session, reason));
  }

  /** Their page went, or their account. */
  async endWatchingOf(userId: string): Promise<void> {
    const watching = watchingOf(this.session.watchings, userId);
    // Who is invited has not come yet.
    if (this.#closed || isOver(this.session) || !watching || watching.standing === 'invited') return;
    await this.narrow((session) => decideEndWatching(session, watching.watchingId, 'broker', 'gone'));
  }

  /** Their page went, or their account. */
  async endOfferTo(userId: string): Promise<void> {
    if (this.#closed || this.session.passing?.successor.userId !== userId) return;
    await this.inOrder((session) => (isOver(session) ? [] : decideEndPassing(session, 'broker', 'gone')));
  }

  /** These pages are its technician's from now on, and no others. Where there are none, it waits for one. */
  passOn(connections: ReadonlySet<string>): void {
    this.#presence.replace('technician', connections);
    this.takers.forget();
    if (connections.size === 0) void this.#lost('technician');
  }

  async connected(side: Side, connectionId: string): Promise<void> {
    this.#presence.came(side, connectionId);
    this.#changed();
    if (this.session.away[side] !== undefined) {
      await this.journal.enact([{ type: 'connection.resumed', sessionId: this.session.id, side }]);
    }
    if (this.#presence.has(side, connectionId)) this.#parts.lanes.offerAgain(this.session.id, side);
  }

  async disconnected(side: Side, connectionId: string): Promise<void> {
    if (this.#closed || !this.#presence.went(side, connectionId)) return;
    if (!this.#presence.isHere(side)) {
      this.#parts.lanes.sideGone(this.session.id, side);
      // Nobody looks on behind the technician's back.
      if (side === 'technician')
        this.#parts.lanes.closeWatching(this.session.id, undefined, 'lane.peer-gone', 'connection-lost');
      await this.#lost(side);
    }
    this.#changed();
  }

  /** After a restart: lanes are gone, and both sides get the grace period anew. Who was away before has themselves to thank. */
  async resume(): Promise<void> {
    const { session } = this;
    if (session.status === 'created' || isOver(session)) return;
    await this.journal.enact(decideRestart(session));
    for (const side of ['technician', 'customer'] as const) {
      if (session.away[side] === undefined) this.#presence.awaySinceStart.add(side);
      await this.#lost(side);
    }
  }

  /** Keeps still from now on. What it is stays in the record for the next start. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#timer.stop();
    this.handOver.end();
    this.watchers.close();
    this.takers.close();
    await this.journal.stop();
  }

  async #lost(side: Side): Promise<void> {
    const { session } = this;
    if (session.status !== 'joined' && session.status !== 'active') return;
    if (this.#isFull) return this.endByBroker(`${side}-gone`);
    const graceEndsAt = new Date(this.#parts.clock.now() + GRACE_MS).toISOString();
    await this.journal.enact([{ type: 'connection.lost', sessionId: session.id, side, graceEndsAt }]);
  }

  /**
   * The lanes close in this same step, whatever becomes of the entries (docs/decisions/0003). In the record a lane that a
   * withdrawal closed follows it, cause first; the end of a session comes last, after the lanes that it closed.
   */
  #enact(entries: readonly NewSessionEntry[]): Promise<void> {
    const { lanes } = this.#parts;
    for (const { type, sessionId } of entries) {
      if (type === 'session.ended') lanes.closeSession(sessionId, 'session.over', 'session-over');
    }
    const written = this.journal.enact(entries);
    for (const entry of entries) closeLanesOf(entry, lanes);
    return written;
  }

  /** What was taken back meanwhile is taken out of it again, and then it is told, once. */
  #movedOn(): void {
    if (this.#narrowings.apply()) this.#changed();
  }

  #changed(): void {
    this.#touch();
    this.#schedule();
    if (!this.#closed) this.#parts.onChange(this.session.id);
  }

  #touch(): void {
    this.#revision = Math.max(this.#revision + 1, this.#parts.clock.now());
  }

  #schedule(): void {
    const deadline = nextDeadline(this.session, this.#presence);
    if (deadline && !this.#closed) this.#timer.set(deadline);
    else this.#timer.stop();
  }

  #meet(deadline: Deadline): void {
    if ('ends' in deadline) void this.endByBroker(deadline.ends);
    else void this.inOrder((session) => decideSilence(session, deadline, shownText(this.terms)));
  }

  #recordUnavailable(error: unknown): void {
    this.#parts.onUnavailable(this.session.id, error);
    if (this.session.status === 'joined' || this.session.status === 'active') {
      void this.#enact(decideBrokerEnd(this.session, 'record-unavailable'));
    }
  }
}
