import { resolve } from 'node:path';
import { z } from 'zod';
import { keySources } from '../config.ts';
import { createLog } from '../log.ts';
import type { Restored } from '../records/backup/restore-backup.ts';
import { readOptionsAndFile } from './command-line.ts';
import { perform, withOwnFolder } from './perform.ts';
import { progressLine } from './progress-line.ts';

const Made = z.object({ file: z.string(), size: z.number(), sha256: z.string(), wrappedBy: z.string() });

/** `countersign backup FILE [--key-file KEY]`: all that the broker keeps, in one encrypted file. */
export async function backupCommand(argv: readonly string[]): Promise<void> {
  const { file, values } = readOptionsAndFile(argv, { 'key-file': { type: 'string' } });
  const keyFile = values['key-file'];
  const made = await perform(
    { type: 'backup.make', file: resolve(file), ...(keyFile !== undefined && { keyFile: resolve(keyFile) }) },
    Made,
  );
  console.log(`${made.file}: ${made.size} bytes, SHA-256 ${made.sha256}`);
  console.log(
    `Only the key with the fingerprint ${made.wrappedBy} opens it (${keyFile ?? 'the master key'}): keep a copy of that key, apart from the backup. The log's signing key is not in it.`,
  );
}

/** `countersign restore FILE [--force] [--key-file KEY] [--signing-key-lost] [--ledger-damaged] [--clock-checked]`, or with --check only reads it. */
export async function restoreCommand(argv: readonly string[]): Promise<void> {
  const { file, values } = readOptionsAndFile(argv, {
    'key-file': { type: 'string' },
    'signing-key-lost': { type: 'boolean' },
    'ledger-damaged': { type: 'boolean' },
    'clock-checked': { type: 'boolean' },
    force: { type: 'boolean' },
    check: { type: 'boolean' },
  });
  const { backupKeys } = await import('../records/keeping.ts');
  const { checkBackup, restoreBackup } = await import('../records/backup/restore-backup.ts');
  const { readConfig } = await import('../config.ts');
  const keyFile = values['key-file'] && resolve(values['key-file']);
  const ofBackup = (sources: ReturnType<typeof keySources>) => ({
    file: resolve(file),
    backupKeys: backupKeys(keyFile, sources),
  });
  if (values.check) {
    const { madeAt, databaseBytes } = await checkBackup(ofBackup(keySources(readConfig(process.env))));
    return console.log(`${file} is whole: made ${madeAt}, ${databaseBytes} bytes of records.`);
  }
  await withOwnFolder(async (config) => {
    const { finishRestore } = await import('../records/backup/restored-files.ts');
    const { systemClock } = await import('../clock.ts');
    await finishRestore(config.dataDir);
    const sources = keySources(config);
    const line = progressLine();
    const restored = await restoreBackup({
      ...ofBackup(sources),
      dataDir: config.dataDir,
      sources,
      force: values.force ?? false,
      signingKeyLost: values['signing-key-lost'] ?? false,
      ledgerDamaged: values['ledger-damaged'] ?? false,
      clockChecked: values['clock-checked'] ?? false,
      clock: systemClock,
      log: createLog(config.logLevel === 'info' ? 'warn' : config.logLevel),
      by: 'command-line',
      onProgress: (work, progress) => line.tell(work, progress),
    });
    line.clear();
    console.log(summary(config.dataDir, restored));
  });
}

function summary(dataDir: string, restored: Restored): string {
  const { madeAt, deletedAgain, overdue, keptAsDecided, notObeyed, broughtUpToDate, aside } = restored;
  return [
    `Restored into ${dataDir}: the records as they were at ${madeAt}.`,
    ...(broughtUpToDate
      ? ['The backup was of an earlier version: its records were brought up to date.']
      : []),
    `Deleted again: ${deletedAgain} entries by decisions since, ${overdue} whose time has come.`,
    ...(keptAsDecided === 0
      ? []
      : [
          `Taken over from the records before: ${keptAsDecided} ${keptAsDecided === 1 ? 'decision' : 'decisions'} to keep a session longer, or no longer.`,
        ]),
    ...(notObeyed === 0
      ? []
      : [
          `Of the deletion ledger ${notObeyed} ${notObeyed === 1 ? 'line was' : 'lines were'} not obeyed: nobody can tell whether the broker wrote them. The entry`,
          'backup.restored says so. Look for what had been deleted early and has come back.',
        ]),
    '',
    'The log goes back to that moment. Witnesses and everybody who kept a later checkpoint will see that it shrank, and',
    'raise an alarm; they are right to. Tell them what was lost, why and when, show them the entry backup.restored, and',
    'have them begin anew with the checkpoint that the broker signs next.',
    'Users, passwords, API keys and texts are as they were then: disable and revoke again what was since. How long things',
    'are kept and who reads what is as it was before the restore, where that could be read. Everybody signs in again.',
    ...(aside === undefined
      ? []
      : [
          '',
          `What was there before lies in ${aside}. Retention does not reach it: delete it when you need it no more.`,
        ]),
  ].join('\n');
}
