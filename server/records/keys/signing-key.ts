import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { dirname, join } from 'node:path';
import { readKeyFile, writeKeyFile } from './key-file.ts';
import { KeyProblem } from './key-problem.ts';

/** Where the log's signing key may come from; the first that is there counts. */
export interface SigningKeySources {
  /** Its seed, base64 of 32 bytes (`COUNTERSIGN_SIGNING_KEY`). */
  readonly signingKey?: string | undefined;
  /** A PEM file where systemd puts it (`LoadCredential=countersign-signing-key:...`): used when there is such a file. */
  readonly signingKeyCredential?: string | undefined;
  /** A PEM file (PKCS#8), by default beside the key file. Made when there is none and no log was signed yet. */
  readonly signingKeyFile?: string | undefined;
  readonly keyFile: string;
}

/** Ed25519. It is not wrapped by the master key: who may open the data need not be who speaks for the log. */
export interface SigningKey {
  readonly privateKey: KeyObject;
  /** 32 bytes, from which the private key follows: what can be handed to a thread. */
  readonly seed: Uint8Array;
  /** 32 bytes, as RFC 8032 writes it. */
  readonly publicKey: Uint8Array;
  /** For messages. */
  readonly name: string;
  readonly source: 'environment' | 'credential' | 'file';
  /** Its file, when it was made just now: the person who starts must hear of it. */
  readonly made?: string;
}

/** RFC 8410: what stands before the seed in PKCS#8, and how much before the raw key in SPKI. */
const PKCS8_BEFORE_SEED = Buffer.from('302e020100300506032b657004220420', 'hex');
const SPKI_BYTES_BEFORE_KEY = 12;
const SEED_BYTES = 32;

export const signingKeyFileOf = ({ signingKeyFile, keyFile }: SigningKeySources): string =>
  signingKeyFile ?? join(dirname(keyFile), 'signing-key');

/**
 * @param known public keys (base64) that this log was signed with, one of which it has to be; none for a new log.
 * @throws KeyProblem when it is missing, is no Ed25519 key, or is not one of those.
 */
export async function openSigningKey(
  sources: SigningKeySources,
  known: readonly string[],
): Promise<SigningKey> {
  const key = await findSigningKey(sources);
  if (key === undefined) return missingSigningKey(signingKeyFileOf(sources), known);
  if (known.length > 0 && !known.includes(base64(key.publicKey)))
    throw new KeyProblem(
      `${key.name} is not the key that this log is signed with (its public key is ${base64(key.publicKey)}, the log's is ${known.join(' or ')}): put the right one back.`,
    );
  return key;
}

/** The key as it lies there, whatever log it belongs to. */
export async function findSigningKey(sources: SigningKeySources): Promise<SigningKey | undefined> {
  const { signingKey, signingKeyCredential } = sources;
  if (signingKey !== undefined) {
    const seed = Buffer.from(signingKey, 'base64');
    if (seed.length !== SEED_BYTES)
      throw new KeyProblem(
        `COUNTERSIGN_SIGNING_KEY must be ${SEED_BYTES} bytes in base64, it has ${seed.length}.`,
      );
    return signingKeyOfSeed(seed, 'COUNTERSIGN_SIGNING_KEY', 'environment');
  }
  const given =
    signingKeyCredential === undefined ? undefined : await readSigningKey(signingKeyCredential, 'credential');
  return given ?? readSigningKey(signingKeyFileOf(sources), 'file');
}

/** Makes a new key in a file. @throws KeyProblem when it cannot be made. */
export async function makeSigningKey(file: string): Promise<SigningKey> {
  const { privateKey } = generateKeyPairSync('ed25519');
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' });
  await writeKeyFile(file, pem, 'COUNTERSIGN_SIGNING_KEY_FILE');
  return signingKeyOf(privateKey, nameOf(file, 'file'), 'file');
}

/** @throws KeyProblem when it holds something else than an Ed25519 private key. */
export async function readSigningKey(
  file: string,
  source: 'credential' | 'file',
): Promise<SigningKey | undefined> {
  const content = await readKeyFile(file);
  if (content === undefined) return undefined;
  let key: KeyObject | undefined;
  try {
    key = createPrivateKey(content);
  } catch {
    // Told below, without a word of what is in it.
  }
  if (key?.asymmetricKeyType !== 'ed25519')
    throw new KeyProblem(
      `${nameOf(file, source)} must hold an Ed25519 private key as PEM, as \`openssl genpkey -algorithm ed25519\` makes.`,
    );
  return signingKeyOf(key, nameOf(file, source), source);
}

export const signingKeyOfSeed = (seed: Uint8Array, name: string, source: SigningKey['source']): SigningKey =>
  signingKeyOf(
    createPrivateKey({ key: Buffer.concat([PKCS8_BEFORE_SEED, seed]), format: 'der', type: 'pkcs8' }),
    name,
    source,
  );

export const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

function signingKeyOf(privateKey: KeyObject, name: string, source: SigningKey['source']): SigningKey {
  const seed = privateKey.export({ type: 'pkcs8', format: 'der' }).subarray(PKCS8_BEFORE_SEED.length);
  const publicKey = createPublicKey(privateKey)
    .export({ type: 'spki', format: 'der' })
    .subarray(SPKI_BYTES_BEFORE_KEY);
  return { privateKey, seed, publicKey, name, source };
}

async function missingSigningKey(file: string, known: readonly string[]): Promise<SigningKey> {
  if (known.length > 0)
    throw new KeyProblem(
      `The signing key file ${file} is missing. This log is signed with it: put it back from your copy, or name its place in COUNTERSIGN_SIGNING_KEY_FILE. If it is lost for good: countersign key rotate --signing --lost; or restore with --signing-key-lost`,
    );
  return { ...(await makeSigningKey(file)), made: file };
}

const nameOf = (file: string, source: 'credential' | 'file'): string =>
  source === 'file' ? `The signing key file ${file}` : `The credential ${file}`;
