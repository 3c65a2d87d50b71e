const INITIAL_BYTES = 64 * 1024;

/** A message that grows at its end. All numbers are big endian, as everywhere in RFB. */
export class ByteWriter {
  #buffer = Buffer.allocUnsafeSlow(INITIAL_BYTES);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  u8(value: number): this {
    this.#reserve(1);
    this.#buffer[this.#length++] = value;
    return this;
  }

  u16(value: number): this {
    this.#reserve(2);
    this.#length = this.#buffer.writeUInt16BE(value, this.#length);
    return this;
  }

  u32(value: number): this {
    this.#reserve(4);
    this.#length = this.#buffer.writeUInt32BE(value >>> 0, this.#length);
    return this;
  }

  bytes(source: Uint8Array): this {
    this.#reserve(source.length);
    this.#buffer.set(source, this.#length);
    this.#length += source.length;
    return this;
  }

  /** Room for `length` bytes that the caller fills in now; the view is stale after the next write. */
  room(length: number): Buffer {
    this.#reserve(length);
    this.#length += length;
    return this.#buffer.subarray(this.#length - length, this.#length);
  }

  /** Overwrites two bytes that were written before, for a count that is known only at the end. */
  patchU16(value: number, at: number): void {
    this.#buffer.writeUInt16BE(value, at);
  }

  /** What was written, in memory of its own (so that it can go to another thread), and starts anew. */
  take(): Uint8Array<ArrayBuffer> {
    const message = new Uint8Array(this.#length);
    message.set(this.#buffer.subarray(0, this.#length));
    this.#length = 0;
    return message;
  }

  #reserve(more: number): void {
    const needed = this.#length + more;
    if (needed <= this.#buffer.length) return;
    const grown = Buffer.allocUnsafeSlow(Math.max(needed, this.#buffer.length * 2));
    this.#buffer.copy(grown, 0, 0, this.#length);
    this.#buffer = grown;
  }
}
