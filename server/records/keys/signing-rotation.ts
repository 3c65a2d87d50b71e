import { sign } from 'node:crypto';
import { rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { voucherText } from '../../../protocol/proof/key-chain.ts';
import { syncFolder } from '../../durable-file.ts';
import type { SqliteRecordStore } from '../sqlite/sqlite-record-store.ts';
import { KeyProblem } from './key-problem.ts';
import { type KeyRing, readKeyRing, type Succession, writeKeyRing } from './key-ring.ts';
import {
  base64,
  findSigningKey,
  makeSigningKey,
  openSigningKey,
  readSigningKey,
  type SigningKey,
  type SigningKeySources,
  signingKeyFileOf,
} from './signing-key.ts';
import { predecessorsOf, untoldSuccessions } from './succession.ts';

export interface SigningRotationOptions {
  readonly dataDir: string;
  readonly sources: SigningKeySources;
  readonly store: Pick<SqliteRecordStore, 'append' | 'logKeys' | 'addSigningKey' | 'probe'>;
  readonly by: string;
}

/** What the store must be given to go on with the log. */
export interface SigningKeys {
  readonly current: SigningKey;
  /** One that a rotation which was cut off had made ready: it may be in force already. */
  readonly next: SigningKey | undefined;
  /** Keys (base64) that come before these. */
  readonly predecessors: readonly string[];
}

/** @throws KeyProblem when the key is missing or another one. The ring knows the public key from the first start on. */
export async function openSigningKeys(dataDir: string, sources: SigningKeySources): Promise<SigningKeys> {
  const ring = await ringOf(dataDir);
  await placeReplacement(dataDir, sources);
  const current = await openSigningKey(sources, ring.signingKeys);
  const key = base64(current.publicKey);
  if (ring.signingKeys.length === 0) await writeKeyRing(dataDir, { ...ring, signingKeys: [key] });
  const found = await readSigningKey(nextFileOf(sources), 'file');
  const next = found && ring.signingKeys.includes(base64(found.publicKey)) ? found : undefined;
  return { current, next, predecessors: predecessorsOf(ring.successions, key) };
}

/**
 * Signs with a new key from now on. The entry that names it is signed by the old key; the checkpoint of the commit that it
 * is in, by the new one. Cut off before the entry it did not happen; cut off behind it, `settleSigningKey` ends it.
 * @throws KeyProblem, Refusal `record.unavailable`
 */
export async function rotateSigningKey(
  options: SigningRotationOptions,
): Promise<{ succession: Succession; inForce: SigningKey }> {
  const { dataDir, sources, store, by } = options;
  // One before may have been given up while the disk hung: the log may go on with its key, which lies nowhere but beside.
  await store.probe();
  await settleSigningKey(options);
  const ring = await ringOf(dataDir);
  const old = await openSigningKey(sources, ring.signingKeys);
  if (old.source !== 'file')
    throw new KeyProblem(
      `The signing key is ${old.name}, which only who starts the broker can replace: keep it in a file to rotate it.`,
    );
  const beside = nextFileOf(sources);
  await rm(beside, { force: true });
  const next = await makeSigningKey(beside);
  const succession = {
    previousKey: base64(old.publicKey),
    key: base64(next.publicKey),
    signature: base64(sign(null, voucherText(next.publicKey), old.privateKey)),
  };
  await announce(dataDir, ring, succession);
  await store.addSigningKey(next.seed);
  await store.append([{ type: 'log.key-rotated', ...succession, by }]);
  return { succession, inForce: await settleSigningKey(options) };
}

/**
 * Puts a new key in the place of one that is gone, while no broker runs.
 * @throws KeyProblem when the key is not gone.
 */
export async function replaceLostSigningKey(
  dataDir: string,
  sources: SigningKeySources,
): Promise<SigningKey> {
  const next = await prepareReplacement(dataDir, sources);
  await placeReplacement(dataDir, sources);
  return next;
}

/**
 * Makes a new key for one that is gone, beside its place, and tells the ring of it. Nothing vouches for it but the operator's
 * word: the entry that says so (`settleSigningKey` appends it) has no signature.
 * @throws KeyProblem when the key is not gone.
 */
export async function prepareReplacement(dataDir: string, sources: SigningKeySources): Promise<SigningKey> {
  const ring = await ringOf(dataDir);
  const found = await findSigningKey(sources);
  if (found !== undefined)
    throw new KeyProblem(
      `There is a signing key: ${found.name}. Leave out --lost; or, if it belongs to another log, move it away first.`,
    );
  const waiting = await replacementIn(ring, sources);
  if (waiting !== undefined) return waiting;
  const beside = nextFileOf(sources);
  await rm(beside, { force: true });
  const next = await makeSigningKey(beside);
  const previousKey = ring.signingKeys[0];
  if (previousKey !== undefined) await announce(dataDir, ring, { previousKey, key: base64(next.publicKey) });
  return next;
}

/** A key beside the place of the one in force, where that is gone and the ring knows this one: it was not moved yet. */
async function replacementIn(ring: KeyRing, sources: SigningKeySources): Promise<SigningKey | undefined> {
  if ((await findSigningKey(sources)) !== undefined) return undefined;
  const next = await readSigningKey(nextFileOf(sources), 'file');
  return next && ring.signingKeys.includes(base64(next.publicKey)) ? next : undefined;
}

/** Where it waits beside the place of a key that is gone. */
export async function placeReplacement(dataDir: string, sources: SigningKeySources): Promise<void> {
  if ((await replacementIn(await ringOf(dataDir), sources)) !== undefined)
    await moveInto(signingKeyFileOf(sources), nextFileOf(sources));
}

/** Takes back a replacement that the ring in `dataDir` was not told of. */
export async function dropReplacement(dataDir: string, sources: SigningKeySources): Promise<void> {
  const next = await readSigningKey(nextFileOf(sources), 'file');
  const ring = await readKeyRing(dataDir);
  if (next !== undefined && !ring?.signingKeys.includes(base64(next.publicKey)))
    await rm(nextFileOf(sources));
}

/**
 * Ends a rotation whose entry is in the log, takes back one that did not come so far, and tells the log which key came
 * after which where it does not know yet. To be called before anything else is appended.
 */
export async function settleSigningKey({
  dataDir,
  sources,
  store,
  by,
}: SigningRotationOptions): Promise<SigningKey> {
  const ring = await ringOf(dataDir);
  const last = (await store.logKeys()).at(-1);
  const beside = nextFileOf(sources);
  const next = await readSigningKey(beside, 'file');
  if (next !== undefined) {
    if (base64(next.publicKey) === last) await moveInto(signingKeyFileOf(sources), beside);
    else await rm(beside);
  }
  const current = await openSigningKey(sources, ring.signingKeys);
  const key = base64(current.publicKey);
  const untold = last === undefined ? [] : untoldSuccessions(ring.successions, last, key);
  if (untold.length > 0)
    await store.append(untold.map((succession) => ({ type: 'log.key-rotated', ...succession, by })));
  const successions = ring.successions.filter((succession) =>
    [key, ...predecessorsOf(ring.successions, key)].includes(succession.key),
  );
  if (ring.signingKeys.length > 1 || successions.length < ring.successions.length)
    await writeKeyRing(dataDir, { ...ring, signingKeys: [key], successions });
  return current;
}

/** From now on either key may be found in the file. */
async function announce(dataDir: string, ring: KeyRing, succession: Succession): Promise<void> {
  await writeKeyRing(dataDir, {
    ...ring,
    signingKeys: [succession.previousKey, succession.key],
    successions: [...ring.successions, succession],
  });
}

async function moveInto(file: string, from: string): Promise<void> {
  await rename(from, file);
  await syncFolder(dirname(file));
}

/** Where the key lies that is made ready to take the place of the one in force. */
export const nextFileOf = (sources: SigningKeySources): string => `${signingKeyFileOf(sources)}.new`;

async function ringOf(dataDir: string): Promise<KeyRing> {
  const ring = await readKeyRing(dataDir);
  if (ring === undefined) throw new KeyProblem(`There are no keys in ${dataDir} yet: start the broker once.`);
  return ring;
}
