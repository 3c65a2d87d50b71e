import type { Entry, RetentionKind, SessionEntry } from '../../protocol/record.ts';
import type { SessionFilters, SessionPage, SessionQuery } from '../../protocol/session-query.ts';
import type { SessionRecord } from '../../protocol/session-record.ts';
import type { Recorder } from './recorder.ts';

/** Whose sessions a reader may see; a store adds it to every filter. `everything` for auditors. */
export type ReadScope = { everything: true } | { teams: readonly string[] } | { technicianId: string };

/** Deletes what of a kind is older than a moment. */
export interface DeletionRule {
  readonly kind: RetentionKind;
  /** Entries written before this instant go; a session's entries go together, by the session's end. */
  readonly before: string;
}

export interface DeletionCount extends DeletionRule {
  readonly entries: number;
  readonly sessions: number;
}

/** Whether the store can be written, and how much room it has: for `/readyz` and `/metrics`. */
export interface StoreHealth {
  readonly writable: boolean;
  readonly reason?: string;
  readonly freeBytes: number;
  readonly entries: number;
  /** Durations of the last appends, milliseconds from the call to the acknowledgement. */
  readonly appendMs: readonly number[];
}

/**
 * What the broker asks of the place where entries live. One conformance suite (`test/records/describe-record-store.ts`)
 * holds for every implementation.
 */
export interface RecordStore extends Recorder {
  /** @throws Refusal `not-found` when it does not exist, is gone, or is outside `scope`: a reader cannot tell which. */
  session(id: string, scope: ReadScope): Promise<{ record: SessionRecord; entries: SessionEntry[] }>;
  /** @throws Refusal `request.invalid` for a cursor of another query or scope. */
  sessions(query: SessionQuery, scope: ReadScope): Promise<SessionPage>;
  /** Every matching record, newest first, in batches, without ever holding all of them. */
  exportSessions(filters: SessionFilters, scope: ReadScope): AsyncIterable<SessionRecord[]>;
  /** The entries of every session that is not over, per session in order: what a broker that was killed left behind. */
  openSessions(): Promise<SessionEntry[][]>;
  /** Entries of no session (sign-ins, reads, users), newest first. */
  entries(options: { types?: readonly Entry['type'][]; before?: number; limit: number }): Promise<Entry[]>;
  /** With `dryRun` only counts. Sessions that are not over are never touched. */
  deleteDue(rules: readonly DeletionRule[], dryRun: boolean): Promise<DeletionCount[]>;
  health(): Promise<StoreHealth>;
  /** Waits for what was appended, checkpoints, closes. */
  close(): Promise<void>;
}
