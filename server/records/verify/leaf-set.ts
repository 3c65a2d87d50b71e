const LEAVES_A_BLOCK = 65_536;

/** Which leaves of a log were seen, a bit for each: a file of any length may name millions. */
export class LeafSet {
  readonly #blocks = new Map<number, Uint8Array>();

  /** @returns whether it was new. */
  add(leaf: number): boolean {
    const number = Math.floor(leaf / LEAVES_A_BLOCK);
    const block = this.#blocks.get(number) ?? new Uint8Array(LEAVES_A_BLOCK / 8);
    this.#blocks.set(number, block);
    const [byte, bit] = [(leaf % LEAVES_A_BLOCK) >> 3, 1 << (leaf & 7)];
    const before = block[byte] ?? 0;
    block[byte] = before | bit;
    return (before & bit) === 0;
  }
}
