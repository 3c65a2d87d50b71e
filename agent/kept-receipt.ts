import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LocalState } from '../protocol/local-page.ts';
import { fetchReceipt, type ReceiptOf } from './connection/receipt.ts';

const MOST_OF_A_DAY = 1_000;

/** The customer's receipt, from the end of the session until this program goes. */
export class KeptReceipt {
  #standing: LocalState['receipt'];
  #text: string | undefined;

  constructor(
    private readonly of: ReceiptOf,
    private readonly changed: () => void,
  ) {}

  /** Absent while the session goes on. */
  get standing(): LocalState['receipt'] {
    return this.#standing;
  }

  get text(): string | undefined {
    return this.#text;
  }

  /** Never throws: without a receipt the customer is told so. */
  async fetch(): Promise<void> {
    this.#standing = 'on-its-way';
    this.changed();
    this.#text = await fetchReceipt(this.of);
    this.#standing = this.#text === undefined ? 'none' : 'here';
    this.changed();
  }
}

/** Writes a receipt beside received files, over none that is there. @returns where it is now. */
export async function saveReceipt(text: string, folder: string, now = new Date()): Promise<string> {
  await mkdir(folder, { recursive: true });
  const day = now.toISOString().slice(0, 10);
  for (let number = 1; number <= MOST_OF_A_DAY; number += 1) {
    const path = join(folder, number === 1 ? `receipt-${day}.json` : `receipt-${day}-${number}.json`);
    try {
      await writeFile(path, text, { flag: 'wx' });
      return path;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
  throw new Error(`${folder} holds too many receipts of this day.`);
}
