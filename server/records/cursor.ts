import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { Refusal } from '../refusal.ts';

/** Where a page of a log ended: the value it is sorted by, and the number of the session or entry where that is equal. */
export interface Position {
  readonly value: string | number;
  readonly number: number;
  /** How many matched when the first page was read. */
  readonly total?: number;
}

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * A cursor says nothing to who holds it (it may contain a customer's name) and is only good for the same query by the
 * same reader: AES-256-GCM, with what it is bound to as associated data. `key`: 32 bytes.
 */
export function sealCursor(key: Uint8Array, position: Position, boundTo: unknown): string {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(canonical(boundTo));
  const sealed = Buffer.concat([cipher.update(JSON.stringify(position), 'utf8'), cipher.final()]);
  return Buffer.concat([nonce, sealed, cipher.getAuthTag()]).toString('base64url');
}

/** @throws Refusal `request.invalid` for anything but a cursor that was sealed for exactly this. */
export function openCursor(key: Uint8Array, cursor: string, boundTo: unknown): Position {
  try {
    const bytes = Buffer.from(cursor, 'base64url');
    const nonce = bytes.subarray(0, NONCE_BYTES);
    const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES })
      .setAAD(canonical(boundTo))
      .setAuthTag(bytes.subarray(-TAG_BYTES));
    const sealed = bytes.subarray(NONCE_BYTES, -TAG_BYTES);
    return JSON.parse(Buffer.concat([decipher.update(sealed), decipher.final()]).toString('utf8'));
  } catch {
    throw new Refusal('request.invalid', 'This cursor belongs to another query. Start again without it.', [
      { path: 'cursor', message: 'not a cursor of this query' },
    ]);
  }
}

/** Equal for equal meaning: the order of keys does not count. */
function canonical(value: unknown): Buffer {
  const sorted = (_key: string, part: unknown): unknown =>
    part !== null && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part;
  return Buffer.from(JSON.stringify(value, sorted), 'utf8');
}
