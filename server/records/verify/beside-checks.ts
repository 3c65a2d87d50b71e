import { basename } from 'node:path';
import type { EntryOf } from '../../../protocol/record.ts';
import {
  deletionLedgerFile,
  LedgerProblem,
  parseDeletionLedger,
  readDeletionLedger,
} from '../deletion-ledger.ts';
import { keyRingFile, readKeyRing } from '../keys/key-ring.ts';
import { isVouchedFor, predecessorsOf } from '../keys/succession.ts';
import { ledgerLine, ofThisEra } from '../settle-deletion-ledger.ts';
import type { Connection } from '../sqlite/connection.ts';
import { LogReads } from '../sqlite/log-reads.ts';
import { type EntryColumns, entryOf } from '../sqlite/tables.ts';

/** Files beside the database, against what the log says. Each answers whole sentences that name the file. */

/** `keys.json` as far as it speaks of the log: which key signs it, and which came after which. */
export async function problemsOfKeyRing(dataDir: string, connection: Connection): Promise<string[]> {
  const file = keyRingFile(dataDir);
  const ring = await readKeyRing(dataDir);
  const last = new LogReads(connection).logKeys().at(-1);
  if (ring === undefined || last === undefined) return [];
  // A log that was restored from before a rotation is told of it at the next start.
  const known = ring.signingKeys.flatMap((key) => [key, ...predecessorsOf(ring.successions, key)]);
  return [
    ...(known.includes(last)
      ? []
      : [`${file} does not name the key that signs the log: put it back from a backup.`]),
    ...ring.successions
      .filter((each) => each.signature !== undefined && !isVouchedFor(each))
      .map(
        ({ key }) => `${file} says of the key ${key} what the key before it did not sign: it was changed.`,
      ),
  ];
}

/**
 * The deletion ledger: it must name what the certificates of this era name, or a restored backup forgets something else.
 * @param certificates as they were before the ledger is read.
 */
export async function problemsOfLedger(
  dataDir: string,
  certificates: readonly EntryOf<'retention.deleted'>[],
): Promise<string[]> {
  const name = basename(deletionLedgerFile(dataDir));
  try {
    const lines = parseDeletionLedger(await readDeletionLedger(dataDir));
    const { since } = ofThisEra(lines);
    const begun = lines.findLastIndex((line) => 'restoredEra' in line) + 1;
    const told = new Set(lines.slice(begun).map((line) => JSON.stringify(line)));
    const certified = new Map(
      certificates
        .filter(({ seq }) => seq > since)
        .map((certificate) => [JSON.stringify(ledgerLine(certificate)), certificate.seq]),
    );
    return [
      ...[...certified]
        .filter(([line]) => !told.has(line))
        .map(
          ([, seq]) =>
            `${name} does not say what entry ${seq} certifies: it was changed, or waits for the next start.`,
        ),
      ...[...told]
        .filter((line) => !certified.has(line))
        .map((line) => `${name} names a deletion that no entry certifies: ${line}.`),
    ];
  } catch (error) {
    if (error instanceof LedgerProblem) return [error.message];
    throw error;
  }
}

export const certificatesIn = (connection: Connection): EntryOf<'retention.deleted'>[] =>
  connection
    .prepare<[], EntryColumns>(
      `SELECT seq, id, at, type, fields FROM entries
       WHERE session IS NULL AND keep = 'log-proof' AND type = 'retention.deleted' ORDER BY seq`,
    )
    .all()
    .map((row) => entryOf(row) as EntryOf<'retention.deleted'>);
