import type { Writable } from 'node:stream';
import { saveReceipt } from '../save-receipt.ts';
import type { CustomerDesk } from './customer-desk.ts';

/** Where there is no page to save it from: into the folder of received files, and says where. */
export async function handOverReceipt(desk: CustomerDesk, output: Writable): Promise<void> {
  const { text } = desk.receipt;
  const folder = desk.state()?.receivedFolder;
  if (text === undefined || folder === undefined) return;
  try {
    const path = await saveReceipt(text, folder);
    output.write(`Your receipt is here: ${path}\nTo check it: npx countersign verify ${path}\n`);
  } catch (error) {
    output.write(`Your receipt could not be saved: ${(error as Error).message}\n`);
  }
}
