import { FileProblem, type FileSource } from '../../../protocol/file-sender.ts';

/** A file that the technician chose or dropped. Read in pieces; the browser notices when it changes. */
export class BlobSource implements FileSource {
  readonly size: number;
  readonly #blob: Blob;

  constructor(blob: Blob) {
    this.size = blob.size;
    this.#blob = blob;
  }

  async read(offset: number, into: Uint8Array): Promise<void> {
    let bytes: ArrayBuffer;
    try {
      bytes = await this.#blob.slice(offset, offset + into.length).arrayBuffer();
    } catch (cause) {
      // File API, 4.: reading a file that changed since it was chosen is a NotReadableError, and so is one that is gone.
      throw new FileProblem('changed-while-sending', 'The file was changed or removed while it was sent.', {
        cause,
      });
    }
    if (bytes.byteLength !== into.length)
      throw new FileProblem('changed-while-sending', 'The file became shorter while it was sent.');
    into.set(new Uint8Array(bytes));
  }

  release(): void {}

  async verify(): Promise<void> {
    if (this.size > 0) await this.read(this.size - 1, new Uint8Array(1));
  }

  async close(): Promise<void> {}
}
