import type { ErrorCode } from '../../../protocol/errors.ts';
import { Refusal, type RefusalDetails } from '../../refusal.ts';
import type { Connection } from './connection.ts';
import type { WriteOperations } from './write-operations.ts';

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

/**
 * Runs `writes` in one transaction, each in a savepoint of its own, so that a refused one leaves the others alone.
 * When this returns all that was done is on the disk.
 * @throws the database's error when it cannot write (disk full, locked, damaged); then nothing was done.
 */
export function commit(
  connection: Connection,
  operations: WriteOperations,
  writes: readonly Write[],
): Written[] {
  const all = connection.transaction(() => writes.map((write) => attempt(connection, operations, write)));
  return all.immediate();
}

function attempt(connection: Connection, operations: WriteOperations, { name, args }: Write): Written {
  const operation = operations[name] as (...args: readonly unknown[]) => unknown;
  try {
    return { value: connection.transaction(() => operation(...args))() };
  } catch (error) {
    if (error instanceof Refusal)
      return { refusal: { code: error.code, message: error.message, details: error.details } };
    // After these SQLite may have rolled back everything: there is no transaction to go on in.
    if (isStorageError(error) || !connection.inTransaction) throw error;
    return { defect: (error as Error).stack ?? String(error) };
  }
}

/** The disk, not the request, is at fault. A broken constraint is a defect of ours. */
function isStorageError(error: unknown): boolean {
  const code = (error as { code?: unknown }).code;
  return typeof code === 'string' && code.startsWith('SQLITE_') && !code.startsWith('SQLITE_CONSTRAINT');
}
