import { constants } from 'node:fs';
import { type FileHandle, link, mkdir, open, rename, statfs, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { ArrivingFile } from '../../protocol/customer-end/files/file-places.ts';
import { cutToBytes, MAX_FILE_NAME_BYTES, numberedFileName } from '../../protocol/file-name.ts';
import type { FileSink } from '../../protocol/file-receiver.ts';
import { FileProblem, type RunningHash } from '../../protocol/file-sender.ts';
import { fileProblem } from './file-errors.ts';

const { O_CREAT, O_EXCL, O_NOFOLLOW, O_RDWR } = constants;
/** What a technician sends concerns nobody else on this computer. */
const OWNER_ONLY = 0o600;
const MAX_SAME_NAMES = 10_000;
const READ_AGAIN_BYTES = 1024 * 1024;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export interface ArrivingOnDisk extends ArrivingFile {
  /** Made on demand. */
  readonly folder: string;
}

/** Where the file lies in the end. */
export interface SavedFile {
  readonly path: string;
  readonly name: string;
}

/**
 * A file on its way in. Until it is whole and its hash is right it lies under a hidden name of its own; then it takes
 * its name, or a numbered one where that is taken: nothing is ever overwritten.
 */
export class FileOnArrival implements FileSink<SavedFile> {
  /** What was there from an earlier try; the hash has it. */
  readonly alreadyThere: number;
  readonly #arriving: ArrivingOnDisk;
  readonly #temporary: string;
  readonly #file: FileHandle;
  #length: number;

  private constructor(arriving: ArrivingOnDisk, temporary: string, file: FileHandle, alreadyThere: number) {
    this.#arriving = arriving;
    this.#temporary = temporary;
    this.#file = file;
    this.#length = alreadyThere;
    this.alreadyThere = alreadyThere;
  }

  /** Throws a FileProblem when the folder cannot be written or the disk has no room for it. */
  static async open(arriving: ArrivingOnDisk, hash: RunningHash): Promise<FileOnArrival> {
    const { folder, name, fileId, size } = arriving;
    if (!UUID.test(fileId)) throw new FileProblem('failed', 'This is no id of a file.');
    const ending = `.part-${fileId}`;
    const temporary = join(folder, `.${cutToBytes(name, MAX_FILE_NAME_BYTES - ending.length - 1)}${ending}`);
    let file: FileHandle | undefined;
    try {
      await mkdir(folder, { recursive: true });
      file = await openTemporary(temporary);
      const alreadyThere = await readAgain(file, size, hash);
      await needRoom(folder, size - alreadyThere);
      return new FileOnArrival(arriving, temporary, file, alreadyThere);
    } catch (error) {
      if (file)
        await file
          .close()
          .then(() => unlink(temporary))
          .catch(() => {});
      throw fileProblem(error, 'failed');
    }
  }

  async write(bytes: Uint8Array): Promise<void> {
    try {
      for (let done = 0; done < bytes.length; ) {
        const { bytesWritten } = await this.#file.write(bytes, done, bytes.length - done, this.#length);
        done += bytesWritten;
        this.#length += bytesWritten;
      }
    } catch (error) {
      throw fileProblem(error, 'failed');
    }
  }

  async keep(): Promise<SavedFile> {
    try {
      await this.#file.sync();
      await this.#file.close();
      const saved = await this.#takeName();
      await syncFolder(this.#arriving.folder);
      return saved;
    } catch (error) {
      throw fileProblem(error, 'failed');
    }
  }

  async discard(): Promise<void> {
    await this.#file.close().catch(() => {});
    await unlink(this.#temporary);
  }

  async #takeName(): Promise<SavedFile> {
    const { folder, name } = this.#arriving;
    for (let number = 1; number <= MAX_SAME_NAMES; number++) {
      const candidate = number === 1 ? name : numberedFileName(name, number);
      const path = join(folder, candidate);
      if (await this.#moveTo(path)) return { path, name: candidate };
    }
    throw new FileProblem('failed', 'Too many files of this name are there already.');
  }

  /** `false` when the name is taken. */
  async #moveTo(path: string): Promise<boolean> {
    try {
      // A second link fails where the name is taken; a rename would overwrite.
      await link(this.#temporary, path);
      await unlink(this.#temporary);
      return true;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EEXIST') return false;
      if (code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'ENOSYS' && code !== 'EOPNOTSUPP') throw error;
    }
    // FAT and some network shares know no second link: reserve the name, then move onto our own reservation.
    try {
      await (await open(path, 'wx', OWNER_ONLY)).close();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
      throw error;
    }
    await rename(this.#temporary, path);
    return true;
  }
}

async function openTemporary(path: string): Promise<FileHandle> {
  try {
    return await open(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, OWNER_ONLY);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    const file = await open(path, O_RDWR | O_NOFOLLOW);
    if ((await file.stat()).isFile()) return file;
    await file.close();
    throw new FileProblem('failed', 'Something else lies where the file is to be written.');
  }
}

/** Gives the hash what lies there already; more than the file has cannot be of it. */
async function readAgain(file: FileHandle, size: number, hash: RunningHash): Promise<number> {
  const { size: there } = await file.stat();
  if (there > size) {
    await file.truncate(0);
    return 0;
  }
  const buffer = Buffer.alloc(Math.min(READ_AGAIN_BYTES, there));
  let offset = 0;
  while (offset < there) {
    const { bytesRead } = await file.read(buffer, 0, buffer.length, offset);
    if (bytesRead === 0) break;
    await hash.update(buffer.subarray(0, bytesRead));
    offset += bytesRead;
  }
  return offset;
}

async function needRoom(folder: string, bytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  if (bavail * bsize < bytes) throw new FileProblem('no-space', 'The disk has no room for this file.');
}

/** Makes the new name durable. Some systems cannot sync a folder, and need not. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => undefined);
  await handle?.sync().catch(() => {});
  await handle?.close();
}
