import { createHmac, pbkdf2Sync } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import type { Connection, FileOptions } from '../sqlite/connection.ts';

/*
 * SQLCipher's pages (https://www.zetetic.net/sqlcipher/design/), as SQLite3MultipleCiphers writes them: bytes in AES-256-CBC, then
 * a nonce of 16 bytes, then HMAC-SHA-512 over both and the page's number. SQLite itself looks only at pages that it needs.
 */
const PAGE_BYTES = 4096;
const MAC_BYTES = 64;
const SALT_BYTES = 16;
const SALT_MASK = 0x3a;
const MAC_KEY_ROUNDS = 2;
const MAC_KEY_BYTES = 32;
/** The first page begins with the salt and with a part of SQLite's header that is not encrypted, and no HMAC speaks of. */
const PLAIN_HEAD_BYTES = 24;
/** The size of a page, two versions of 1 or 2, the bytes kept for nonce and HMAC, and three figures that never differ. */
const PLAIN_HEADS = [1, 2].map((version) => Buffer.from([0x10, 0, version, version, 80, 64, 32, 32]));
const PAGES_AT_ONCE = 256;
/** A broker that writes meanwhile may be in the middle of a page; it is done with it at the next look. */
const LOOKS = 3;

type Told = (progress: { done: number; total: number }) => void;

/** @returns the numbers of all pages of an encrypted database that are not as they were written, free ones too. */
export async function damagedPages({ file, key }: FileOptions, onProgress?: Told): Promise<number[]> {
  if (key === undefined) return [];
  // A file that is closed loses what SQLite has locked of it in this process: no connection may be open meanwhile.
  const handle = await open(file);
  try {
    const total = Math.ceil((await handle.stat()).size / PAGE_BYTES);
    const macKey = await macKeyOf(handle, key);
    const damaged: number[] = [];
    const bytes = Buffer.alloc(PAGES_AT_ONCE * PAGE_BYTES);
    for (let first = 1; first <= total; first += PAGES_AT_ONCE) {
      const { bytesRead } = await handle.read(bytes, 0, bytes.length, (first - 1) * PAGE_BYTES);
      const pages = Math.floor(bytesRead / PAGE_BYTES);
      for (let index = 0; index < pages; index += 1) {
        const page = bytes.subarray(index * PAGE_BYTES, (index + 1) * PAGE_BYTES);
        if (isWhole(first + index, page, macKey)) continue;
        if (!(await isWholeOnceMore(handle, first + index, macKey))) damaged.push(first + index);
      }
      onProgress?.({ done: Math.min(total, first + PAGES_AT_ONCE - 1), total });
    }
    return damaged;
  } finally {
    await handle.close();
  }
}

/** What stands in pages that are damaged, as a sentence. */
export function sentenceOfDamage(pages: readonly number[], connection: Connection): string {
  const [first, ...more] = pages;
  const which = more.length === 0 ? `Page ${first}` : `Of the pages, ${pages.length}, from ${first} on,`;
  const trees = treesIn(pages, connection);
  const where =
    trees.length === 0
      ? 'no table and no index stands there, so that nothing is lost that could be read'
      : `there stand parts of ${trees.join(', ')}`;
  return `${which} of the database ${more.length === 0 ? 'is' : 'are'} damaged: ${where}.`;
}

async function isWholeOnceMore(handle: FileHandle, number: number, macKey: Buffer): Promise<boolean> {
  const page = Buffer.alloc(PAGE_BYTES);
  for (let look = 1; look < LOOKS; look += 1) {
    await handle.read(page, 0, PAGE_BYTES, (number - 1) * PAGE_BYTES);
    if (isWhole(number, page, macKey)) return true;
  }
  return false;
}

function isWhole(number: number, page: Buffer, macKey: Buffer): boolean {
  if (number === 1 && !PLAIN_HEADS.some((head) => head.equals(page.subarray(SALT_BYTES, PLAIN_HEAD_BYTES))))
    return false;
  const pageNumber = Buffer.alloc(4);
  pageNumber.writeUInt32LE(number);
  const mac = createHmac('sha512', macKey)
    .update(page.subarray(number === 1 ? PLAIN_HEAD_BYTES : 0, PAGE_BYTES - MAC_BYTES))
    .update(pageNumber)
    .digest();
  // One of zeros was never written: SQLite leaves out the page at 1 GiB, where other systems lock.
  return mac.equals(page.subarray(PAGE_BYTES - MAC_BYTES)) || page.every((byte) => byte === 0);
}

async function macKeyOf(handle: FileHandle, key: Uint8Array): Promise<Buffer> {
  const salt = Buffer.alloc(SALT_BYTES);
  await handle.read(salt, 0, SALT_BYTES, 0);
  const masked = salt.map((byte) => byte ^ SALT_MASK);
  return pbkdf2Sync(key, masked, MAC_KEY_ROUNDS, MAC_KEY_BYTES, 'sha512');
}

/** The tables and indexes that cannot be read because of these pages. */
function treesIn(pages: readonly number[], connection: Connection): string[] {
  const trees = connection
    .prepare<[], { type: string; name: string }>(
      'SELECT type, name FROM sqlite_schema WHERE rootpage > 0 ORDER BY name',
    )
    .all();
  const isIn = connection.prepare<[string, string]>(
    'SELECT 1 FROM dbstat WHERE name = ? AND pageno IN (SELECT value FROM json_each(?)) LIMIT 1',
  );
  const holds = (name: string): boolean => {
    try {
      return isIn.get(name, JSON.stringify(pages)) !== undefined;
    } catch {
      return true; // it cannot be gone through
    }
  };
  return trees.filter(({ name }) => holds(name)).map(({ type, name }) => `the ${type} ${name}`);
}
