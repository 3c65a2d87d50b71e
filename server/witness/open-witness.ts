import { fileURLToPath } from 'node:url';
import type { Clock } from '../clock.ts';
import { folderWitness } from './folder-witness.ts';
import { httpWitness } from './http-witness.ts';
import { stdoutWitness } from './stdout-witness.ts';
import type { Witness } from './witness.ts';

/** A witness by its address, as COUNTERSIGN_WITNESSES gives it: `file:///...`, `https://...`, or `stdout:`. */
export function openWitness(address: string, clock: Clock): Witness {
  const { protocol } = new URL(address);
  if (protocol === 'file:') return folderWitness(fileURLToPath(address), clock);
  if (protocol === 'stdout:') return stdoutWitness((text) => process.stdout.write(text));
  return httpWitness(address);
}
