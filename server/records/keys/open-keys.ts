import { hkdfSync, randomBytes } from 'node:crypto';
import type { NewEntry } from '../../../protocol/record.ts';
import { makeFolder } from '../../durable-file.ts';
import type { Recorder } from '../recorder.ts';
import { capitalised } from './key-file.ts';
import { KeyProblem } from './key-problem.ts';
import {
  contextOf,
  damagedRing,
  type KeyRing,
  keyRingFile,
  type RingKey,
  readKeyRing,
  writeKeyRing,
} from './key-ring.ts';
import { fingerprint, KEY_BYTES, type KeyWrapper } from './key-wrapper.ts';
import { type MasterKey, type MasterKeySources, openMasterKey } from './master-key.ts';

export interface KeyOptions extends MasterKeySources {
  readonly dataDir: string;
  /** Whether there are data already, which no new key could open. */
  readonly dataExist: boolean;
  /** Whether a key opens the data: asked only where a rotation that was cut off left two. */
  readonly opensData: (dataKey: Uint8Array) => boolean;
}

export interface DataKey {
  readonly fingerprint: string;
  readonly bytes: Uint8Array;
}

/** The ring, opened by the master key in force. */
export interface OpenedRing {
  readonly ring: KeyRing;
  readonly master: MasterKey;
  /** Every data key in it once, the oldest first. */
  readonly dataKeys: readonly DataKey[];
}

export interface Keys {
  /** 32 bytes; the store's file is encrypted with it. */
  readonly dataKey: Uint8Array;
  /** 32 bytes that depend on the data key and `purpose` only, and tell nothing about each other (HKDF-SHA-256). */
  deriveKey(purpose: string): Uint8Array;
  /** The key file, when it was made just now: the person who starts must hear of it. */
  readonly madeKeyFile?: string;
  /**
   * Ends a rotation: once the newer key is in force, records that and forgets the older one. To be called when the
   * record can be written.
   */
  settle(recorder: Pick<Recorder, 'append'>, by: string): Promise<void>;
}

/**
 * The data key lies in `<data>/keys.json`, wrapped by the master key, so that the master key can live elsewhere, and be
 * replaced without encrypting all data again. Both are made when there are no data yet.
 * @throws KeyProblem when something is missing, damaged or belongs to other data.
 */
export async function openKeys(options: KeyOptions): Promise<Keys> {
  const { dataDir, keyFile, opensData } = options;
  const opened = await openRing(options);
  const dataKey = keyInForce(opened.dataKeys, opensData);
  return {
    dataKey: dataKey.bytes,
    deriveKey: (purpose) =>
      new Uint8Array(hkdfSync('sha256', dataKey.bytes, '', `countersign ${purpose}`, KEY_BYTES)),
    ...(opened.master.made && { madeKeyFile: keyFile }),
    settle: (recorder, by) => settleRing(dataDir, opened, dataKey, recorder, by),
  };
}

/** @throws KeyProblem, as `openKeys` does. */
export async function openRing(options: Omit<KeyOptions, 'opensData'>): Promise<OpenedRing> {
  const { dataDir, dataExist } = options;
  const ring = await readKeyRing(dataDir);
  if (ring === undefined && dataExist)
    throw new KeyProblem(
      `${keyRingFile(dataDir)} is missing. The records in ${dataDir} cannot be opened without it: put it back from a backup.`,
    );
  const master = await openMasterKey(options, {
    mayMake: ring === undefined,
    needed: `The records in ${dataDir}`,
  });
  if (ring === undefined) return makeRing(dataDir, master);
  const dataKeys = await unwrapKeys(dataDir, ring, master.wrapper);
  return { ring, master, dataKeys };
}

/** Keys as they stand in a ring, each wrapped by `wrapper`. */
export function wrapKeys(keys: readonly DataKey[], wrapper: KeyWrapper): Promise<RingKey[]> {
  return Promise.all(
    keys.map(async (key) => {
      const named = { purpose: 'data' as const, key: key.fingerprint };
      return { ...named, ...(await wrapper.wrap(key.bytes, contextOf(named))) };
    }),
  );
}

export function freshDataKey(): DataKey {
  const bytes = randomBytes(KEY_BYTES);
  return { fingerprint: fingerprint(bytes), bytes };
}

async function makeRing(dataDir: string, master: MasterKey): Promise<OpenedRing> {
  const dataKeys = [freshDataKey()];
  const ring: KeyRing = { keys: await wrapKeys(dataKeys, master.wrapper), signingKeys: [], successions: [] };
  await makeFolder(dataDir);
  await writeKeyRing(dataDir, ring);
  return { ring, master, dataKeys };
}

async function unwrapKeys(dataDir: string, ring: KeyRing, wrapper: KeyWrapper): Promise<DataKey[]> {
  const own = ring.keys.filter(({ wrappedBy }) => wrappedBy === wrapper.fingerprint);
  if (own.length === 0)
    throw new KeyProblem(
      `${capitalised(wrapper.name)} is not the key that ${keyRingFile(dataDir)} was made with.`,
    );
  return Promise.all(
    own.map(async (wrapped) => {
      const bytes = await wrapper.unwrap(wrapped, contextOf(wrapped));
      if (bytes?.length !== KEY_BYTES) throw damagedRing(dataDir);
      // A key under another name would be taken for one that was replaced, and thrown away.
      const name = fingerprint(bytes);
      if (wrapped.key !== undefined && wrapped.key !== name) throw damagedRing(dataDir);
      return { fingerprint: name, bytes };
    }),
  );
}

/** When none opens them the newest is as good as any: opening the data says what is wrong. */
function keyInForce(keys: readonly DataKey[], opensData: (key: Uint8Array) => boolean): DataKey {
  const newestFirst = keys.toReversed();
  const inForce = keys.length > 1 ? newestFirst.find(({ bytes }) => opensData(bytes)) : undefined;
  return inForce ?? (newestFirst[0] as DataKey);
}

/** A master key that was made ready and never used stays: its owner has not come to start with it. */
async function settleRing(
  dataDir: string,
  { ring, master, dataKeys }: OpenedRing,
  dataKey: DataKey,
  recorder: Pick<Recorder, 'append'>,
  by: string,
): Promise<void> {
  const masters = [...new Set(ring.keys.map(({ wrappedBy }) => wrappedBy))];
  const own = masters.indexOf(master.wrapper.fingerprint);
  const replaced: NewEntry[] = [];
  const rotated = (key: 'master' | 'data', from: string | undefined, to: string) => {
    if (from !== undefined) replaced.push({ type: 'key.rotated', key, from, to, stage: 'done', by });
  };
  rotated('master', masters[own - 1], master.wrapper.fingerprint);
  const older = dataKeys[dataKeys.findIndex((key) => key.fingerprint === dataKey.fingerprint) - 1];
  rotated('data', older?.fingerprint, dataKey.fingerprint);
  if (replaced.length > 0) await recorder.append(replaced);
  const kept = ring.keys.filter(
    ({ wrappedBy, key }) =>
      masters.indexOf(wrappedBy) >= own && (key ?? dataKey.fingerprint) === dataKey.fingerprint,
  );
  if (kept.length < ring.keys.length) {
    // The signing keys may have changed since it was read.
    const now = await readKeyRing(dataDir);
    await writeKeyRing(dataDir, { ...ring, ...now, keys: kept });
  }
}
