import type { Connection } from './connection.ts';
import { ENTRY, type EntryColumns } from './tables.ts';

/** Entries that tell no session's story. What is read here stands alike in records of earlier versions: see `versionOf`. */
export interface HouseEntries {
  /** Newest first. */
  entries(options: { types?: readonly string[]; before?: number; limit: number }): EntryColumns[];
  /** Newest first. */
  certificates(before: number | undefined, limit: number): EntryColumns[];
}

export function houseEntries(connection: Connection): HouseEntries {
  const certificates = connection.prepare<[number, number], EntryColumns>(
    // Their numbers from the index alone: a certificate can be long. By number, because a clock can be set back.
    `SELECT ${ENTRY} FROM entries WHERE seq IN
       (SELECT seq FROM entries INDEXED BY entries_by_type
        WHERE session IS NULL AND type = 'retention.deleted' AND seq < ? ORDER BY seq DESC LIMIT ?)
     ORDER BY seq DESC`,
  );
  const all = connection.prepare<[number, number], EntryColumns>(
    `SELECT ${ENTRY} FROM entries WHERE session IS NULL AND seq < ? ORDER BY seq DESC LIMIT ?`,
  );
  // Left to itself SQLite goes through all entries of the house, newest first, to find a few rare ones.
  const typed = connection.prepare<[number, string, number], EntryColumns>(
    `SELECT ${ENTRY} FROM entries INDEXED BY entries_by_type
     WHERE session IS NULL AND seq < ? AND type IN (SELECT value FROM json_each(?)) ORDER BY seq DESC LIMIT ?`,
  );
  return {
    entries: ({ types, before = Number.MAX_SAFE_INTEGER, limit }) =>
      types === undefined ? all.all(before, limit) : typed.all(before, JSON.stringify(types), limit),
    certificates: (before = Number.MAX_SAFE_INTEGER, limit) => certificates.all(before, limit),
  };
}
