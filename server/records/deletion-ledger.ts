import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { parseLeafRanges } from '../../protocol/proof/leaf-ranges.ts';
import { Instant } from '../../protocol/text.ts';
import { syncFolder } from '../durable-file.ts';
import { exists, readKeyFile } from './keys/key-file.ts';

/** The deletion ledger does not fit; the message says where and what to do. */
export class LedgerProblem extends Error {
  override readonly name = 'LedgerProblem';
}

const Deletion = z.strictObject({
  at: Instant,
  /** Which rule or decision; a name, never a person's. */
  rule: z.string().regex(/^[^{}\n]{1,200}$/),
  /** Of the log, as "0-199,205"; a leaf is its entry's `seq` less one. */
  leaves: z.string().refine((text) => (parseLeafRanges(text)?.length ?? 0) > 0),
});
/** From here on the log goes on from a backup of that era, with as many leaves. */
const Restored = z.strictObject({
  at: Instant,
  restoredEra: z.number().int().min(0),
  restoredSize: z.number().int().min(0),
});
const Line = z.union([Deletion, Restored]);
export type Restored = z.infer<typeof Restored>;
export type Deletion = z.infer<typeof Deletion>;
export type LedgerLine = z.infer<typeof Line>;

/**
 * `<data>/deletions.ndjson`: which leaves were deleted, outside the database, so that a backup which is restored later
 * can be made to forget them again. Appended only; it holds no personal data.
 */
export const deletionLedgerFile = (dataDir: string): string => join(dataDir, 'deletions.ndjson');

/** Durable when it answers. To be called before or with the deletion itself. @throws what the file system throws. */
export async function appendToDeletionLedger(dataDir: string, lines: readonly LedgerLine[]): Promise<void> {
  if (lines.length === 0) return;
  const path = deletionLedgerFile(dataDir);
  const isNew = !(await exists(path));
  const file = await open(path, 'a+', 0o600);
  try {
    // A line that a crash cut off is closed, so that it does not spoil the next one.
    const { size } = await file.stat();
    const { buffer } = await file.read(Buffer.alloc(1), 0, 1, Math.max(0, size - 1));
    const close = size > 0 && buffer[0] !== 0x0a ? '\n' : '';
    await file.appendFile(`${close}${lines.map((line) => `${JSON.stringify(Line.parse(line))}\n`).join('')}`);
    await file.sync();
  } finally {
    await file.close();
  }
  if (isNew) await syncFolder(dataDir);
}

/** Its text; empty when nothing was deleted yet. */
export async function readDeletionLedger(dataDir: string): Promise<string> {
  return (await readKeyFile(deletionLedgerFile(dataDir)))?.toString('utf8') ?? '';
}

/**
 * A line that was cut off by a crash is passed over: what it announced had not been deleted yet. (No line has a brace
 * before its end.)
 * @throws LedgerProblem for a whole line that does not fit.
 */
export function parseDeletionLedger(text: string): LedgerLine[] {
  const lines = text.split('\n');
  return lines.flatMap((line, index) => {
    if (line === '' || !line.endsWith('}')) return [];
    const parsed = Line.safeParse(parseJson(line));
    if (parsed.success) return [parsed.data];
    throw new LedgerProblem(`Line ${index + 1} of the deletion ledger is damaged: put it back from a copy.`);
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
