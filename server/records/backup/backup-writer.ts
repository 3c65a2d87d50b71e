import { createHash } from 'node:crypto';
import { closeSync, fsyncSync, openSync, readSync, writeSync } from 'node:fs';
import { PIECE_BYTES, pieceCount, sealPiece } from './pieces.ts';

export interface BackupParts {
  /** Where it is written; nothing may lie there, nor a link to elsewhere. */
  readonly target: string;
  readonly header: Uint8Array;
  readonly key: Uint8Array;
  /** The body: `start`, then the file `database`. */
  readonly start: Uint8Array;
  readonly database: string;
  readonly bodyBytes: number;
}

/** Writes a backup piece by piece. Durable when it returns. Blocks the thread that it runs on. */
export function writeBackup(parts: BackupParts): { size: number; sha256: string } {
  const { key, bodyBytes } = parts;
  const hash = createHash('sha256');
  const target = openSync(parts.target, 'wx', 0o600);
  const database = openSync(parts.database, 'r');
  let size = 0;
  const put = (bytes: Uint8Array) => {
    hash.update(bytes);
    for (let written = 0; written < bytes.length; )
      written += writeSync(target, bytes, written, bytes.length - written);
    size += bytes.length;
  };
  try {
    put(parts.header);
    const count = pieceCount(bodyBytes);
    const piece = Buffer.alloc(PIECE_BYTES);
    for (let index = 0; index < count; index += 1) {
      const last = index === count - 1;
      const from = index * PIECE_BYTES;
      const length = last ? bodyBytes - from : PIECE_BYTES;
      fill(piece.subarray(0, length), from, parts.start, database);
      put(sealPiece(key, index, last, piece.subarray(0, length)));
    }
    fsyncSync(target);
  } finally {
    closeSync(database);
    closeSync(target);
  }
  return { size, sha256: hash.digest('hex') };
}

/** Fills `into` with the body's bytes from `from` on. */
function fill(into: Buffer, from: number, start: Uint8Array, database: number): void {
  const ofStart = start.subarray(from, from + into.length);
  into.set(ofStart);
  for (let filled = ofStart.length; filled < into.length; ) {
    const position = from + filled - start.length;
    const read = readSync(database, into, filled, into.length - filled, position);
    if (read === 0) throw new Error('the snapshot is shorter than it was');
    filled += read;
  }
}
