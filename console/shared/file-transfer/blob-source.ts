import { FileProblem, type FileSource } from '../../../protocol/file-sender.ts';

/** A read goes through another process, whatever its size: large ones, and one ahead, are what makes it fast. */
const BLOCK_BYTES = 4 * 1024 * 1024;

interface Block {
  readonly start: number;
  readonly bytes: Promise<Uint8Array>;
}

/** A file that the technician chose or dropped. Read in pieces; the browser notices when it changes. */
export class BlobSource implements FileSource {
  readonly size: number;
  readonly #blob: Blob;
  /** The one that is read from, and the one behind it. */
  #blocks: Block[] = [];

  constructor(blob: Blob) {
    this.size = blob.size;
    this.#blob = blob;
  }

  async read(offset: number, into: Uint8Array): Promise<void> {
    for (let filled = 0; filled < into.length; ) {
      const { start, bytes } = this.#blockAt(offset + filled);
      const from = offset + filled - start;
      const part = (await bytes).subarray(from, from + into.length - filled);
      into.set(part, filled);
      filled += part.length;
    }
  }

  release(): void {}

  async verify(): Promise<void> {
    if (this.size > 0) await this.#load(this.size - 1, 1);
  }

  async close(): Promise<void> {
    this.#blocks = [];
  }

  #blockAt(offset: number): Block {
    const start = offset - (offset % BLOCK_BYTES);
    const known = this.#blocks.find((block) => block.start === start);
    const ahead = this.#blocks.find((block) => block.start === start + BLOCK_BYTES);
    const block = known ?? this.#begin(start);
    this.#blocks = [block];
    if (start + BLOCK_BYTES < this.size) this.#blocks.push(ahead ?? this.#begin(start + BLOCK_BYTES));
    return block;
  }

  #begin(start: number): Block {
    const bytes = this.#load(start, Math.min(BLOCK_BYTES, this.size - start));
    // Whoever reads it meets the error; one that is only read ahead may never be.
    bytes.catch(() => {});
    return { start, bytes };
  }

  async #load(offset: number, length: number): Promise<Uint8Array> {
    let bytes: ArrayBuffer;
    try {
      bytes = await this.#blob.slice(offset, offset + length).arrayBuffer();
    } catch (cause) {
      // File API, 4.: reading a file that changed since it was chosen is a NotReadableError, and so is one that is gone.
      throw new FileProblem('changed-while-sending', 'The file was changed or removed while it was sent.', {
        cause,
      });
    }
    if (bytes.byteLength !== length)
      throw new FileProblem('changed-while-sending', 'The file became shorter while it was sent.');
    return new Uint8Array(bytes);
  }
}
