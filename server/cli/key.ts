import { resolve } from 'node:path';
import { z } from 'zod';
import { keyText } from '../../protocol/proof/signed-note.ts';
import { type Config, keySources, readConfig } from '../config.ts';
import { logKey } from '../records/transparency/log-identity.ts';
import { sha256 } from '../records/transparency/node-crypto.ts';
import { readOptions, UsageError } from './command-line.ts';
import { perform, withOwnFolder } from './perform.ts';

const MasterRotated = z.object({
  from: z.string(),
  to: z.string(),
  stage: z.enum(['prepared', 'done']),
  keyFile: z.string(),
  retiredFile: z.string().optional(),
});
const SigningRotated = z.object({ previousKey: z.string(), key: z.string(), log: z.string() });

async function rotateMaster(newKeyFile: string | undefined): Promise<void> {
  const file = newKeyFile === undefined ? undefined : resolve(newKeyFile);
  const { from, to, stage, keyFile, retiredFile } = await perform(
    { type: 'key.rotate', ...(file !== undefined && { newKeyFile: file }) },
    MasterRotated,
  );
  console.log(`The master key was ${from} and becomes ${to}; it lies in ${keyFile}. Keep a copy elsewhere.`);
  if (stage === 'prepared')
    console.log(
      'Start the broker with it now (COUNTERSIGN_KEY_FILE, COUNTERSIGN_KEY or the systemd credential): until then both keys open the data, afterwards only the new one.',
    );
  else
    console.log(
      `The old one is kept as ${retiredFile}, for the backups that were made with it. Delete it when they are gone, or at once if somebody else may have it.`,
    );
}

async function rotateSigning(): Promise<void> {
  const { previousKey, key, log } = await perform({ type: 'key.rotate-signing' }, SigningRotated);
  const [before, now] = [previousKey, key].map((each) =>
    keyText(logKey(log, Buffer.from(each, 'base64')), sha256),
  );
  console.log(`The log was signed with\n  ${before}\nand is signed from now on with\n  ${now}`);
  console.log(
    'The record says so, signed by the old key. Give the new one to who verifies the log, as it stands here, and keep the old one known: receipts from before are signed with it.',
  );
}

/** Only while no broker runs: without the key no broker starts. */
async function replaceLostSigning(): Promise<void> {
  await withOwnFolder(async (config) => {
    const { replaceLostSigningKey } = await import('../records/keys/signing-rotation.ts');
    const { name } = await replaceLostSigningKey(config.dataDir, keySources(config));
    const key = await settle(config);
    console.log(`A new signing key was made (${name.replace(/\.new$/, '')}). Keep a copy elsewhere.`);
    if (key !== undefined) console.log(`The log is signed from now on with\n  ${key}`);
    console.log(
      'Nothing but your word vouches for it: give this line to those who verify the log, and to the witnesses (countersign witness --key).',
    );
  });
}

async function rotateData(): Promise<void> {
  await withOwnFolder(async (config) => {
    const { rotateDataKey } = await import('../records/keys/data-rotation.ts');
    const { recordsFile } = await import('../records/open-records.ts');
    await settle(config);
    const { from, to } = await rotateDataKey(config.dataDir, recordsFile(config.dataDir), keySources(config));
    await settle(config);
    console.log(`The records are encrypted anew: the data key was ${from} and is ${to}.`);
    console.log('Everybody signs in again.');
  });
}

/** Opening the records ends what is under way. @returns the key that signs the log then. */
async function settle(config: Config): Promise<string | undefined> {
  const { openOwnData } = await import('./own-data.ts');
  const data = await openOwnData(config);
  try {
    return await data.logKey();
  } finally {
    await data.close();
  }
}

/** `countersign key rotate [--new-key-file FILE | --data | --signing [--lost]]` */
export async function keyCommand([name, ...argv]: readonly string[]): Promise<void> {
  const usage = 'countersign key rotate [--new-key-file FILE | --data | --signing [--lost]]';
  if (name !== 'rotate') throw new UsageError(usage);
  const {
    'new-key-file': newKeyFile,
    data = false,
    signing = false,
    lost = false,
  } = readOptions(argv, {
    'new-key-file': { type: 'string' },
    data: { type: 'boolean' },
    signing: { type: 'boolean' },
    lost: { type: 'boolean' },
  });
  readConfig(process.env);
  const kinds = [newKeyFile !== undefined, data, signing].filter(Boolean).length;
  if (kinds > 1 || (lost && !signing)) throw new UsageError(usage);
  if (data) return rotateData();
  if (signing) return lost ? replaceLostSigning() : rotateSigning();
  return rotateMaster(newKeyFile);
}
