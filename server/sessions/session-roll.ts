import type { Clock } from '../clock.ts';
import { Refusal } from '../refusal.ts';
import type { LiveSession } from './live-session.ts';
import { isOver } from './session.ts';

/** A session that is over stays here so long: both sides may still read how it ended, its technician may add a note. */
const KEEP_OVER_MS = 60 * 60_000;
const MAX_KEPT_OVER = 2_000;
const SWEEP_EVERY_MS = 60_000;

export const noSession = (): Refusal => new Refusal('not-found', 'There is no such session.');

/** The sessions in memory, found by id, by code and by agent token. */
export class SessionRoll {
  readonly #clock: Clock;
  readonly #byId = new Map<string, LiveSession>();
  readonly #byCode = new Map<string, LiveSession>();
  readonly #byToken = new Map<string, LiveSession>();
  /** Codes that are being given out, and to whom. */
  readonly #reserved = new Map<string, string>();
  /** Over, since when, oldest first. */
  readonly #over = new Map<LiveSession, number>();
  #cancelSweep: (() => void) | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  add(live: LiveSession): void {
    this.#byId.set(live.session.id, live);
    this.index(live);
  }

  /** Its code is good only until somebody joined, its token only from then on. */
  index(live: LiveSession): void {
    const { status, codeHash, agentTokenHash } = live.session;
    if (status === 'created') this.#byCode.set(codeHash, live);
    else this.#byCode.delete(codeHash);
    if (agentTokenHash !== undefined) this.#byToken.set(agentTokenHash, live);
  }

  /** Another agent is this session's: the one before is not found any more. */
  replaceToken(live: LiveSession, before: string | undefined, token: string): void {
    if (before !== undefined) this.#byToken.delete(before);
    this.#byToken.set(token, live);
  }

  byId = (id: string): LiveSession | undefined => this.#byId.get(id);
  byCode = (codeHash: string): LiveSession | undefined => this.#byCode.get(codeHash);
  byToken = (agentTokenHash: string): LiveSession | undefined => this.#byToken.get(agentTokenHash);
  all = (): LiveSession[] => [...this.#byId.values()];

  /** With those that are about to be. */
  openOf(userId: string): number {
    const theirs = this.all().filter(({ session }) => session.technician.userId === userId);
    const opening = [...this.#reserved.values()].filter((opener) => opener === userId);
    return theirs.filter(({ session }) => !isOver(session)).length + opening.length;
  }

  /** How many sessions stand in each open status. */
  counts(): Record<string, number> {
    const counts: Record<string, number> = { created: 0, joined: 0, active: 0 };
    for (const { session } of this.all())
      if (!isOver(session)) counts[session.status] = (counts[session.status] ?? 0) + 1;
    return counts;
  }

  /** A code that is being given out belongs to nobody else. */
  reserve = (codeHash: string, userId: string): unknown => this.#reserved.set(codeHash, userId);
  release = (codeHash: string): unknown => this.#reserved.delete(codeHash);
  isReserved = (codeHash: string): boolean => this.#reserved.has(codeHash) || this.#byCode.has(codeHash);

  /** It is over: it goes once it was kept long enough and all of it is written. */
  retire(live: LiveSession): void {
    this.index(live);
    if (!this.#over.has(live)) this.#over.set(live, this.#clock.now());
    this.#cancelSweep ??= this.#clock.after(SWEEP_EVERY_MS, () => this.#sweep());
  }

  close(): void {
    this.#cancelSweep?.();
    this.#cancelSweep = () => {};
  }

  #sweep(): void {
    this.#cancelSweep = undefined;
    const before = this.#clock.now() - KEEP_OVER_MS;
    for (const [live, since] of this.#over) {
      if (since > before && this.#over.size <= MAX_KEPT_OVER) break;
      if (!live.journal.isSettled) continue;
      this.#over.delete(live);
      void live.close();
      this.#byId.delete(live.session.id);
      if (live.session.agentTokenHash !== undefined) this.#byToken.delete(live.session.agentTokenHash);
    }
    if (this.#over.size > 0) this.#cancelSweep ??= this.#clock.after(SWEEP_EVERY_MS, () => this.#sweep());
  }
}
