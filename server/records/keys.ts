import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto';
import { access, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { makeFolder, writeDurably } from '../durable-file.ts';

export interface KeyOptions {
  readonly dataDir: string;
  readonly keyFile: string;
  /** The key itself, base64 of 32 bytes (`COUNTERSIGN_KEY`): then no key file is read or made. */
  readonly key?: string | undefined;
  /** Whether there are data already, which no new key could open. */
  readonly dataExist: boolean;
}

export interface Keys {
  /** 32 bytes; the store's file is encrypted with it. */
  readonly dataKey: Uint8Array;
  /** 32 bytes that depend on the data key and `purpose` only, and tell nothing about each other (HKDF-SHA-256). */
  deriveKey(purpose: string): Uint8Array;
  /** The key file, when it was made just now: the person who starts must hear of it. */
  readonly madeKeyFile?: string;
}

/** The keys cannot be used as they are; the message tells a person which file and what to do. */
export class KeyProblem extends Error {
  override readonly name = 'KeyProblem';
}

const KEY_BYTES = 32;
const Base64 = z.base64().transform((text) => Buffer.from(text, 'base64'));
const WrappedKeys = z.object({
  version: z.literal(1),
  /** Tells keys apart without telling anything about them. */
  wrappedBy: z.string(),
  dataKey: z.object({ nonce: Base64, sealed: Base64, tag: Base64 }),
});

/**
 * The data key lies in `<data>/keys.json`, encrypted (AES-256-GCM) by the key in the key file: so the key file can live
 * elsewhere, and be replaced without encrypting all data again. Both are made when there are no data yet.
 * @throws KeyProblem when something is missing, damaged or belongs to other data.
 */
export async function openKeys(options: KeyOptions): Promise<Keys> {
  const wrappedFile = join(options.dataDir, 'keys.json');
  const wrapped = await readOptional(wrappedFile);
  if (wrapped === undefined && options.dataExist)
    throw new KeyProblem(
      `${wrappedFile} is missing. The records in ${options.dataDir} cannot be opened without it: put it back from a backup.`,
    );
  const { key, name, made } = await outerKey(options, wrapped !== undefined);

  let dataKey: Uint8Array;
  if (wrapped !== undefined) {
    dataKey = unwrap(wrapped.toString('utf8'), key, { wrappedFile, name });
  } else {
    dataKey = randomBytes(KEY_BYTES);
    await makeFolder(options.dataDir);
    await writeDurably(wrappedFile, wrap(dataKey, key));
  }
  return {
    dataKey,
    deriveKey: (purpose) =>
      new Uint8Array(hkdfSync('sha256', dataKey, '', `countersign ${purpose}`, KEY_BYTES)),
    ...(made && { madeKeyFile: options.keyFile }),
  };
}

/** Whether something exists at `path`. */
export async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

async function outerKey(
  { keyFile, key, dataDir }: KeyOptions,
  needed: boolean,
): Promise<{ key: Uint8Array; name: string; made: boolean }> {
  if (key !== undefined) {
    const bytes = Buffer.from(key, 'base64');
    if (bytes.length !== KEY_BYTES)
      throw new KeyProblem(`COUNTERSIGN_KEY must be ${KEY_BYTES} bytes in base64, it has ${bytes.length}.`);
    return { key: bytes, name: 'COUNTERSIGN_KEY', made: false };
  }
  const found = await readOptional(keyFile);
  if (found !== undefined) {
    if (found.length !== KEY_BYTES)
      throw new KeyProblem(`The key file ${keyFile} must hold ${KEY_BYTES} bytes, it holds ${found.length}.`);
    return { key: found, name: `the key file ${keyFile}`, made: false };
  }
  if (needed)
    throw new KeyProblem(
      `The key file ${keyFile} is missing. The records in ${dataDir} cannot be read without it: put it back, or name its place in COUNTERSIGN_KEY_FILE.`,
    );
  const fresh = randomBytes(KEY_BYTES);
  try {
    await makeFolder(dirname(keyFile));
    await writeDurably(keyFile, fresh, 0o400);
  } catch (error) {
    throw new KeyProblem(
      `The key file ${keyFile} cannot be made (${(error as NodeJS.ErrnoException).code}): name another place in COUNTERSIGN_KEY_FILE.`,
    );
  }
  return { key: fresh, name: `the key file ${keyFile}`, made: true };
}

function wrap(dataKey: Uint8Array, key: Uint8Array): string {
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  const sealed = Buffer.concat([cipher.update(dataKey), cipher.final()]);
  const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');
  return `${JSON.stringify(
    {
      version: 1,
      wrappedBy: fingerprint(key),
      dataKey: { nonce: text(nonce), sealed: text(sealed), tag: text(cipher.getAuthTag()) },
    },
    null,
    2,
  )}\n`;
}

function unwrap(
  content: string,
  key: Uint8Array,
  { wrappedFile, name }: { wrappedFile: string; name: string },
): Uint8Array {
  const parsed = WrappedKeys.safeParse(parseJson(content));
  if (!parsed.success) throw new KeyProblem(`${wrappedFile} is damaged: put it back from a backup.`);
  const { wrappedBy, dataKey } = parsed.data;
  if (wrappedBy !== fingerprint(key))
    throw new KeyProblem(`${capitalised(name)} is not the key that ${wrappedFile} was made with.`);
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, dataKey.nonce, { authTagLength: 16 });
    decipher.setAuthTag(dataKey.tag);
    return Buffer.concat([decipher.update(dataKey.sealed), decipher.final()]);
  } catch {
    throw new KeyProblem(`${wrappedFile} is damaged: put it back from a backup.`);
  }
}

const fingerprint = (key: Uint8Array): string =>
  createHash('sha256').update('countersign key fingerprint').update(key).digest('hex').slice(0, 16);

const capitalised = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function readOptional(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    const { code, message } = error as NodeJS.ErrnoException;
    throw new KeyProblem(
      code === 'EISDIR'
        ? `${path} is a folder: name a file in COUNTERSIGN_KEY_FILE.`
        : `${path} cannot be read: ${message}`,
    );
  }
}
