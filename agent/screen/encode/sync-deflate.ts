import { constants, createDeflate, type Deflate } from 'node:zlib';

/** What `node:zlib` streams are made of since Node 11. Not in its types, as it is not a public interface. */
interface DeflateInside {
  readonly _handle: {
    writeSync(
      flush: number,
      input: Uint8Array,
      inputOffset: number,
      inputLength: number,
      output: Uint8Array,
      outputOffset: number,
      outputLength: number,
    ): void;
    params(level: number, strategy: number): void;
  };
  /** After a write: bytes of output and of input that were left over. */
  readonly _writeState: Uint32Array;
}

const INITIAL_OUTPUT = 256 * 1024;

/**
 * A deflate stream that answers at once, up to a sync flush, and remembers what went before. The public stream does
 * the same through the thread pool, at some 100 us a rectangle, which is more than the compression itself takes.
 */
export class SyncDeflate {
  readonly #stream: Deflate;
  readonly #inside: DeflateInside;
  #output = Buffer.allocUnsafeSlow(INITIAL_OUTPUT);

  /** `level` 0 to 9. Throws on a Node that is built in another way. */
  constructor(level: number) {
    this.#stream = createDeflate({ level });
    this.#inside = this.#stream as unknown as DeflateInside;
    const { _handle: handle, _writeState: state } = this.#inside;
    if (typeof handle?.writeSync !== 'function' || typeof handle.params !== 'function' || !state) {
      throw new Error(`Node ${process.version} offers no synchronous deflate stream`);
    }
  }

  /** The compressed bytes of `input`, valid until the next call. */
  compress(input: Uint8Array): Buffer {
    const { _handle: handle, _writeState: state } = this.#inside;
    let consumed = 0;
    let written = 0;
    for (;;) {
      const room = this.#output.length - written;
      const left = input.length - consumed;
      handle.writeSync(constants.Z_SYNC_FLUSH, input, consumed, left, this.#output, written, room);
      const [outputLeft, inputLeft] = state as unknown as [number, number];
      written += room - outputLeft;
      consumed += left - inputLeft;
      // Output that is exactly full may hide more to come: zlib is asked again with more room.
      if (outputLeft > 0) return this.#output.subarray(0, written);
      const grown = Buffer.allocUnsafeSlow(this.#output.length * 2);
      this.#output.copy(grown, 0, 0, written);
      this.#output = grown;
    }
  }

  /** From the next call on. The stream goes on: no reset, which noVNC's inflater does not survive. */
  setLevel(level: number): void {
    this.#inside._handle.params(level, constants.Z_DEFAULT_STRATEGY);
  }

  close(): void {
    this.#stream.close();
  }
}
