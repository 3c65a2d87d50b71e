import type { SendOutcome } from './customer-link.ts';

/**
 * Sends files one after the other. `failed` hears the name of each that was not sent. When one was refused, the rest of
 * the choice was not the customer's either, however long it takes to get to it.
 */
export async function sendFiles(
  files: readonly File[],
  send: (file: File) => Promise<SendOutcome>,
  failed: (name: string) => void,
): Promise<void> {
  let outcome: SendOutcome = 'sent';
  for (const file of files) {
    if (outcome !== 'refused') outcome = await send(file);
    if (outcome !== 'sent') failed(file.name);
  }
}
