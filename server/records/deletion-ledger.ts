import { open } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { syncFolder } from '../durable-file.ts';
import { exists, readKeyFile } from './keys/key-file.ts';
import { isWhole, type LedgerLine, readLine, writeLine } from './ledger-line.ts';
import type { LogSigner } from './transparency/node-crypto.ts';

/** The deletion ledger does not fit; the message says where and what to do. */
export class LedgerProblem extends Error {
  override readonly name = 'LedgerProblem';
}

/** A ledger as far as it can be believed. */
export interface CheckedLedger {
  readonly lines: readonly LedgerLine[];
  /** Its text up to the first line that is not right. */
  readonly text: string;
  /** What is wrong with that line, as a sentence that names it. */
  readonly problem?: string;
}

/**
 * `<data>/deletions.ndjson`: which leaves were deleted, outside the database, so that a backup which is restored later
 * can be made to forget them again. Appended only; it holds no personal data. A restore destroys what it names, so each
 * line is signed with the log's key, which does not lie in the data folder.
 */
export const deletionLedgerFile = (dataDir: string): string => join(dataDir, 'deletions.ndjson');

/** Its text; empty when nothing was deleted yet. */
export async function readDeletionLedger(dataDir: string): Promise<string> {
  return (await readKeyFile(deletionLedgerFile(dataDir)))?.toString('utf8') ?? '';
}

/**
 * A line that a crash cut off is passed over: what it names was deleted and is certified in the records, from which the
 * next start or run writes it again (settle-deletion-ledger.ts).
 * @param keys of the log (base64) in their order: behind a line of one key none of an earlier key is believed.
 */
export function checkLedger(text: string, keys: readonly string[]): CheckedLedger {
  const known = keys.map((key) => Buffer.from(key, 'base64'));
  const lines: LedgerLine[] = [];
  let [before, by, end] = ['', 0, 0];
  for (const [index, each] of text.split('\n').entries()) {
    if (isWhole(each)) {
      const read = readLine(each);
      const signer = known.findIndex((key, place) => place >= by && read?.isSignedBy(key, before));
      if (read === undefined || signer === -1)
        return { lines, text: text.slice(0, end), problem: problemOf(index + 1, read !== undefined) };
      lines.push(read.line);
      [before, by] = [each, signer];
    }
    end += each.length + 1;
  }
  return { lines, text };
}

function problemOf(line: number, isReadable: boolean): string {
  const where = `Line ${line} of the deletion ledger (${basename(deletionLedgerFile(''))})`;
  return isReadable
    ? `${where} is not signed by a key of this log as it stands there: it was changed, or one before it was changed or taken out.`
    : `${where} is damaged.`;
}

interface End {
  readonly bytes: number;
  /** The last whole line; empty for none. */
  readonly before: string;
  /** The last line has no end. */
  readonly isCut: boolean;
}

const endOf = (text: string): End => ({
  bytes: Buffer.byteLength(text),
  before: text.split('\n').findLast(isWhole) ?? '',
  isCut: text !== '' && !text.endsWith('\n'),
});

/** The ledger of records that are open. */
export class DeletionLedger {
  /** What was found right, or written here: signatures are checked once. */
  #checked: CheckedLedger = { text: '', lines: [] };
  /** How the file ended when it was last looked at: a deletion in many steps does not read it for each. */
  #end: End = { bytes: 0, before: '', isCut: false };

  constructor(
    private readonly dataDir: string,
    private signer: LogSigner,
  ) {}

  /** The log's key was replaced. */
  signWith(signer: LogSigner): void {
    this.signer = signer;
  }

  /**
   * @param keys of the log.
   * @throws LedgerProblem for a whole line that is not right.
   */
  async lines(keys: readonly string[]): Promise<readonly LedgerLine[]> {
    const text = await readDeletionLedger(this.dataDir);
    if (text !== this.#checked.text) {
      const checked = checkLedger(text, keys);
      if (checked.problem !== undefined)
        throw new LedgerProblem(
          `${checked.problem} Put ${deletionLedgerFile(this.dataDir)} back from a copy; or move it away, and it begins anew with what the records certify.`,
        );
      this.#checked = checked;
    }
    return this.#checked.lines;
  }

  /**
   * Durable when it answers. A deletion is told here when it is done; what a kill keeps from here, its certificate tells
   * (settle-deletion-ledger.ts).
   * @throws what the file system throws.
   */
  async append(lines: readonly LedgerLine[]): Promise<void> {
    if (lines.length === 0) return;
    const path = deletionLedgerFile(this.dataDir);
    const isNew = !(await exists(path));
    const file = await open(path, 'a+', 0o600);
    try {
      const { size } = await file.stat();
      if (size !== this.#end.bytes) this.#end = endOf(await file.readFile('utf8'));
      const { bytes, isCut } = this.#end;
      let { before } = this.#end;
      const written = lines.map((line) => {
        before = writeLine(line, before, this.signer);
        return `${before}\n`;
      });
      // A line that a crash cut off is closed, so that it does not spoil the next one.
      const added = `${isCut ? '\n' : ''}${written.join('')}`;
      await file.appendFile(added);
      await file.sync();
      this.#end = { bytes: bytes + Buffer.byteLength(added), before, isCut: false };
      const { text, lines: known } = this.#checked;
      if (Buffer.byteLength(text) === bytes)
        this.#checked = { text: text + added, lines: [...known, ...lines] };
    } finally {
      await file.close();
    }
    if (isNew) await syncFolder(this.dataDir);
  }
}
