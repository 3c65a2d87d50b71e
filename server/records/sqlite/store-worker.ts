import { statSync } from 'node:fs';
import { workerData } from 'node:worker_threads';
import { commit, type Write, type Written } from './commit.ts';
import { type Connection, type FileOptions, openForReading, openForWriting } from './connection.ts';
import { readOperations } from './read-operations.ts';
import { serveThread } from './thread.ts';
import { writeOperations } from './write-operations.ts';

/**
 * The store's threads: one that writes, and one that reads so that listing and exporting delay no append
 * (in WAL mode readers and the writer do not wait for each other).
 */
export interface StoreWorkerData extends FileOptions {
  readonly role: 'writer' | 'reader';
}

/** What the writer's thread answers to. */
export interface WriterThread {
  commit(writes: readonly Write[]): Written[];
  /** Moves the whole WAL into the database and empties it; false when a reader was in the way. */
  truncateLog(): boolean;
  close(): void;
}

/** Past this the WAL goes into the database before the next commit. */
const MAX_LOG_BYTES = 8 * 2 ** 20;

const { role, ...options } = workerData as StoreWorkerData;
if (role === 'writer') serveWriter(openForWriting(options));
else serveReader();

/** Opens the file when it is first asked: the writer makes it while this thread starts. */
function serveReader(): void {
  serveThread(() => {
    const connection = openForReading(options);
    return { ...readOperations(connection), close: () => connection.close() };
  });
}

function serveWriter(connection: Connection): void {
  const operations = writeOperations(connection);
  const writer: WriterThread = {
    commit: (writes) => commit(connection, operations, writes),
    truncateLog: () => truncateLog(connection),
    close() {
      try {
        truncateLog(connection);
      } finally {
        connection.close();
      }
    },
  };
  // Everything in the WAL is durable already: whoever waits for the commit need not wait for the checkpoint.
  serveThread(
    () => writer,
    () => {
      if (connection.open && logBytes(options.file) > MAX_LOG_BYTES)
        connection.pragma('wal_checkpoint(PASSIVE)');
    },
  );
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

const logBytes = (file: string): number => statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0;
