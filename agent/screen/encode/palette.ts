import type { Rect } from '../../platform/platform.ts';
import type { Surface } from '../surface.ts';

export const MAX_COLOURS = 256;

const SLOT_BITS = 12;
const SLOTS = 1 << SLOT_BITS;
/** Spreads colours over the slots (the golden ratio, as Fibonacci hashing wants it). */
const SPREAD = 0x9e3779b1;

/**
 * Counts the colours of a rectangle and, when there are at most 256, says which pixel has which. One instance
 * serves rectangle after rectangle without allocating.
 */
export class PaletteBuilder {
  /** Colours as 0xRRGGBB, in the order in which they were met; `count` of them are valid. */
  readonly colours = new Uint32Array(MAX_COLOURS);
  count = 0;
  /** How many pixels differ from the one before: few in text, which is mostly paper, and many in photos and shades. */
  changes = 0;
  /** One index into `colours` per pixel, row by row. */
  indexes = Buffer.allocUnsafeSlow(64 * 64);
  readonly #slotColour = new Uint32Array(SLOTS);
  readonly #slotIndex = new Uint8Array(SLOTS);
  /** A slot counts only when it bears the present round: so nothing needs clearing. */
  readonly #slotRound = new Uint32Array(SLOTS);
  #round = 0;
  #limit = MAX_COLOURS;

  /** Answers `false`, and leaves the fields undefined, when the rectangle has more than `limit` colours. */
  build(surface: Surface, rect: Rect, limit = MAX_COLOURS): boolean {
    const { words, width } = surface;
    if (this.indexes.length < rect.w * rect.h) this.indexes = Buffer.allocUnsafeSlow(rect.w * rect.h);
    const indexes = this.indexes;
    this.#startRound(limit);
    let last = -1;
    let changes = 0;
    let lastIndex = 0;
    let at = 0;
    for (let y = 0; y < rect.h; y++) {
      let from = (rect.y + y) * width + rect.x;
      const end = from + rect.w;
      while (from < end) {
        const colour = words[from++]! & 0xffffff;
        if (colour !== last) {
          lastIndex = this.#indexOf(colour);
          if (lastIndex < 0) return false;
          last = colour;
          changes++;
        }
        indexes[at++] = lastIndex;
      }
    }
    this.changes = changes;
    return true;
  }

  #startRound(limit: number): void {
    this.count = 0;
    this.#limit = limit;
    this.#round = (this.#round + 1) >>> 0;
    if (this.#round === 0) {
      this.#slotRound.fill(0);
      this.#round = 1;
    }
  }

  #indexOf(colour: number): number {
    let slot = Math.imul(colour, SPREAD) >>> (32 - SLOT_BITS);
    while (this.#slotRound[slot] === this.#round) {
      if (this.#slotColour[slot] === colour) return this.#slotIndex[slot]!;
      slot = (slot + 1) & (SLOTS - 1);
    }
    if (this.count === this.#limit) return -1;
    this.#slotRound[slot] = this.#round;
    this.#slotColour[slot] = colour;
    this.#slotIndex[slot] = this.count;
    this.colours[this.count] = colour;
    return this.count++;
  }
}
