import type {
  ConsistencyProof,
  InclusionProof,
  LogCheckpoint,
  ProvenEntry,
} from '../../protocol/log-proof.ts';
import type { AccessQuestion, ReadScope } from './record-store.ts';

/** Entries, each with what shows that it is in the log of `checkpoint`. */
export interface ProvenEntries {
  readonly checkpoint: LogCheckpoint;
  readonly entries: readonly ProvenEntry[];
}

/** All of a session's. */
export type ProvenSession = ProvenEntries;

/** What the record proves about itself. Nothing here tells what an entry says, but for what answers proven entries. */
export interface TransparencyLog {
  /** The newest checkpoint. @throws Refusal `not-found` while nothing was ever written. */
  checkpoint(): Promise<LogCheckpoint>;
  /** When the newest checkpoint was signed; `undefined` when the newest entry is gone. */
  signedAt(): Promise<string | undefined>;
  /** The hours in which it was signed from so many entries on, in the order of the log; last the newest moment itself, while it is known. */
  signedSince(size: number): Promise<string[]>;
  /** @param size of which the proof is; the newest checkpoint's by default. @throws Refusal `not-found` beyond it. */
  inclusion(leaf: number, size?: number): Promise<InclusionProof>;
  /** @throws Refusal `not-found` for sizes that this log does not have. */
  consistency(from: number, to: number): Promise<ConsistencyProof>;
  /** @throws Refusal `not-found` as `RecordStore.session` does. */
  provenSession(id: string, scope: ReadScope): Promise<ProvenSession>;
  /** Every matching entry of no session, newest first, some at a time. */
  provenAccessEntries(question: AccessQuestion): AsyncIterable<ProvenEntries>;
}
