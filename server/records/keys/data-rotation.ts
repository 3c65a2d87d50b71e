import { rename, rm } from 'node:fs/promises';
import { syncFolder } from '../../durable-file.ts';
import type { FileOptions } from '../sqlite/connection.ts';
import { emptyLog, snapshotFile, takeSnapshot } from '../sqlite/snapshot.ts';
import { KeyProblem } from './key-problem.ts';
import { writeKeyRing } from './key-ring.ts';
import type { MasterKeySources } from './master-key.ts';
import { freshDataKey, openRing, wrapKeys } from './open-keys.ts';

/**
 * Encrypts the records anew, under a new data key, while nobody has them open: a copy under the new key takes the
 * place of the file in one step. Until then the ring holds both keys, and whichever opens the file is in force; the
 * next one who opens the records records the change and forgets the other key.
 * @throws KeyProblem
 */
export async function rotateDataKey(
  dataDir: string,
  file: string,
  sources: MasterKeySources,
): Promise<{ from: string; to: string }> {
  const { ring, master, dataKeys } = await openRing({ ...sources, dataDir, dataExist: true });
  const [old, another] = dataKeys;
  if (old === undefined || another !== undefined) throw new Error('the keys have not been settled');
  const other = ring.keys.find(({ wrappedBy }) => wrappedBy !== master.wrapper.fingerprint);
  if (other !== undefined)
    throw new KeyProblem(
      `The master key ${other.wrappedBy} was made ready and is not in force yet: start the broker with it first, or make another with countersign key rotate.`,
    );
  const fresh = freshDataKey();
  await writeKeyRing(dataDir, { ...ring, keys: await wrapKeys([old, fresh], master.wrapper) });
  const options: FileOptions = { file, key: old.bytes };
  await emptyLog(options);
  takeSnapshot(options, fresh.bytes);
  // They are empty; beside another file they would be taken for its own.
  for (const suffix of ['-wal', '-shm']) await rm(`${file}${suffix}`, { force: true });
  await rename(snapshotFile(file), file);
  await syncFolder(dataDir);
  return { from: old.fingerprint, to: fresh.fingerprint };
}
