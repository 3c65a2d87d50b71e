import type { ErrorCode } from '../../../protocol/errors.ts';
import { Refusal, type RefusalDetails } from '../../refusal.ts';
import type { SignInsEnded } from '../account-store.ts';
import type { Connection } from './connection.ts';
import type { MerkleLog, StoredCheckpoint } from './merkle-log.ts';
import type { Appended, WriteOperations } from './write-operations.ts';

/** One write on its way to the writer's thread. */
export interface Write {
  readonly name: keyof WriteOperations;
  readonly args: readonly unknown[];
}

/** How one write of a commit went: done, refused on purpose, or a defect. */
export type Written =
  | { readonly value: unknown }
  | { readonly refusal: { code: ErrorCode; message: string; details: RefusalDetails | undefined } }
  | { readonly defect: string };

export interface Committed {
  readonly results: readonly Written[];
  /** Of the log as these writes left it; absent when none of them appended. */
  readonly checkpoint: StoredCheckpoint | undefined;
  readonly signInsEnded: readonly SignInsEnded[];
}

/** What a commit works on. */
export interface CommitParts {
  readonly connection: Connection;
  readonly log: MerkleLog;
  readonly operations: WriteOperations;
}

/**
 * Runs writes in one transaction, each in a savepoint of its own, so that a refused one leaves the others alone, and
 * signs the log as they leave it. When it returns all that was done is on the disk.
 * @returns takes the writes and the moment (ISO 8601). It throws the database's error when it cannot write (disk full,
 * locked, damaged); then nothing was done.
 */
export function committer(parts: CommitParts): (writes: readonly Write[], at: string) => Committed {
  const { connection, log, operations } = parts;
  const inSavepoint = connection.transaction((work: () => unknown) => work());
  const attempt = ({ name, args }: Write): Written => {
    const operation = operations[name] as (...args: readonly unknown[]) => unknown;
    const before = log.state;
    try {
      return { value: inSavepoint(() => operation(...args)) };
    } catch (error) {
      log.state = before;
      if (error instanceof Refusal)
        return { refusal: { code: error.code, message: error.message, details: error.details } };
      // After these SQLite may have rolled back everything: there is no transaction to go on in.
      if (isStorageError(error) || !connection.inTransaction) throw error;
      return { defect: (error as Error).stack ?? String(error) };
    }
  };
  const all = connection.transaction((writes: readonly Write[], at: string) => {
    const results = writes.map(attempt);
    return { results, checkpoint: log.checkpoint(at), signInsEnded: results.flatMap(endedBy) };
  });
  return (writes, at) => {
    try {
      const committed = all.immediate(writes, at);
      log.committed();
      return committed;
    } catch (error) {
      log.rolledBack();
      throw error;
    }
  };
}

/** Of an append, or of a write that appends besides. */
export const endedBy = (written: Written): readonly SignInsEnded[] =>
  ('value' in written && (written.value as Partial<Appended> | undefined)?.signInsEnded) || [];

/** The disk, not the request, is at fault. A broken constraint is a defect of ours. */
function isStorageError(error: unknown): boolean {
  const code = (error as { code?: unknown }).code;
  return typeof code === 'string' && code.startsWith('SQLITE_') && !code.startsWith('SQLITE_CONSTRAINT');
}
