import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fromBase64, toBase64 } from '../../protocol/proof/base64.ts';
import { joined, type NoteKey, parseNote } from '../../protocol/proof/signed-note.ts';
import type { Clock } from '../clock.ts';
import { makeFolder, writeDurably } from '../durable-file.ts';
import { type LogSigner, logSigner, sha256, verifySignature } from '../records/transparency/node-crypto.ts';

/** A witness that signs what it has seen. */
export interface Cosigner extends LogSigner {
  /** No white space, no plus sign. */
  readonly name: string;
}

/** C2SP tlog-cosignature: an Ed25519 key that signs checkpoints with the time at which they were seen. */
const COSIGNATURE = 4;
const SEED_BYTES = 32;
const TIME_BYTES = 8;
const SIGNATURE_BYTES = 64;

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
  const seconds = BigInt(Math.floor(clock.now() / 1000));
  const signature = cosigner.sign(signedText(seconds, text));
  const time = Buffer.alloc(TIME_BYTES);
  time.writeBigUInt64BE(seconds);
  return `— ${cosigner.name} ${toBase64(joined(keyId(cosigner), time, signature))}\n`;
}

/** As people pass it on: `name+hash+base64` (C2SP tlog-cosignature, "verifier key"). */
export const cosignerText = (cosigner: Cosigner): string =>
  `${cosigner.name}+${Buffer.from(keyId(cosigner)).toString('hex')}+${toBase64(joined(Uint8Array.of(COSIGNATURE), cosigner.publicKey))}`;

/** @returns `undefined` for what `cosignerText` does not write. */
export function parseCosignerText(text: string): NoteKey | undefined {
  const [, name, hash, encoded] = /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/.exec(text) ?? [];
  const bytes = fromBase64(encoded ?? '');
  if (name === undefined || bytes?.length !== 33 || bytes[0] !== COSIGNATURE) return undefined;
  const key = { name, publicKey: bytes.slice(1) };
  return Buffer.from(keyId(key)).toString('hex') === hash ? key : undefined;
}

/** The line among `lines` by which the witness with this key says that it has seen the checkpoint with this text. */
export function cosignatureBy(key: NoteKey, text: string, lines: string): string | undefined {
  const signatures = parseNote(`${text}\n${lines}`)?.signatures ?? [];
  const own = signatures.find(({ name, keyId: id, signature: stamped }) => {
    if (name !== key.name || !Buffer.from(keyId(key)).equals(id)) return false;
    if (stamped.length !== TIME_BYTES + SIGNATURE_BYTES) return false;
    const seconds = Buffer.from(stamped).readBigUInt64BE(0);
    return verifySignature(key.publicKey, signedText(seconds, text), stamped.slice(TIME_BYTES));
  });
  return own && `— ${own.name} ${toBase64(joined(own.keyId, own.signature))}\n`;
}

const signedText = (seconds: bigint, text: string): Uint8Array =>
  Buffer.from(`cosignature/v1\ntime ${seconds}\n${text}`);

const keyId = ({ name, publicKey }: NoteKey): Uint8Array =>
  sha256(joined(Buffer.from(`${name}\n`), Uint8Array.of(COSIGNATURE), publicKey)).slice(0, 4);
