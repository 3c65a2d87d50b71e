import { access, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { makeFolder, writeDurably } from '../../durable-file.ts';
import { KeyProblem } from './key-problem.ts';

/** The bytes of a file; `undefined` when there is none. @throws KeyProblem when it cannot be read. */
export async function readKeyFile(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    throw new KeyProblem(
      code === 'EISDIR'
        ? `${path} is a folder: name a file for the key.`
        : `${path} cannot be read: ${message}`,
    );
  }
}

/** Makes a file that its owner may read and nobody may write, and the folders above it. @throws KeyProblem naming `variable`. */
export async function writeKeyFile(
  path: string,
  content: string | Uint8Array,
  variable: string,
): Promise<void> {
  try {
    await makeFolder(dirname(path));
    await writeDurably(path, content, 0o400);
  } catch (error) {
    throw new KeyProblem(
      `The key file ${path} cannot be made (${(error as NodeJS.ErrnoException).code}): name another place in ${variable}.`,
    );
  }
}

/** Whether something exists at `path`. */
export async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

export const capitalised = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
