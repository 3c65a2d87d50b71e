import { type FileHandle, open } from 'node:fs/promises';
import type { KeyWrapper } from '../keys/key-wrapper.ts';
import { BackupContents } from './backup-body.ts';
import { MAX_HEADER_BYTES, readHeader } from './backup-header.ts';
import { BackupProblem } from './backup-problem.ts';
import { openPiece, PIECE_BYTES, pieceCount, TAG_BYTES } from './pieces.ts';

export interface Backup extends BackupContents {
  readonly madeAt: string;
  /** Of all that is in it. */
  readonly bytes: number;
  /** Everything in it was checked when this has run to its end. Pieces come in order. */
  database(): AsyncIterable<Buffer>;
}

/**
 * Opens a backup. What it holds is only to be trusted when `database` came to its end.
 * @param keys the key with a fingerprint, if there is such a one.
 * @throws BackupProblem naming what is wrong and where.
 */
export async function withBackup<Result>(
  file: string,
  keys: (fingerprint: string) => Promise<KeyWrapper | undefined>,
  work: (backup: Backup) => Promise<Result>,
): Promise<Result> {
  const handle = await open(file, 'r').catch((error: Error) => {
    throw new BackupProblem(`The backup ${file} cannot be read: ${error.message}`);
  });
  try {
    const { size } = await handle.stat();
    const start = await readAt(handle, 0, Math.min(size, MAX_HEADER_BYTES));
    const header = await readHeader(file, start, size, keys);
    const body = piecesOf(handle, file, header);
    const { contents, rest } = await readContents(body, file);
    return await work({
      ...contents,
      madeAt: header.madeAt,
      bytes: header.bytes,
      async *database() {
        if (rest.length > 0) yield rest;
        yield* body;
      },
    });
  } finally {
    await handle.close();
  }
}

async function* piecesOf(
  handle: FileHandle,
  file: string,
  { key, bytes, headerBytes }: { key: Uint8Array; bytes: number; headerBytes: number },
): AsyncGenerator<Buffer, undefined> {
  const count = pieceCount(bytes);
  for (let index = 0; index < count; index += 1) {
    const last = index === count - 1;
    const from = headerBytes + index * (PIECE_BYTES + TAG_BYTES);
    const length = (last ? bytes - index * PIECE_BYTES : PIECE_BYTES) + TAG_BYTES;
    const piece = openPiece(key, index, last, await readAt(handle, from, length));
    if (piece === undefined)
      throw new BackupProblem(
        `${file} is damaged in piece ${index + 1} of ${count} (bytes ${from} to ${from + length - 1}): use another backup.`,
      );
    yield piece;
  }
}

async function readContents(
  body: AsyncGenerator<Buffer, undefined>,
  file: string,
): Promise<{ contents: BackupContents; rest: Buffer }> {
  const parts: Buffer[] = [];
  let have = 0;
  let needed = 4;
  while (have < needed) {
    const { value } = await body.next();
    if (value === undefined) throw new BackupProblem(`${file} ends before its contents do.`);
    parts.push(value);
    have += value.length;
    const first = parts[0] as Buffer;
    if (first.length >= 4) needed = 4 + first.readUInt32BE(0);
  }
  const all = Buffer.concat(parts);
  const contents = BackupContents.parse(JSON.parse(all.subarray(4, needed).toString('utf8')));
  return { contents, rest: all.subarray(needed) };
}

async function readAt(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await handle.read(buffer, filled, length - filled, position + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return buffer.subarray(0, filled);
}
