import { basename } from 'node:path';
import { parseLeafRanges } from '../../../protocol/proof/leaf-ranges.ts';
import type { LeafRange } from '../../../protocol/proof/tree-shape.ts';
import { type Certified, deletionsOfEra } from '../certified-deletions.ts';
import { checkLedger, deletionLedgerFile, readDeletionLedger } from '../deletion-ledger.ts';
import { deletionsFor, eraOf } from '../deletions-since.ts';
import { keyRingFile, readKeyRing } from '../keys/key-ring.ts';
import { isVouchedFor, predecessorsOf } from '../keys/succession.ts';
import type { LedgerLine } from '../ledger-line.ts';
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
  const unnamed = restoresIn(connection).flatMap((restored) => beyondLedger(lines, restored));
  const told = new Set(deletionsOfEra(lines).map((line) => JSON.stringify(line)));
  const certified = new Map(deletions.map(({ seq, ...deletion }) => [JSON.stringify(deletion), seq]));
  return [
    ...[...certified]
      .filter(([line]) => !told.has(line))
      .map(
        ([, seq]) =>
          `${name} does not say what log entry ${seq} certifies: it was changed, or waits for the next start.`,
      ),
    ...[...told]
      .filter((line) => !certified.has(line))
      .map((line) => `${name} names a deletion that no entry certifies: ${line}.`),
    ...unnamed,
  ];
}

interface RestoreEntry {
  readonly seq: number;
  readonly era: number;
  readonly leaves: string;
}

const restoresIn = (connection: Connection): RestoreEntry[] =>
  connection
    .prepare<[], RestoreEntry>(
      `SELECT seq, fields ->> '$.era' AS era, fields ->> '$.leaves' AS leaves
       FROM entries WHERE session IS NULL AND type = 'backup.restored' ORDER BY seq`,
    )
    .all();

/** A restore deletes again what the ledger named when it was made, and nothing else. */
function beyondLedger(lines: readonly LedgerLine[], { seq, era, leaves }: RestoreEntry): string[] {
  const place = lines.findIndex((line) => 'era' in line && line.era === era);
  const begun = lines[place];
  // A ledger that was lost since began anew, with no leaf in common with what was before: it cannot tell.
  if (begun === undefined || !('era' in begun) || begun.restoredSize === 0) return [];
  const backup = { era: begun.restoredEra, size: begun.restoredSize };
  const asked = deletionsFor(lines.slice(0, place), backup).sort((a, b) => a[0] - b[0]);
  const isAsked = ([start, end]: LeafRange): boolean => {
    let from = start;
    for (const range of asked) if (range[0] <= from && range[1] > from) from = range[1];
    return from >= end;
  };
  return (parseLeafRanges(leaves) ?? []).every(isAsked)
    ? []
    : [`Log entry ${seq} tells of a restore that deleted again what the deletion ledger does not name.`];
}
