import { randomUUID } from 'node:crypto';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
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
    await rm(fresh, { force: true });
    throw error;
  }
  await syncFolder(dirname(path));
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
