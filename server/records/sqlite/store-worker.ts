import { workerData } from 'node:worker_threads';
import { logSigner } from '../transparency/node-crypto.ts';
import { type Committed, committer, type Write } from './commit.ts';
import { type Connection, type FileOptions, openForReading, openForWriting } from './connection.ts';
import { leftBehind } from './left-behind.ts';
import { MerkleLog } from './merkle-log.ts';
import { readOperations } from './read-operations.ts';
import { stepBack } from './step-back.ts';
import { serveThread, tellOutside } from './thread.ts';
import type { Upgrade } from './upgrade.ts';
import { writeOperations } from './write-operations.ts';

/**
 * The store's threads: one that writes, one that reads, so that listing delays no append (in WAL mode readers and the
 * writer do not wait for each other), and another reader for exports and statistics, so that they delay no listing.
 */
export interface StoreWorkerData extends FileOptions {
  readonly role: 'writer' | 'reader' | 'long-reader';
  /** 32 bytes: what the log's signing key is made from. Only the writer has it. */
  readonly signingSeed?: Uint8Array | undefined;
  /** Of keys that come after it. */
  readonly nextSigningSeeds?: readonly Uint8Array[] | undefined;
  readonly predecessors?: readonly string[] | undefined;
  readonly signingKeyIsNew?: boolean | undefined;
  /** When a run of deletions waits: see `shrinkLog`. */
  readonly maxLogPages?: number | undefined;
}

/** What the writer's thread answers to. */
export interface WriterThread {
  commit(writes: readonly Write[], at: string): Committed;
  /** How the writes of a commit went that the writer before this one did not answer. */
  leftBehind(writes: readonly Write[]): Committed;
  /** From now on an entry may name this key as the one that signs. */
  addSigningKey(seed: Uint8Array): void;
  /** Moves the whole WAL into the database and empties it; false when a reader was in the way. */
  truncateLog(): boolean;
  /** Empties the WAL where it has grown beyond its bound; false when it is still beyond it, because of a reader. */
  shrinkLog(): boolean;
  close(): void;
}

/** When the WAL holds so many pages of 4 KiB, they go into the database before the next commit. */
const MAX_LOG_PAGES = 2000;
/**
 * What stands in the WAL is written over only when nobody reads any of it: with one reader after another it grows for as
 * long as there are writes. From so many pages (64 MiB) on, who writes much waits for them.
 */
const MAX_WHOLE_LOG_PAGES = 16_384;

const {
  role,
  signingSeed,
  nextSigningSeeds = [],
  predecessors,
  signingKeyIsNew,
  maxLogPages = MAX_WHOLE_LOG_PAGES,
  ...options
} = workerData as StoreWorkerData;
// Who waits for a list sits before a screen; who waits for an export does something else.
if (role === 'reader') serveReader(4);
else if (role === 'long-reader') serveReader(10);
else if (signingSeed === undefined) throw new Error('the writer needs the key that signs the log');
else
  serveWriter(
    openForWriting(options, (upgrade) => tellOutside<Upgrade>(upgrade)),
    signingSeed,
  );

/** Opens the file when it is first asked: the writer makes it while this thread starts. Who reads never delays the relay. */
function serveReader(stepsBack: number): void {
  stepBack(stepsBack);
  serveThread(() => {
    const connection = openForReading(options);
    return { ...readOperations(connection), close: () => connection.close() };
  });
}

function serveWriter(connection: Connection, signingSeed: Uint8Array): void {
  // What a kill left in the WAL may be much: nobody relies on the store yet, and later the first commit would wait for it.
  ifThereIsRoom(() => truncateLog(connection));
  const log = new MerkleLog(connection, logSigner(signingSeed), {
    next: nextSigningSeeds.map(logSigner),
    predecessors,
    isNew: signingKeyIsNew,
  });
  const commit = committer({ connection, log, operations: writeOperations(connection, log) });
  const writer: WriterThread = {
    commit,
    leftBehind: leftBehind(connection),
    addSigningKey: (seed) => log.addSigner(logSigner(seed)),
    truncateLog: () => truncateLog(connection),
    shrinkLog: () => logOf(connection).pages <= maxLogPages || truncateLog(connection),
    close() {
      ifThereIsRoom(() => truncateLog(connection));
      connection.close();
    },
  };
  // Everything in the WAL is durable already: whoever waits for the commit need not wait for the checkpoint.
  const checkpoint = () => {
    if (!connection.open) return;
    const { pages, moved } = logOf(connection);
    if (pages - moved > MAX_LOG_PAGES) connection.pragma('wal_checkpoint(PASSIVE)');
  };
  serveThread(
    () => writer,
    () => ifThereIsRoom(checkpoint),
  );
}

/** A checkpoint that finds the disk full has lost nothing: the WAL stays, and the next one tries again. */
function ifThereIsRoom(checkpoint: () => void): void {
  try {
    checkpoint();
  } catch (error) {
    if (!/^SQLITE_(FULL|IOERR|BUSY)/.test(String((error as { code?: unknown }).code))) throw error;
  }
}

function truncateLog(connection: Connection): boolean {
  connection.pragma('busy_timeout = 50');
  try {
    const [outcome] = connection.pragma('wal_checkpoint(TRUNCATE)') as { busy: number }[];
    return outcome?.busy === 0;
  } finally {
    connection.pragma('busy_timeout = 3000');
  }
}

/**
 * How many pages of 4 KiB stand in the WAL, and how many of them in the database too. The file's size does not tell: SQLite
 * writes over it from its beginning when all of it is in the database and nobody reads it.
 */
function logOf(connection: Connection): { pages: number; moved: number } {
  const [state] = connection.pragma('wal_checkpoint(NOOP)') as { log: number; checkpointed: number }[];
  return { pages: state?.log ?? 0, moved: state?.checkpointed ?? 0 };
}
