import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { plain } from '../../protocol/plain-text.ts';
import { keyText, type NoteKey } from '../../protocol/proof/signed-note.ts';
import { systemClock } from '../clock.ts';
import { keySources, readConfig } from '../config.ts';
import { exists } from '../records/keys/key-file.ts';
import { sha256 } from '../records/transparency/node-crypto.ts';
import type { KeptCheckpoint } from '../records/verify/checkpoint-checks.ts';
import type { Verdict } from '../records/verify/store-verification.ts';
import { sentenceOf } from '../records/verify/verdict-sentence.ts';
import { type FileVerdict, verifyFile } from '../records/verify/verify-files.ts';
import { type FolderOptions, holdsRecords, verifyFolder } from '../records/verify/verify-folder.ts';
import { KeptLog } from '../witness/kept-log.ts';
import { foldersSeen } from '../witness/log-folder.ts';
import { UsageError } from './command-line.ts';
import { readLogKey } from './log-key.ts';
import { progressLine } from './progress-line.ts';

/** Something is not right; the message says what, a sentence to each line. */
class VerificationFailed extends Error {
  override readonly name = 'VerificationFailed';
}

/** All is as logged, and of some session an end signed something else. */
class NotAsSigned extends Error {
  override readonly name = 'NotAsSigned';
}

/** Nothing is wrong of what was checked, and something was left out; the message says what. */
class NotAllChecked extends Error {
  override readonly name = 'NotAllChecked';
}

/** `countersign verify`: checks a data folder, a receipt or an export, offline, and says in a sentence what is right or which entry is not. */
export async function verifyCommand(argv: readonly string[]): Promise<void> {
  const { path, key, witnesses } = readArguments(argv);
  const given = path === undefined ? undefined : resolve(path);
  if (given !== undefined && (await stat(given).catch(() => undefined))?.isDirectory() !== true) {
    const verdict = await verifyFile(given, key);
    console.log([verdict.sentence, ...verdict.more, ...whoseKey(verdict, key)].map(plain).join('\n'));
    return;
  }
  const config = readConfig(process.env);
  const witnessed = (await Promise.all(witnesses.map(keptBy))).flat();
  const dataDir = given ?? config.dataDir;
  await verifyRecords({ ...keySources(config), dataDir, witnessed, trusted: key }, witnesses.length);
}

/** Says what it finds, and how far it is where somebody looks on. */
async function verifyRecords(options: FolderOptions, witnesses: number): Promise<void> {
  if (!(await holdsRecords(options.dataDir)))
    throw new VerificationFailed(
      `There are no records in ${options.dataDir}: name another folder, or set COUNTERSIGN_DATA_DIR.`,
    );
  const line = progressLine();
  const verdict = await verifyFolder({
    ...options,
    onPages: (progress) => line.tell('Reading the database file', progress),
    onProgress: (progress) => line.tell('Checking the log and its sessions', progress),
  });
  line.clear();
  say(verdict, witnesses);
}

function say(verdict: Verdict, witnesses: number): void {
  const { findings, findingCount, notChecked } = verdict;
  const found = findings.map(({ what }) => what);
  const leftOut = notChecked === undefined ? [] : [notChecked];
  const said = [sentenceOf(verdict, witnesses > 0), ...found, ...leftOut].map(plain).join('\n');
  if (findingCount > 0) throw new VerificationFailed(said);
  if (notChecked !== undefined) throw new NotAllChecked(said);
  if (verdict.notAsSigned > 0) throw new NotAsSigned(said);
  console.log(plain(sentenceOf(verdict, witnesses > 0)));
  if (witnesses === 0)
    console.log(
      'Only a witness can tell whether newer entries were cut off or everything was written anew: --witness FOLDER.',
    );
}

function whoseKey({ key }: FileVerdict, given: NoteKey | undefined): string[] {
  if (key === undefined) return [];
  if (given === undefined)
    return [
      `Signed with the key ${key}`,
      'Compare it with the one that you know of this organisation, or give that one with --key.',
    ];
  return keyText(given, sha256) === key
    ? ['Signed with the key that you gave.']
    : [`Signed with the key ${key}, for which the one that you gave vouches.`];
}

/** Every checkpoint in the folder of a witness, or in the one log's folder below it. */
async function keptBy(folder: string): Promise<KeptCheckpoint[]> {
  const kept = await (await KeptLog.open(await logFolderIn(resolve(folder)), systemClock)).all();
  return kept.map(({ name, note }) => ({ note, named: `The witness’s checkpoint "${name}"` }));
}

/** A broker and `countersign witness` are told the folder above, in which each log has one of its own. */
async function logFolderIn(folder: string): Promise<string> {
  if (await exists(join(folder, 'key'))) return folder;
  const [only, ...others] = await foldersSeen(folder);
  if (only === undefined)
    throw new UsageError(
      `${folder} holds no checkpoints of a log: name the folder with the file "key" in it, or the one above.`,
    );
  if (others.length > 0)
    throw new UsageError(
      `${folder} holds the checkpoints of several logs. Name the folder of this one, which is called as the log is: ${[only, ...others].join(', ')}.`,
    );
  return only;
}

function readArguments(argv: readonly string[]) {
  try {
    const { values, positionals } = parseArgs({
      args: [...argv],
      strict: true,
      allowPositionals: true,
      options: { key: { type: 'string', multiple: true }, witness: { type: 'string', multiple: true } },
    });
    if (positionals.length > 1) throw new UsageError('countersign verify takes one folder or file.');
    const [key, ...more] = values.key ?? [];
    if (more.length > 0)
      throw new UsageError('Give one --key: the newest that you know of this organisation, or an older one.');
    return {
      path: positionals[0],
      key: key === undefined ? undefined : readLogKey(key),
      witnesses: values.witness ?? [],
    };
  } catch (error) {
    throw error instanceof UsageError ? error : new UsageError((error as Error).message);
  }
}
