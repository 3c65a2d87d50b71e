import { workerData } from 'node:worker_threads';
import type { EntryOf } from '../../../protocol/record.ts';
import { type FileOptions, openForReading } from '../sqlite/connection.ts';
import { snapshotFile, takeSnapshot } from '../sqlite/snapshot.ts';
import { serveThread } from '../sqlite/thread.ts';
import { type BackupParts, writeBackup } from './backup-writer.ts';
import { recordedRulesIn } from './decided-since.ts';

/** A thread of its own for a backup: neither appends, nor reads, nor the relay wait for it. */
export interface BackupThread {
  /** Answers the size of the snapshot, which lies at `snapshotFile`, and the rules that were in force at its moment. */
  takeSnapshot(copyKey: Uint8Array): { bytes: number; rules: EntryOf<'rules.recorded'> | undefined };
  writeBackup(parts: BackupParts): { size: number; sha256: string };
  close(): void;
}

const options = workerData as FileOptions;
serveThread(
  () =>
    ({
      takeSnapshot: (copyKey) => ({
        bytes: takeSnapshot(options, copyKey),
        rules: rulesInSnapshot({ file: snapshotFile(options.file), key: copyKey }),
      }),
      writeBackup,
      close() {},
    }) satisfies BackupThread,
);

function rulesInSnapshot(snapshot: FileOptions): EntryOf<'rules.recorded'> | undefined {
  const connection = openForReading(snapshot);
  try {
    return recordedRulesIn(connection);
  } finally {
    connection.close();
  }
}
