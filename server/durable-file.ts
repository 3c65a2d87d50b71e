import { randomUUID } from 'node:crypto';
import { type FileHandle, link, mkdir, open, readdir, rename, rm, stat, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/**
 * Replaces `path` as one step: a reader finds the old content or the new, also after a power cut at any moment.
 * Durable when it answers. The folder must exist. @throws what the file system throws (ENOSPC, EACCES ...).
 */
export async function writeDurably(path: string, content: string | Uint8Array, mode = 0o600): Promise<void> {
  const fresh = join(dirname(path), `.${basename(path)}.${randomUUID()}.new`);
  try {
    await writing(fresh, mode, async (file) => {
      await file.writeFile(content);
      await file.sync();
    });
    await rename(fresh, path);
  } catch (error) {
    // What it could not write for, keeps it from tidying up too: that is not what people have to know.
    await rm(fresh, { force: true }).catch(() => {});
    throw error;
  }
  await syncFolder(dirname(path));
}

/** Removes what `writeDurably` left of `path` where it was killed. To be called by who alone writes it. */
export async function removeUnfinished(path: string): Promise<void> {
  const folder = dirname(path);
  const names = await readdir(folder).catch(() => []);
  const [start, uuidLength, end] = [`.${basename(path)}.`, 36, '.new'];
  const length = start.length + uuidLength + end.length;
  for (const name of names)
    if (name.startsWith(start) && name.endsWith(end) && name.length === length) await rm(join(folder, name));
}

/**
 * Makes a folder that only its owner may enter, and those above it that are missing. Step by step: Node's own way
 * of making them all never ends where nothing can be made, as below /proc.
 * @throws what the file system throws (EACCES, ENOTDIR, EEXIST where a file is in the way ...).
 */
export async function makeFolder(path: string): Promise<void> {
  const make = () => mkdir(path, { mode: 0o700 });
  try {
    await make();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST' && (await stat(path)).isDirectory()) return;
    if (code !== 'ENOENT' || dirname(path) === path) throw error;
    await makeFolder(dirname(path));
    await make();
  }
}

/**
 * Gives a file another name in its folder, unless something has that name: also a link that leads nowhere, and what came
 * there a moment ago. @throws EEXIST then, and what else the file system throws.
 */
export async function renameWithoutReplacing(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'].includes(code)) throw error;
    // FAT and some network folders have no second names: whoever makes the empty file first has the name.
    await (await open(to, 'wx', 0o600)).close();
    await rename(from, to);
    return;
  }
  await unlink(from);
}

/** Makes the names in a folder durable: a new file is not safe before its folder is. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

async function writing(path: string, mode: number, work: (file: FileHandle) => Promise<void>): Promise<void> {
  const file = await open(path, 'w', mode);
  try {
    // The mode given to open is narrowed by the umask, and ignored for a file that a crash left behind.
    await file.chmod(mode);
    await work(file);
  } finally {
    await file.close();
  }
}
