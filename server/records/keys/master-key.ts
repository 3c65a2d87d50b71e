import { randomBytes } from 'node:crypto';
import { readKeyFile, writeKeyFile } from './key-file.ts';
import { KeyProblem } from './key-problem.ts';
import { aesKeyWrapper, KEY_BYTES, type KeyWrapper } from './key-wrapper.ts';

/** Where the master key may come from; the first that is there counts. */
export interface MasterKeySources {
  /** The key itself, base64 of 32 bytes (`COUNTERSIGN_KEY`): then no file is read or made. */
  readonly key?: string | undefined;
  /** Where systemd puts it (`LoadCredential=countersign-key:...`): used when there is such a file. */
  readonly keyCredential?: string | undefined;
  /** Made when there is none and nothing was encrypted yet. */
  readonly keyFile: string;
}

export interface MasterKey {
  readonly wrapper: KeyWrapper;
  /** Only a file can be replaced by us; the others belong to who starts the broker. */
  readonly source: 'environment' | 'credential' | 'file';
  /** The key file was made just now. */
  readonly made: boolean;
}

/**
 * The key that wraps all others.
 * @param mayMake whether a new one would do: when nothing was wrapped yet.
 * @throws KeyProblem when it is missing or does not fit.
 */
export async function openMasterKey(
  { key, keyCredential, keyFile }: MasterKeySources,
  { mayMake, needed }: { mayMake: boolean; needed: string },
): Promise<MasterKey> {
  if (key !== undefined) {
    const bytes = Buffer.from(key, 'base64');
    if (bytes.length !== KEY_BYTES)
      throw new KeyProblem(`COUNTERSIGN_KEY must be ${KEY_BYTES} bytes in base64, it has ${bytes.length}.`);
    return { wrapper: aesKeyWrapper(bytes, 'COUNTERSIGN_KEY'), source: 'environment', made: false };
  }
  const given = keyCredential === undefined ? undefined : await readMasterKey(keyCredential, 'credential');
  if (given) return { wrapper: given, source: 'credential', made: false };
  const found = await readMasterKey(keyFile);
  if (found) return { wrapper: found, source: 'file', made: false };
  if (!mayMake)
    throw new KeyProblem(
      `The key file ${keyFile} is missing. ${needed} cannot be read without it: put it back, or name its place in COUNTERSIGN_KEY_FILE.`,
    );
  return { wrapper: await makeMasterKey(keyFile), source: 'file', made: true };
}

/** @throws KeyProblem for a file that holds no key. */
export async function readMasterKey(
  file: string,
  kind: 'key file' | 'credential' = 'key file',
): Promise<KeyWrapper | undefined> {
  const bytes = await readKeyFile(file);
  if (bytes === undefined) return undefined;
  if (bytes.length !== KEY_BYTES)
    throw new KeyProblem(`The ${kind} ${file} must hold ${KEY_BYTES} bytes, it holds ${bytes.length}.`);
  return aesKeyWrapper(bytes, `the ${kind} ${file}`);
}

/** @throws KeyProblem when the file cannot be made. */
export async function makeMasterKey(file: string): Promise<KeyWrapper> {
  const key = randomBytes(KEY_BYTES);
  await writeKeyFile(file, key, 'COUNTERSIGN_KEY_FILE');
  return aesKeyWrapper(key, `the key file ${file}`);
}
