import { fileURLToPath } from 'node:url';
import type { Clock } from '../clock.ts';
import { parseCosignerText } from './cosignature.ts';
import { folderWitness } from './folder-witness.ts';
import { httpWitness } from './http-witness.ts';
import { stdoutWitness } from './stdout-witness.ts';
import type { Witness } from './witness.ts';

/**
 * A witness by its address, as COUNTERSIGN_WITNESSES gives it: `file:///...`, `stdout:`, or `https://...`, which may end in
 * `#key=` and the witness's own key.
 */
export function openWitness(address: string, clock: Clock): Witness {
  const { protocol, hash } = new URL(address);
  if (protocol === 'file:') return folderWitness(fileURLToPath(address), clock);
  if (protocol === 'stdout:') return stdoutWitness((text) => process.stdout.write(text));
  const [url = ''] = address.split('#');
  const key = keyIn(hash);
  if (hash !== '' && key === undefined)
    throw new Error(
      `COUNTERSIGN_WITNESSES: what stands behind ${url} must be #key= and the key that the witness printed when it started.`,
    );
  return httpWitness(url, key);
}

const keyIn = (hash: string) => parseCosignerText(/^#key=(.+)$/.exec(hash)?.[1] ?? '');
