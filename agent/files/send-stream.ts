import type { Readable } from 'node:stream';
import { FileProblem, type FileSource } from '../../protocol/file-sender.ts';

/**
 * A stream of a known length on its way out. What the receiver has not acknowledged is kept, because a stream cannot
 * be read twice; the sender's window bounds it.
 */
export class FileFromStream implements FileSource {
  readonly size: number;
  readonly #stream: Readable;
  readonly #chunks: AsyncIterator<Buffer>;
  /** What is kept: `#kept[0]` begins at `#start`. */
  #kept: Buffer[] = [];
  #start = 0;
  #end = 0;

  constructor(stream: Readable, size: number) {
    this.size = size;
    this.#stream = stream;
    this.#chunks = stream[Symbol.asyncIterator]();
    // An error before anybody reads would end the process; the next read meets it again.
    stream.on('error', () => {});
  }

  async read(offset: number, into: Uint8Array): Promise<void> {
    if (offset < this.#start) throw new FileProblem('failed', 'This part of the file is no longer here.');
    while (this.#end < offset + into.length) {
      const chunk = await this.#nextChunk();
      if (!chunk) throw new FileProblem('changed-while-sending', 'The file ended before its end.');
      this.#kept.push(chunk);
      this.#end += chunk.length;
    }
    let position = this.#start;
    for (const chunk of this.#kept) {
      const from = Math.max(offset, position);
      const to = Math.min(offset + into.length, position + chunk.length);
      if (from < to) into.set(chunk.subarray(from - position, to - position), from - offset);
      position += chunk.length;
    }
  }

  release(offset: number): void {
    for (;;) {
      const first = this.#kept[0];
      if (!first || this.#start + first.length > offset) return;
      this.#start += first.length;
      this.#kept.shift();
    }
  }

  async verify(): Promise<void> {
    if (this.#end > this.size || (await this.#nextChunk()))
      throw new FileProblem('changed-while-sending', 'The file goes on behind its end.');
  }

  async close(): Promise<void> {
    this.#stream.destroy();
    this.#kept = [];
  }

  async #nextChunk(): Promise<Buffer | undefined> {
    try {
      const { value, done } = await this.#chunks.next();
      return done ? undefined : (value as Buffer);
    } catch (cause) {
      throw new FileProblem('unreadable', 'The file could not be read to its end.', { cause });
    }
  }
}
