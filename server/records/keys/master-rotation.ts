import { link, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { syncFolder } from '../../durable-file.ts';
import type { Recorder } from '../recorder.ts';
import { capitalised } from './key-file.ts';
import { KeyProblem } from './key-problem.ts';
import { writeKeyRing } from './key-ring.ts';
import type { KeyWrapper } from './key-wrapper.ts';
import { type MasterKeySources, makeMasterKey, readMasterKey } from './master-key.ts';
import { openKeys, openRing, wrapKeys } from './open-keys.ts';

export interface MasterRotationOptions {
  readonly dataDir: string;
  readonly sources: MasterKeySources;
  /** Where the new key is, or is made; without it the key file is replaced where it lies. */
  readonly newKeyFile?: string | undefined;
  readonly recorder: Pick<Recorder, 'append'>;
  readonly by: string;
}

export interface MasterRotation {
  readonly from: string;
  readonly to: string;
  /** `prepared`: both keys open the data until the broker is started with the new one. */
  readonly stage: 'prepared' | 'done';
  /** Where the new key lies. */
  readonly keyFile: string;
  /** Where the old one is kept for the backups that need it. */
  readonly retiredFile?: string;
}

/**
 * Wraps the data keys by another master key. At any moment the key that is in the key file opens the data: first the ring
 * holds both wrappings, then the key file is replaced, then the old wrapping goes.
 * @throws KeyProblem, Refusal `record.unavailable`
 */
export async function rotateMasterKey(options: MasterRotationOptions): Promise<MasterRotation> {
  const { dataDir, sources, newKeyFile, recorder, by } = options;
  const { ring, master, dataKeys } = await openRing({ ...sources, dataDir, dataExist: true });
  if (master.source !== 'file' && newKeyFile === undefined)
    throw new KeyProblem(
      `The key in force is ${master.wrapper.name}, which only who starts the broker can replace: name a file for the new key with --new-key-file.`,
    );
  if (dataKeys.length > 1)
    throw new KeyProblem(
      'A change of the data key was cut off and is not settled yet: start the broker once, then try again.',
    );
  const madeBeside = `${sources.keyFile}.new`;
  const next = await nextMasterKey(newKeyFile, madeBeside);
  const [from, to] = [master.wrapper.fingerprint, next.fingerprint];
  if (from === to) throw new KeyProblem(`${capitalised(next.name)} is the key that is in force already.`);

  const keys = [...(await wrapKeys(dataKeys, master.wrapper)), ...(await wrapKeys(dataKeys, next))];
  if (newKeyFile !== undefined)
    await recorder.append([{ type: 'key.rotated', key: 'master', from, to, stage: 'prepared', by }]);
  await writeKeyRing(dataDir, { ...ring, keys });
  if (newKeyFile !== undefined) return { from, to, stage: 'prepared', keyFile: newKeyFile };

  const retiredFile = retiredKeyFile(sources.keyFile, from);
  await link(sources.keyFile, retiredFile).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  await rename(madeBeside, sources.keyFile);
  await syncFolder(dirname(sources.keyFile));
  const settled = await openKeys({ ...sources, dataDir, dataExist: true, opensData: () => true });
  await settled.settle(recorder, by);
  return { from, to, stage: 'done', keyFile: sources.keyFile, retiredFile };
}

/** Where a master key stays that was replaced: backups that were made under it need it. */
export const retiredKeyFile = (keyFile: string, fingerprint: string): string => `${keyFile}.${fingerprint}`;

/** One that a rotation left behind which was cut off is not used again: nobody knows who saw it. */
async function nextMasterKey(newKeyFile: string | undefined, madeBeside: string): Promise<KeyWrapper> {
  if (newKeyFile !== undefined) return (await readMasterKey(newKeyFile)) ?? makeMasterKey(newKeyFile);
  await rm(madeBeside, { force: true });
  return makeMasterKey(madeBeside);
}
