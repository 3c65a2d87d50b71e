import { z } from 'zod';

const Hash = z.base64().length(44);
const Size = z.number().int().min(0);
const hashes = z.array(Hash).max(64);

/** The log as its keeper vouched for it: a checkpoint (C2SP tlog-checkpoint) in a signed note, and whose keys may have signed. */
export const LogCheckpoint = z.object({
  /** The signed note. */
  note: z.string(),
  size: Size,
  root: Hash,
  origin: z.string(),
  /** The log's keys in their order, each as `name+hash+base64` (C2SP signed-note); the last one signs now. */
  keys: z.array(z.string()),
  /**
   * For each key after the first what the key before it signed of it, in base64 (key-chain.ts), empty where that key was lost.
   * Absent while there is one key.
   */
  vouchers: z.array(z.string()).optional(),
});
export type LogCheckpoint = z.infer<typeof LogCheckpoint>;

/** Shows that a leaf is in the log that the checkpoint is of (RFC 9162, 2.1.3). */
export const InclusionProof = z.object({
  leaf: Size,
  leafHash: Hash,
  size: Size,
  hashes,
  checkpoint: z.string(),
});
export type InclusionProof = z.infer<typeof InclusionProof>;

/** Shows that the log of `to` entries begins with that of `from` (RFC 9162, 2.1.4). */
export const ConsistencyProof = z.object({ from: Size, to: Size, hashes });
export type ConsistencyProof = z.infer<typeof ConsistencyProof>;

/** What one entry of the record needs so that a stranger can find it in the log. */
export const ProvenEntry = z.object({
  /** The entry without `seq`: what was committed to. One that stands there nevertheless is proven by nothing. */
  entry: z.record(z.string(), z.unknown()).refine((entry) => !Object.hasOwn(entry, 'seq')),
  salt: Hash,
  leaf: Size,
  hashes,
});
export type ProvenEntry = z.infer<typeof ProvenEntry>;
