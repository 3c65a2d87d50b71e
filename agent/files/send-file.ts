import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { basename } from 'node:path';
import { FileProblem, type FileSource } from '../../protocol/file-sender.ts';
import type { FileIdentity } from './asked-file.ts';
import { fileProblem } from './file-errors.ts';

const { O_NOFOLLOW, O_NONBLOCK, O_RDONLY } = constants;

/** What tells two states of a file apart. */
interface Fingerprint {
  readonly size: bigint;
  readonly mtimeNs: bigint;
}

/** A regular file of this computer on its way out. Read where the sender wants it, never as a whole. */
export class FileOnDisk implements FileSource {
  readonly name: string;
  readonly size: number;
  readonly #file: FileHandle;
  readonly #fingerprint: Fingerprint;

  private constructor(path: string, file: FileHandle, fingerprint: Fingerprint) {
    this.name = basename(path);
    this.size = Number(fingerprint.size);
    this.#file = file;
    this.#fingerprint = fingerprint;
  }

  /**
   * Throws a FileProblem for what is not there, not readable, a link, or no regular file.
   * @param agreed the file that the customer said yes to: another one in its place is not opened.
   */
  static async open(path: string, agreed?: FileIdentity): Promise<FileOnDisk> {
    try {
      // O_NONBLOCK: opening a pipe that nobody writes to would wait for ever.
      const file = await open(path, O_RDONLY | O_NONBLOCK | O_NOFOLLOW);
      try {
        const state = await file.stat({ bigint: true });
        if (state.isDirectory()) throw new FileProblem('is-a-folder', 'It is a folder.');
        if (!state.isFile()) throw new FileProblem('unreadable', 'It is no ordinary file.');
        if (agreed && (state.dev !== agreed.dev || state.ino !== agreed.ino))
          throw new FileProblem('unreadable', 'It is no longer the file that was asked for.');
        return new FileOnDisk(path, file, state);
      } catch (error) {
        await file.close();
        throw error;
      }
    } catch (error) {
      throw fileProblem(error, 'unreadable');
    }
  }

  async read(offset: number, into: Uint8Array): Promise<void> {
    try {
      for (let filled = 0; filled < into.length; ) {
        const { bytesRead } = await this.#file.read(into, filled, into.length - filled, offset + filled);
        if (bytesRead === 0) throw changed();
        filled += bytesRead;
      }
    } catch (error) {
      throw fileProblem(error, 'unreadable');
    }
  }

  release(): void {}

  async verify(): Promise<void> {
    const { size, mtimeNs } = await this.#file.stat({ bigint: true });
    if (size !== this.#fingerprint.size || mtimeNs !== this.#fingerprint.mtimeNs) throw changed();
  }

  async close(): Promise<void> {
    await this.#file.close().catch(() => {});
  }
}

function changed(): FileProblem {
  return new FileProblem('changed-while-sending', 'The file changed while it was sent.');
}
