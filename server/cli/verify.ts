import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { NoteKey } from '../../protocol/proof/signed-note.ts';
import { systemClock } from '../clock.ts';
import { keySources, readConfig } from '../config.ts';
import { exists } from '../records/keys/key-file.ts';
import { KeyProblem } from '../records/keys/key-problem.ts';
import type { MasterKeySources } from '../records/keys/master-key.ts';
import { openKeys } from '../records/keys/open-keys.ts';
import { openForReading } from '../records/sqlite/connection.ts';
import { opensWith } from '../records/sqlite/snapshot.ts';
import type { KeptCheckpoint } from '../records/verify/checkpoint-checks.ts';
import { StoreVerification, type Verdict } from '../records/verify/store-verification.ts';
import { sentenceOf } from '../records/verify/verdict-sentence.ts';
import { verifyFile } from '../records/verify/verify-files.ts';
import { KeptLog } from '../witness/kept-log.ts';
import { UsageError } from './command-line.ts';
import { readLogKey } from './log-key.ts';

/** Something is not right; the message says what, a sentence to each line. */
class VerificationFailed extends Error {
  override readonly name = 'VerificationFailed';
}

const SHOW_EVERY_MS = 500;

/** `countersign verify`: checks a data folder, a receipt or an export, offline, and says in a sentence what is right or which entry is not. */
export async function verifyCommand(argv: readonly string[]): Promise<void> {
  const { path, key, witnesses } = readArguments(argv);
  const given = path === undefined ? undefined : resolve(path);
  if (given !== undefined && (await stat(given).catch(() => undefined))?.isDirectory() !== true) {
    const verdict = await verifyFile(given, key);
    console.log([verdict.sentence, ...verdict.more].join('\n'));
    console.log(
      key === undefined
        ? `Signed with the key ${verdict.key}\nCompare it with the one that you know of this organisation, or give that one with --key.`
        : 'Signed with the key that you gave.',
    );
    return;
  }
  const config = readConfig(process.env);
  await verifyFolder(given ?? config.dataDir, { ...keySources(config), witnesses, trusted: key });
}

interface FolderOptions extends MasterKeySources {
  readonly witnesses: readonly string[];
  readonly trusted: NoteKey | undefined;
}

async function verifyFolder(
  dataDir: string,
  { witnesses, trusted, ...sources }: FolderOptions,
): Promise<void> {
  const file = join(dataDir, 'records.db');
  if (!(await exists(file)))
    throw new VerificationFailed(
      `There are no records in ${dataDir}: name another folder, or set COUNTERSIGN_DATA_DIR.`,
    );
  const { dataKey } = await openKeys({
    ...sources,
    dataDir,
    dataExist: true,
    opensData: (key) => opensWith(file, key),
  });
  const connection = openForReading({ file, key: dataKey });
  try {
    const verification = new StoreVerification(connection, (await Promise.all(witnesses.map(keptBy))).flat());
    let shown = Date.now();
    while (verification.step()) {
      if (!process.stderr.isTTY || Date.now() < shown + SHOW_EVERY_MS) continue;
      shown = Date.now();
      const { done, total } = verification.progress;
      process.stderr.write(`\r${done.toLocaleString('en')} of ${total.toLocaleString('en')} checked`);
    }
    if (process.stderr.isTTY) process.stderr.write('\r\u001b[K');
    say(verification.verdict(), trusted, witnesses.length);
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'SQLITE_NOTADB') throw error;
    throw new KeyProblem(`${file} is damaged at its beginning, or was not made with these keys.`);
  } finally {
    connection.close();
  }
}

function say(verdict: Verdict, trusted: NoteKey | undefined, witnesses: number): void {
  const { findings, origin } = verdict;
  const wrong = findings.map(({ what }) => what);
  if (wrong.length > 0) wrong.unshift(sentenceOf(verdict));
  if (trusted !== undefined && trusted.name !== origin)
    wrong.push(`This is the log ${origin}, not ${trusted.name}.`);
  if (wrong.length > 0) throw new VerificationFailed(wrong.join('\n'));
  console.log(sentenceOf(verdict, witnesses > 0));
  if (witnesses === 0)
    console.log(
      'Only a witness can tell whether newer entries were cut off or everything was written anew: --witness FOLDER.',
    );
}

/** Every checkpoint in the folder of a witness. */
async function keptBy(folder: string): Promise<KeptCheckpoint[]> {
  if (!(await exists(join(folder, 'key'))))
    throw new UsageError(
      `${folder} holds no checkpoints of a log: name the folder with the file "key" in it.`,
    );
  const kept = await (await KeptLog.open(resolve(folder), systemClock)).all();
  return kept.map(({ name, note }) => ({ note, named: `The witness’s checkpoint "${name}"` }));
}

function readArguments(argv: readonly string[]) {
  try {
    const { values, positionals } = parseArgs({
      args: [...argv],
      strict: true,
      allowPositionals: true,
      options: { key: { type: 'string' }, witness: { type: 'string', multiple: true } },
    });
    if (positionals.length > 1) throw new UsageError('countersign verify takes one folder or file.');
    return {
      path: positionals[0],
      key: values.key === undefined ? undefined : readLogKey(values.key),
      witnesses: values.witness ?? [],
    };
  } catch (error) {
    throw error instanceof UsageError ? error : new UsageError((error as Error).message);
  }
}
