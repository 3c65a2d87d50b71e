import { Refusal } from '../../refusal.ts';
import { InDoubt, NOT_KNOWN } from '../recorder.ts';
import type { Committed, Write, Written } from './commit.ts';
import { ThreadGone } from './thread.ts';
import type { WriteOperations } from './write-operations.ts';

export interface CommitLimits {
  /** Writes that wait; more are refused at once. */
  readonly maxWaiting: number;
  /** Writes that share one commit. */
  readonly maxTogether: number;
  /** A commit that takes longer counts as failed, and so does everything behind it. */
  readonly timeoutMs: number;
}

export const DEFAULT_LIMITS: CommitLimits = { maxWaiting: 10_000, maxTogether: 256, timeoutMs: 10_000 };

interface Waiting extends Write {
  resolve(value: unknown): void;
  reject(error: Error): void;
  /** Of one that was given up inside a commit: told how that went. */
  learn?: (value: unknown) => void;
}

/**
 * Lets all writes that wait at the same time share one commit and its fsync: while one commit is on its way to the disk
 * the next one gathers. A write is answered when it is durable.
 */
export class GroupCommit {
  #waiting: Waiting[] = [];
  #committing: readonly Waiting[] | undefined;
  #stuck = false;
  #idle: (() => void)[] = [];
  #asked = 0;
  /** Why the last commit failed; cleared by one that worked. */
  failure: string | undefined;

  constructor(
    private readonly commit: (writes: readonly Write[]) => Promise<Committed>,
    private readonly limits: CommitLimits = DEFAULT_LIMITS,
    /** Told why nothing can be written, once, and when it can be again (`undefined`). */
    private readonly onTrouble: (failure: string | undefined) => void = () => {},
  ) {}

  /** How many writes there were so far. */
  get asked(): number {
    return this.#asked;
  }

  /**
   * @throws Refusal `record.unavailable` when it was not written, or, as its message says then, when nobody will know; InDoubt;
   * or another Refusal of the operation itself.
   */
  write<Name extends keyof WriteOperations>(
    name: Name,
    ...args: Parameters<WriteOperations[Name]>
  ): Promise<ReturnType<WriteOperations[Name]>> {
    this.#asked += 1;
    return new Promise((resolve, reject) => {
      if (this.#stuck || this.#waiting.length >= this.limits.maxWaiting) return reject(unavailable());
      this.#waiting.push({ name, args, resolve: resolve as (value: unknown) => void, reject });
      // In a microtask, so that writes of the same turn go together.
      if (this.#waiting.length === 1) queueMicrotask(() => void this.#next());
    });
  }

  /** Resolves when nothing waits any more. */
  async drained(): Promise<void> {
    if (this.#committing === undefined && this.#waiting.length === 0) return;
    await new Promise<void>((resolve) => this.#idle.push(resolve));
  }

  async #next(): Promise<void> {
    if (this.#committing !== undefined) return;
    if (this.#waiting.length === 0) {
      for (const idle of this.#idle.splice(0)) idle();
      return;
    }
    const together = this.#waiting.splice(0, this.limits.maxTogether);
    this.#committing = together;
    const timer = setTimeout(() => this.#giveUp(together), this.limits.timeoutMs);
    try {
      const { results } = await this.commit(together.map(({ name, args }) => ({ name, args })));
      this.#stands(undefined);
      for (const [index, write] of together.entries()) settle(write, results[index]);
    } catch (error) {
      this.#stands((error as Error).message);
      const mayBeWritten = error instanceof ThreadGone && error.wasAsked;
      for (const write of together) {
        write.learn?.(undefined);
        write.reject(mayBeWritten ? notKnown() : unavailable());
      }
    } finally {
      clearTimeout(timer);
      this.#stuck = false;
      this.#committing = undefined;
    }
    void this.#next();
  }

  #stands(failure: string | undefined): void {
    const changed = (failure === undefined) !== (this.failure === undefined);
    this.failure = failure;
    if (changed) this.onTrouble(failure);
  }

  /**
   * The disk hangs. Those that wait behind are certainly not written. Of those inside the commit nobody can say: they
   * are refused as well, and whoever asked learns their fate when the disk comes back.
   */
  #giveUp(together: readonly Waiting[]): void {
    this.#stuck = true;
    this.#stands(`a commit has taken more than ${this.limits.timeoutMs} ms`);
    for (const write of together) {
      const fate = new Promise<unknown>((resolve) => {
        write.learn = resolve;
      });
      write.reject(new InDoubt(fate));
    }
    for (const write of this.#waiting.splice(0)) write.reject(unavailable());
  }
}

function settle(write: Waiting, written: Written | undefined): void {
  write.learn?.(written && 'value' in written ? written.value : undefined);
  if (written === undefined) write.reject(new Error('the writer left a write unanswered'));
  else if ('value' in written) write.resolve(written.value);
  else if ('refusal' in written) {
    const { code, message, details } = written.refusal;
    write.reject(new Refusal(code, message, details));
  } else write.reject(new Error(written.defect));
}

/** Whoever wrote died with the answer. */
export const notKnown = (): Refusal => new Refusal('record.unavailable', NOT_KNOWN);

export const unavailable = (): Refusal =>
  new Refusal('record.unavailable', 'The record cannot be written at the moment. Nothing was done.');
