import { join } from 'node:path';
import { z } from 'zod';
import { writeDurably } from '../../durable-file.ts';
import { readKeyFile } from './key-file.ts';
import { KeyProblem } from './key-problem.ts';
import { OneBase64, WrappedKey } from './key-wrapper.ts';

/** A wrapped key of the ring; its purpose is bound to it. */
export const RingKey = z.strictObject({
  ...WrappedKey.shape,
  purpose: z.literal('data'),
  /** Its own fingerprint; absent in what version 1 wrote, where no purpose was bound to it either. */
  key: z.string().optional(),
});
export type RingKey = z.infer<typeof RingKey>;

/** A key of the log (base64, raw) that took the place of another one; the signature is that one's, where it was not lost. */
export const Succession = z.strictObject({
  previousKey: OneBase64,
  key: OneBase64,
  signature: OneBase64.optional(),
});
export type Succession = z.infer<typeof Succession>;

/**
 * `<data>/keys.json`. Usually it holds one key, wrapped once. While a rotation is under way it holds the key wrapped by two
 * master keys, or two data keys, so that it can be cut off at any moment; what is newer stands later.
 */
const KeyRing = z.strictObject({
  version: z.literal(2),
  keys: z.array(RingKey).min(1),
  /** The public halves (base64, raw) of the keys that may sign the log: one, or two while that key is being replaced. */
  signingKeys: z.array(OneBase64).default([]),
  /** Which key that signs the log came after which: a log that is restored from before needs to be told again. */
  successions: z.array(Succession).default([]),
});
export type KeyRing = Omit<z.infer<typeof KeyRing>, 'version'>;

const Base64 = z.base64().transform((text) => Buffer.from(text, 'base64'));
const Version1 = z.object({
  version: z.literal(1),
  wrappedBy: z.string(),
  dataKey: z.object({ nonce: Base64, sealed: Base64, tag: Base64 }),
});

export const keyRingFile = (dataDir: string): string => join(dataDir, 'keys.json');

/** What a key is bound to when it is wrapped. */
export const contextOf = ({ purpose, key }: Pick<RingKey, 'purpose' | 'key'>): string =>
  key === undefined ? '' : purpose;

/** `undefined` when there is none. @throws KeyProblem when it is damaged. */
export async function readKeyRing(dataDir: string): Promise<KeyRing | undefined> {
  const file = keyRingFile(dataDir);
  const content = await readKeyFile(file);
  if (content === undefined) return undefined;
  const parsed = z.union([KeyRing, Version1]).safeParse(parseJson(content.toString('utf8')));
  if (!parsed.success) throw damagedRing(dataDir);
  if (parsed.data.version === 2) {
    const { version, ...ring } = parsed.data;
    return ring;
  }
  const { wrappedBy, dataKey } = parsed.data;
  const sealed = Buffer.concat([dataKey.nonce, dataKey.sealed, dataKey.tag]).toString('base64');
  return { keys: [{ purpose: 'data', wrappedBy, sealed }], signingKeys: [], successions: [] };
}

/** Replaced as one step, durable when it answers. */
export async function writeKeyRing(dataDir: string, ring: KeyRing): Promise<void> {
  const content = { version: 2, ...ring } satisfies z.input<typeof KeyRing>;
  await writeDurably(keyRingFile(dataDir), `${JSON.stringify(content, null, 2)}\n`);
}

export const damagedRing = (dataDir: string): KeyProblem =>
  new KeyProblem(`${keyRingFile(dataDir)} is damaged: put it back from a backup.`);

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
