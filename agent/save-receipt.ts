import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const MOST_OF_A_DAY = 1_000;

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
