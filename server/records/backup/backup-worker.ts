import { workerData } from 'node:worker_threads';
import type { FileOptions } from '../sqlite/connection.ts';
import { takeSnapshot } from '../sqlite/snapshot.ts';
import { serveThread } from '../sqlite/thread.ts';
import { type BackupParts, writeBackup } from './backup-writer.ts';

/** A thread of its own for a backup: neither appends, nor reads, nor the relay wait for it. */
export interface BackupThread {
  /** Answers the size of the snapshot, which lies at `snapshotFile`. */
  takeSnapshot(copyKey: Uint8Array): number;
  writeBackup(parts: BackupParts): { size: number; sha256: string };
  close(): void;
}

const options = workerData as FileOptions;
serveThread(
  () =>
    ({
      takeSnapshot: (copyKey) => takeSnapshot(options, copyKey),
      writeBackup,
      close() {},
    }) satisfies BackupThread,
);
