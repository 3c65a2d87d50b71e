import { join } from 'node:path';
import type { NoteKey } from '../../../protocol/proof/signed-note.ts';
import { certifiedIn, certifyingIn } from '../certified-deletions.ts';
import { exists } from '../keys/key-file.ts';
import { KeyProblem } from '../keys/key-problem.ts';
import type { MasterKeySources } from '../keys/master-key.ts';
import { openKeys } from '../keys/open-keys.ts';
import { OtherVersion } from '../other-version.ts';
import { RecordsDamaged } from '../records-damaged.ts';
import { type Connection, openForReading, versionOf } from '../sqlite/connection.ts';
import { opensWith } from '../sqlite/snapshot.ts';
import { problemsOfKeyRing, problemsOfLedger } from './beside-checks.ts';
import type { KeptCheckpoint } from './checkpoint-checks.ts';
import { damagedPages, sentenceOfDamage } from './damaged-pages.ts';
import type { Verdict, VerificationProgress } from './store-verification.ts';
import { verifyStore } from './verify-store.ts';
import { problemOfWriteAheadLog } from './write-ahead-log.ts';

export interface FolderOptions extends MasterKeySources {
  readonly dataDir: string;
  readonly witnessed?: readonly KeptCheckpoint[];
  readonly trusted?: NoteKey | undefined;
  readonly onProgress?: (progress: VerificationProgress) => void;
  /** Each page of the file is read before the log. */
  readonly onPages?: (progress: VerificationProgress) => void;
}

/**
 * Checks a whole data folder, also while a broker runs on it: the database, its write-ahead log, and what lies beside them.
 * @throws RecordsDamaged; OtherVersion; KeyProblem when the keys do not open it, which a damaged key ring looks like too.
 */
export async function verifyFolder({ dataDir, ...options }: FolderOptions): Promise<Verdict> {
  const file = join(dataDir, 'records.db');
  const wal = await problemOfWriteAheadLog(`${file}-wal`);
  const { dataKey } = await openKeys({
    ...options,
    dataDir,
    dataExist: true,
    opensData: (key) => opensWith(file, key),
  });
  const database = { file, key: dataKey };
  const damaged = await damagedPages(database, options.onPages);
  const isDamaged = damaged.length > 0;
  let connection: Connection | undefined;
  try {
    connection = openForReading(database);
    const version = isDamaged ? 'this' : versionOf(connection);
    if (version === 'newer' || version === 'no-log')
      throw new OtherVersion(`${file} is of ${ADVICE[version]} Nothing was found out about it.`);
    const damage = isDamaged ? [sentenceOfDamage(damaged, connection)] : [];
    const verdict = await verifyStore(connection, database, {
      ...options,
      isDamaged,
      logOnly: version !== 'this',
    });
    const { findings, findingCount } = verdict;
    // What lies beside a database that cannot be read cannot be compared with it.
    const beside = findingCount > 0 ? [] : await problemsBeside(dataDir, connection);
    const wrong = [...damage, ...(wal === undefined ? [] : [wal]), ...beside].map((what) => ({ what }));
    return {
      ...verdict,
      findings: [...wrong, ...findings],
      findingCount: findingCount + wrong.length,
      pagesChecked: true,
      ...(version !== 'this' && { notChecked: `${NOT_CHECKED} ${file} is of ${ADVICE[version]}` }),
    };
  } catch (error) {
    // By its code, which comes over from another thread too.
    const { code, message } = error as Error & { code?: unknown };
    if (!String(code).startsWith('SQLITE_')) throw error;
    if (isDamaged)
      throw new RecordsDamaged(`${file} is damaged in page ${damaged[0]}, without which it cannot be read.`);
    if (code !== 'SQLITE_NOTADB') throw new RecordsDamaged(`${file} is damaged: ${message}.`);
    throw new KeyProblem(`${file} is damaged at its beginning, or was not made with these keys.`);
  } finally {
    connection?.close();
  }
}

/** By the rules of this version, what another one keeps of a session would be called forged. */
const NOT_CHECKED =
  'Not checked: what is listed, shown and counted of sessions, whether each has all its entries, and what both ends signed.';

const ADVICE = {
  half: 'an earlier version and was being brought up to date when that was stopped: start this version, which goes on with it, and verify it then.',
  earlier:
    'an earlier version, which keeps other figures of sessions: verify it with that one, or once this one was started and has brought it up to date.',
  'no-log':
    'an earlier version, which kept no log that this one can check: verify it once this one was started and has brought it up to date.',
  newer: 'a newer version: verify it with that one.',
} as const;

async function problemsBeside(dataDir: string, connection: Connection): Promise<string[]> {
  const certified = await certifiedIn(certifyingIn(connection));
  return [
    ...(await problemsOfKeyRing(dataDir, connection)),
    ...(await problemsOfLedger(dataDir, connection, certified)),
  ];
}

/** Whether there are records in a folder at all. */
export const holdsRecords = (dataDir: string): Promise<boolean> => exists(join(dataDir, 'records.db'));
