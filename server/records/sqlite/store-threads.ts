import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Clock } from '../../clock.ts';
import { instant } from '../../clock.ts';
import { syncFolder } from '../../durable-file.ts';
import type { SignInsEnded } from '../account-store.ts';
import type { Committed, Write } from './commit.ts';
import type { FileOptions } from './connection.ts';
import { type CommitLimits, DEFAULT_LIMITS, GroupCommit, unavailable } from './group-commit.ts';
import type { StoredCheckpoint } from './merkle-log.ts';
import type { ReadOperations } from './read-operations.ts';
import type { StoreWorkerData, WriterThread } from './store-worker.ts';
import { Thread, ThreadGone } from './thread.ts';
import type { OnUpgrade } from './upgrade.ts';

export interface StoreThreadsOptions extends FileOptions {
  /** 32 bytes: what the key that signs the log is made from. */
  readonly signingSeed: Uint8Array;
  /** Of keys that come after it, where a rotation was cut off. */
  readonly nextSigningSeeds?: readonly Uint8Array[];
  /** Keys (base64) that these succeed, though the log does not say so yet: it was restored from before. */
  readonly predecessors?: readonly string[];
  /** The key was made at this start: see LogKeys. */
  readonly signingKeyIsNew?: boolean;
  readonly clock: Clock;
  readonly limits?: Partial<CommitLimits>;
  /** The WAL beyond which a run of deletions waits, in pages of 4 KiB: a small one for tests. */
  readonly maxLogPages?: number;
  /** Told of each new checkpoint once it is durable. */
  readonly onCheckpoint?: (checkpoint: StoredCheckpoint) => void;
  /** Told why nothing can be written, once, and when it can be again (`undefined`). */
  readonly onTrouble?: (failure: string | undefined) => void;
  /** Told while records of an earlier version are brought up to date, which may take minutes. */
  readonly onUpgrade?: OnUpgrade;
  /** A thread of the store ended unexpectedly; it is being started again. */
  readonly onDeath?: (error: Error) => void;
}

const WORKER = new URL('./store-worker.mjs', import.meta.url);
const RESTART_DELAY_MS = 500;

type Reader = Thread<ReadOperations & { close(): void }>;

/** The threads that do a store's work (store-worker.ts), and the way to each: nothing here waits for a disk. */
export class StoreThreads {
  readonly commits: GroupCommit;
  #longReader: Reader | undefined;
  #nextSigningSeeds: readonly Uint8Array[];
  #closing = false;
  readonly #whenSignInsEnd: ((ended: SignInsEnded) => void)[] = [];

  constructor(
    private readonly options: StoreThreadsOptions,
    private readonly writer: Thread<WriterThread>,
    private readonly reader: Reader,
    /** For what takes a while, so that nobody who lists waits for it; started when it is first needed. */
    private readonly startLongReader: () => Reader,
  ) {
    this.#nextSigningSeeds = options.nextSigningSeeds ?? [];
    this.commits = new GroupCommit(
      (writes) => this.#commit(writes),
      { ...DEFAULT_LIMITS, ...options.limits },
      options.onTrouble,
    );
  }

  /** @throws what the database says about a file that it cannot open (wrong key: "file is not a database"). */
  static async start(options: StoreThreadsOptions): Promise<StoreThreads> {
    await mkdir(dirname(options.file), { recursive: true, mode: 0o700 });
    const start = <Api extends object>(role: StoreWorkerData['role']) => {
      const { file, key, maxPages } = options;
      const { signingSeed, nextSigningSeeds, predecessors, signingKeyIsNew, maxLogPages } = options;
      const writing = { signingSeed, nextSigningSeeds, predecessors, signingKeyIsNew, maxLogPages };
      return new Thread<Api & { close(): void }>(
        WORKER,
        { role, file, key, maxPages, ...(role === 'writer' && writing) } satisfies StoreWorkerData,
        {
          restartDelayMs: RESTART_DELAY_MS,
          onDeath: options.onDeath ?? (() => {}),
          onNotice: options.onUpgrade,
        },
      );
    };
    const writer = start<WriterThread>('writer');
    const reader = start<ReadOperations>('reader');
    try {
      await Promise.all([writer.ready(), reader.ready()]);
      writer.startWith({ signingKeyIsNew: false });
      await syncFolder(dirname(options.file));
    } catch (error) {
      await Promise.all([writer.kill(), reader.kill()]);
      throw error;
    }
    return new StoreThreads(options, writer, reader, () => start<ReadOperations>('long-reader'));
  }

  /** What is missing, for people to read; `undefined` when both threads that everything needs are there. */
  get gone(): string | undefined {
    if (!this.writer.alive) return 'the writing thread is gone';
    return this.reader.alive ? undefined : 'the reading thread is gone';
  }

  read<Name extends keyof ReadOperations>(name: Name, ...args: Parameters<ReadOperations[Name]>) {
    return this.#readOn(this.reader, name, args);
  }

  async readLong<Name extends keyof ReadOperations>(name: Name, ...args: Parameters<ReadOperations[Name]>) {
    this.#longReader ??= this.startLongReader();
    await this.#longReader.ready();
    return this.#readOn(this.#longReader, name, args);
  }

  /** Moves the whole WAL into the database and empties it; false when a reader was in the way. */
  emptyLog(): Promise<boolean> {
    return this.writer.call('truncateLog');
  }

  /** Empties the WAL where it has grown beyond its bound; false when a reader keeps it there. */
  shrinkLog(): Promise<boolean> {
    return this.writer.call('shrinkLog');
  }

  /** From now on an entry may name the key that is made from this seed as the one that signs. */
  async addSigningKey(seed: Uint8Array): Promise<void> {
    this.#nextSigningSeeds = [...this.#nextSigningSeeds, seed];
    this.writer.startWith({ nextSigningSeeds: this.#nextSigningSeeds });
    await this.writer.call('addSigningKey', seed);
  }

  /** Told when the commit is durable, also one that nobody waits for any more. */
  onSignInsEnded(listener: (ended: SignInsEnded) => void): void {
    this.#whenSignInsEnd.push(listener);
  }

  async close(): Promise<void> {
    this.#closing = true;
    await this.commits.drained();
    await Promise.all([this.reader.close(), this.#longReader?.close()]);
    await this.writer.close();
  }

  async #commit(writes: readonly Write[]): Promise<Committed> {
    const committed = await this.writer
      .call('commit', writes, instant(this.options.clock))
      .catch((error: unknown) => this.#leftBehind(writes, error));
    if (committed.checkpoint !== undefined) this.options.onCheckpoint?.(committed.checkpoint);
    for (const ended of committed.signInsEnded) for (const listener of this.#whenSignInsEnd) listener(ended);
    return committed;
  }

  /**
   * A writer that dies may do so after its commit and before its answer: then the next one looks. Until one has looked, nobody
   * may say that nothing was written, or whoever writes it again has it in the record twice.
   */
  async #leftBehind(writes: readonly Write[], error: unknown): Promise<Committed> {
    if (!(error instanceof ThreadGone) || !error.wasAsked) throw error;
    for (;;) {
      try {
        await this.writer.back();
        return await this.writer.call('leftBehind', writes);
      } catch {
        if (this.#closing) throw error;
        await delay(RESTART_DELAY_MS, undefined, { ref: false });
      }
    }
  }

  async #readOn<Name extends keyof ReadOperations>(
    thread: Thread<ReadOperations>,
    name: Name,
    args: Parameters<ReadOperations[Name]>,
  ) {
    try {
      return (await thread.call(name, ...(args as never))) as ReturnType<ReadOperations[Name]>;
    } catch (error) {
      if (error instanceof ThreadGone) throw unavailable();
      throw error;
    }
  }
}
