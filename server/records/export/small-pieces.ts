import { setImmediate as nextTurn } from 'node:timers/promises';

/** What the relaying thread sends of a file at a time. */
const PIECE_BYTES = 20 * 1024;

/** The same text in pieces so small that a lane's messages get their turn between any two of them (bench/README.md). */
export async function* inSmallPieces(
  pieces: AsyncIterable<string | Uint8Array>,
): AsyncGenerator<string | Uint8Array> {
  for await (const piece of pieces) {
    // Lines between the pages: short, and not to be cut within a character.
    if (typeof piece === 'string') {
      yield piece;
      continue;
    }
    for (let start = 0; start < piece.length; start += PIECE_BYTES) {
      yield piece.subarray(start, start + PIECE_BYTES);
      await nextTurn();
    }
  }
}
