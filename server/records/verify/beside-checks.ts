import { basename } from 'node:path';
import { type Certified, deletionsOfEra } from '../certified-deletions.ts';
import { checkLedger, deletionLedgerFile, readDeletionLedger } from '../deletion-ledger.ts';
import { eraOf } from '../deletions-since.ts';
import { keyRingFile, readKeyRing } from '../keys/key-ring.ts';
import { isVouchedFor, predecessorsOf } from '../keys/succession.ts';
import type { Connection } from '../sqlite/connection.ts';
import { LogReads } from '../sqlite/log-reads.ts';

/** Files beside the database, against what the log says. Each answers whole sentences that name the file. */

/** `keys.json` as far as it speaks of the log: which key signs it, and which came after which. */
export async function problemsOfKeyRing(dataDir: string, connection: Connection): Promise<string[]> {
  const file = keyRingFile(dataDir);
  const ring = await readKeyRing(dataDir);
  const logKeys = new LogReads(connection).logKeys();
  const last = logKeys.at(-1);
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
    ...ring.successions
      .filter(({ signature, key }) => signature === undefined && !logKeys.includes(key))
      .filter(({ key }) => !ring.signingKeys.includes(key))
      .map(
        ({ key }) =>
          `${file} names a key ${key} that nothing vouches for and the log never had: it was changed.`,
      ),
  ];
}

/**
 * The deletion ledger: it must be the log's own, and name what the certificates of this era name, or a restored backup
 * forgets something else.
 * @param certified as it was before the ledger is read.
 */
export async function problemsOfLedger(
  dataDir: string,
  connection: Connection,
  { era, deletions }: Certified,
): Promise<string[]> {
  const name = basename(deletionLedgerFile(dataDir));
  const { lines, problem } = checkLedger(
    await readDeletionLedger(dataDir),
    new LogReads(connection).logKeys(),
  );
  if (problem !== undefined) return [problem];
  if (eraOf(lines) !== era)
    return [
      eraOf(lines) < era
        ? `${name} does not know of the last restore: its end was cut off, or it is an older copy.`
        : `${name} knows of a restore that is not in the records: one of the two is a copy from another time.`,
    ];
  const told = new Set(deletionsOfEra(lines).map((line) => JSON.stringify(line)));
  const certified = new Map(deletions.map(({ seq, ...deletion }) => [JSON.stringify(deletion), seq]));
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
}
