import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { toBase64 } from '../../protocol/proof/base64.ts';
import { joined } from '../../protocol/proof/signed-note.ts';
import type { Clock } from '../clock.ts';
import { makeFolder, writeDurably } from '../durable-file.ts';
import { type LogSigner, logSigner, sha256 } from '../records/transparency/node-crypto.ts';

/** A witness that signs what it has seen. */
export interface Cosigner extends LogSigner {
  /** No white space, no plus sign. */
  readonly name: string;
}

/** C2SP tlog-cosignature: an Ed25519 key that signs checkpoints with the time at which they were seen. */
const COSIGNATURE = 4;
const SEED_BYTES = 32;

/** The witness's own key, from `folder`, where it is made the first time. */
export async function openCosigner(folder: string, name: string): Promise<Cosigner> {
  const file = join(folder, 'witness-key');
  await makeFolder(folder);
  let seed = await readFile(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    return undefined;
  });
  if (seed === undefined) {
    seed = randomBytes(SEED_BYTES);
    await writeDurably(file, seed, 0o400);
  }
  if (seed.length !== SEED_BYTES)
    throw new Error(`${file} must hold ${SEED_BYTES} bytes, it holds ${seed.length}`);
  return { ...logSigner(seed), name };
}

/** The line that says that this witness has seen the checkpoint with this text, and when. */
export function cosignature(cosigner: Cosigner, text: string, clock: Clock): string {
  const seconds = Math.floor(clock.now() / 1000);
  const signature = cosigner.sign(Buffer.from(`cosignature/v1\ntime ${seconds}\n${text}`));
  const time = Buffer.alloc(8);
  time.writeBigUInt64BE(BigInt(seconds));
  return `— ${cosigner.name} ${toBase64(joined(keyId(cosigner), time, signature))}\n`;
}

/** As people pass it on: `name+hash+base64` (C2SP tlog-cosignature, "verifier key"). */
export const cosignerText = (cosigner: Cosigner): string =>
  `${cosigner.name}+${Buffer.from(keyId(cosigner)).toString('hex')}+${toBase64(joined(Uint8Array.of(COSIGNATURE), cosigner.publicKey))}`;

const keyId = ({ name, publicKey }: Cosigner): Uint8Array =>
  sha256(joined(Buffer.from(`${name}\n`), Uint8Array.of(COSIGNATURE), publicKey)).slice(0, 4);
