import { randomUUID } from 'node:crypto';
import type { NewSessionEntry, SessionEntry } from '../../protocol/record.ts';
import { type Clock, instant } from '../clock.ts';
import { InDoubt, type Recorder } from '../records/recorder.ts';
import { Refusal } from '../refusal.ts';
import { applyEntry, type Session } from './session.ts';

const FIRST_RETRY_MS = 250;
const LAST_RETRY_MS = 10_000;

interface Batch {
  readonly entries: readonly NewSessionEntry[];
  /** Set for what holds already: the same entries as they will be written, but for number and moment. */
  readonly ahead?: readonly SessionEntry[];
  /** Called when they are durable, before the change is told. */
  readonly holds?: (() => void) | undefined;
  readonly settle: (error?: unknown) => void;
}

/**
 * One session's way to the record, in order. `commit` makes an effect wait for its entries; `enact` lets what only
 * narrows hold at once and does not rest until it is written (docs/decisions/0003). `session` is the durable fold
 * with what was enacted on top.
 */
export class SessionJournal {
  readonly #recorder: Recorder;
  readonly #clock: Clock;
  readonly #changed: () => void;
  readonly #unavailable: (error: unknown) => void;
  readonly #takeBack: (late: readonly SessionEntry[]) => NewSessionEntry[];
  readonly #defect: (error: unknown) => void;
  #durable: Session;
  #session: Session;
  #queue: Batch[] = [];
  #writing: Promise<void> | undefined;
  #failing = false;
  #cancelWait: (() => void) | undefined;
  #stopped = false;

  /**
   * `unavailable` is told of every append that failed, `defect` of what went wrong with one that did not. `takeBack`: what
   * follows entries that were refused, and stand in the record after all.
   */
  constructor(
    session: Session,
    parts: {
      recorder: Recorder;
      clock: Clock;
      changed: () => void;
      unavailable: (error: unknown) => void;
      takeBack: (late: readonly SessionEntry[]) => NewSessionEntry[];
      defect: (error: unknown) => void;
    },
  ) {
    this.#durable = session;
    this.#session = session;
    this.#recorder = parts.recorder;
    this.#clock = parts.clock;
    this.#changed = parts.changed;
    this.#unavailable = parts.unavailable;
    this.#takeBack = parts.takeBack;
    this.#defect = parts.defect;
  }

  get session(): Session {
    return this.#session;
  }

  /** Everything that holds is written. */
  get isSettled(): boolean {
    return this.#queue.length === 0;
  }

  /** Resolves when the entries are durable and hold. @throws Refusal `record.unavailable`; then nothing happened. */
  async commit(entries: readonly NewSessionEntry[], holds?: () => void): Promise<void> {
    if (entries.length === 0) return;
    if (this.#failing) throw new Refusal('record.unavailable', 'The record cannot be written right now.');
    await new Promise<void>((resolve, reject) => {
      this.#queue.push({
        entries,
        holds,
        settle: (error) => (error === undefined ? resolve() : reject(error)),
      });
      this.#startWriting();
    });
  }

  /** The entries hold when this returns. Resolves once they are durable, or the first attempt failed and more follow. */
  async enact(entries: readonly NewSessionEntry[]): Promise<void> {
    if (entries.length === 0) return;
    const ahead = this.#ahead(entries);
    this.#session = ahead.reduce(applyEntry, this.#session);
    this.#safely(this.#changed);
    await new Promise<void>((resolve) => {
      this.#queue.push({ entries, ahead, settle: () => resolve() });
      this.#startWriting();
    });
  }

  /**
   * Resolves when all is written, or the attempt under way has failed: then what is left is lost with the process,
   * and the next start reconciles.
   */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancelWait?.();
    await this.#writing;
  }

  #startWriting(): void {
    this.#writing ??= this.#write();
  }

  async #write(): Promise<void> {
    let retryMs = FIRST_RETRY_MS;
    for (let batch = this.#queue[0]; batch; batch = this.#queue[0]) {
      let written: SessionEntry[] | undefined;
      try {
        written = (await this.#recorder.append(batch.entries)) as SessionEntry[];
        this.#safely(() => batch.holds?.());
      } catch (error) {
        this.#refuse(batch, error);
        written = error instanceof InDoubt ? await this.#fateOf(error) : undefined;
        if (!batch.ahead) {
          if (written) this.#cameLate(written, error);
          this.#failing = false;
          continue;
        }
        if (!written) {
          if (this.#stopped) break;
          await this.#pause(retryMs);
          retryMs = Math.min(retryMs * 2, LAST_RETRY_MS);
          continue;
        }
      }
      this.#failing = false;
      retryMs = FIRST_RETRY_MS;
      this.#queue.shift();
      this.#fold(written);
      this.#safely(this.#changed);
      batch.settle();
    }
    // In the same step as the last look at the queue: what comes later starts anew.
    this.#writing = undefined;
  }

  #refuse(batch: Batch, error: unknown): void {
    if (!batch.ahead) this.#queue.shift();
    if (batch.ahead || error instanceof InDoubt) this.#failCommitsBehind(error);
    batch.settle(error);
    this.#unavailable(error);
  }

  /** Until it is known nothing else is written, and nothing is written again; when this stops, the next start reads it. */
  #fateOf({ fate }: InDoubt): Promise<SessionEntry[] | undefined> {
    if (this.#stopped) return Promise.resolve(undefined);
    return new Promise((resolve) => {
      this.#cancelWait = () => resolve(undefined);
      void fate.then((written) => resolve(written as SessionEntry[] | undefined));
    });
  }

  /** Who asked was told that it did not happen. It stands in the record, so what undoes it follows it there, before all else. */
  #cameLate(late: readonly SessionEntry[], error: unknown): void {
    this.#durable = late.reduce(applyEntry, this.#durable);
    const entries = this.#takeBack(late);
    if (entries.length > 0) this.#queue.unshift({ entries, ahead: this.#ahead(entries), settle: () => {} });
    this.#fold([]);
    this.#safely(this.#changed);
    this.#unavailable(error);
  }

  /** As they will be written, but for number and moment. */
  #ahead(entries: readonly NewSessionEntry[]): SessionEntry[] {
    const at = instant(this.#clock);
    return entries.map((entry): SessionEntry => ({ ...entry, id: randomUUID(), seq: 0, at }));
  }

  #fold(written: readonly SessionEntry[]): void {
    this.#durable = written.reduce(applyEntry, this.#durable);
    this.#session = this.#queue.flatMap(({ ahead }) => ahead ?? []).reduce(applyEntry, this.#durable);
  }

  /** What stands in the record holds, and what waits behind it has its turn, whoever fails on being told. */
  #safely(tell: () => void): void {
    try {
      tell();
    } catch (error) {
      this.#defect(error);
    }
  }

  /** What must not happen before its entry does not wait for an outage to end. */
  #failCommitsBehind(error: unknown): void {
    this.#failing = true;
    const commits = this.#queue.filter(({ ahead }) => !ahead);
    this.#queue = this.#queue.filter(({ ahead }) => ahead);
    for (const commit of commits) commit.settle(error);
  }

  #pause(delayMs: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#clock.after(delayMs, resolve);
      this.#cancelWait = () => {
        cancel();
        resolve();
      };
    });
  }
}
