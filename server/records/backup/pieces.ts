import { createCipheriv, createDecipheriv } from 'node:crypto';

/**
 * A long text under one key, in pieces: the STREAM construction (Hoang, Reyhanitabar, Rogaway, Vizár 2015) with AES-256-GCM.
 * A piece's nonce is its number and whether it is the last, so that none can be changed, moved, left out or added unnoticed,
 * and neither side holds more than one. The key must never encrypt anything else.
 */
export const PIECE_BYTES = 64 * 1024;
export const TAG_BYTES = 16;
const MAX_PIECES = 2 ** 32;

export const pieceCount = (bytes: number): number => Math.max(1, Math.ceil(bytes / PIECE_BYTES));

/** Of what comes out. */
export const sealedSize = (bytes: number): number => bytes + pieceCount(bytes) * TAG_BYTES;

export function sealPiece(key: Uint8Array, index: number, last: boolean, piece: Uint8Array): Buffer {
  const cipher = createCipheriv('aes-256-gcm', key, nonceOf(index, last));
  return Buffer.concat([cipher.update(piece), cipher.final(), cipher.getAuthTag()]);
}

/** `undefined` when it is not this piece, unchanged. */
export function openPiece(
  key: Uint8Array,
  index: number,
  last: boolean,
  sealed: Uint8Array,
): Buffer | undefined {
  const decipher = createDecipheriv('aes-256-gcm', key, nonceOf(index, last));
  decipher.setAuthTag(sealed.subarray(sealed.length - TAG_BYTES));
  try {
    return Buffer.concat([decipher.update(sealed.subarray(0, sealed.length - TAG_BYTES)), decipher.final()]);
  } catch {
    return undefined;
  }
}

function nonceOf(index: number, last: boolean): Buffer {
  if (index >= MAX_PIECES) throw new Error('too long for one key');
  const nonce = Buffer.alloc(12);
  nonce.writeUInt32BE(index, 7);
  nonce.writeUInt8(last ? 1 : 0, 11);
  return nonce;
}
