import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fromBase64, toBase64 } from '../../protocol/proof/base64.ts';
import { type ChainedKey, isSameKey, isVouchedForBy, keysFrom } from '../../protocol/proof/key-chain.ts';
import { keyText, type NoteKey, parseKeyText } from '../../protocol/proof/signed-note.ts';
import { writeDurably } from '../durable-file.ts';
import { sha256, verifySignature } from '../records/transparency/node-crypto.ts';
import { KeptUnusable } from './disagreement.ts';

/** A file that a witness keeps is not as it was written; the message names it. */
export class KeptDamaged extends KeptUnusable {
  override readonly name = 'KeptDamaged';
  constructor(file: string) {
    super(
      `${file} was changed or is damaged: put it back from a copy, or let the witness begin in a new folder.`,
    );
  }
}

const KEY = 'key';

/**
 * The keys of one log that a witness trusts, in the file `key`: a line for each, the first one trusted before those that
 * took its place, and behind a key what the one before it signed of it. A key without that is believed by the word of
 * who runs the witness.
 */
export class TrustedKeys {
  private constructor(
    private readonly file: string,
    private keys: readonly ChainedKey[],
  ) {}

  /** @throws KeptDamaged */
  static async open(folder: string): Promise<TrustedKeys> {
    const file = join(folder, KEY);
    const text = await readOptional(file);
    const keys = text === undefined ? [] : parseKeys(text);
    if (keys === undefined) throw new KeptDamaged(file);
    return new TrustedKeys(file, keys);
  }

  get all(): readonly ChainedKey[] {
    return this.keys;
  }

  /**
   * The keys that may sign next, where `last` signed what was seen last: that one, those that came after it, and those of
   * `chain` that follow, each vouched for by the one before it.
   */
  after(last: NoteKey | undefined, chain: readonly ChainedKey[]): readonly ChainedKey[] {
    const from = last === undefined ? 0 : this.keys.findIndex((key) => isSameKey(key, last));
    const known = this.keys.slice(Math.max(0, from));
    const newest = known.at(-1);
    return newest === undefined ? [] : [...known, ...keysFrom(verifySignature, chain, newest).slice(1)];
  }

  /** From now on all of `keys` up to `last` are trusted. */
  async trust(keys: readonly ChainedKey[], last: NoteKey): Promise<void> {
    const fresh = keys
      .slice(0, keys.findIndex((key) => isSameKey(key, last)) + 1)
      .filter((key) => !this.keys.some((known) => isSameKey(known, key)));
    if (fresh.length === 0) return;
    this.keys = [...this.keys, ...fresh];
    await writeDurably(this.file, this.keys.map(lineOf).join(''));
  }
}

const lineOf = (key: ChainedKey): string =>
  `${keyText(key, sha256)}${key.voucher === undefined ? '' : ` ${toBase64(key.voucher)}`}\n`;

/** `undefined` for what `lineOf` did not write, and for a key that is not vouched for by the one before it though it says so. */
function parseKeys(text: string): ChainedKey[] | undefined {
  const keys: ChainedKey[] = [];
  for (const line of text.split('\n').slice(0, -1)) {
    const [named = '', voucher, ...rest] = line.split(' ');
    const parsed = parseKeyText(named, sha256);
    if (parsed === undefined || rest.length > 0) return undefined;
    const key = voucher === undefined ? parsed : { ...parsed, voucher: fromBase64(voucher) };
    const before = keys.at(-1);
    const isVouched = before !== undefined && isVouchedForBy(verifySignature, before, key);
    if (voucher !== undefined && !isVouched) return undefined;
    keys.push(key);
  }
  return keys.length > 0 && keys.map(lineOf).join('') === text ? keys : undefined;
}

export async function readOptional(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
