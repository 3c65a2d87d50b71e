import type { Entry, EntryOf, RecordType, SessionEntry } from '../../protocol/record.ts';
import type { DatedKind } from '../../protocol/retention-kinds.ts';
import type { SessionFilters, SessionPage, SessionQuery } from '../../protocol/session-query.ts';
import type { SessionRecord } from '../../protocol/session-record.ts';
import type { Statistics, StatisticsQuery } from '../../protocol/statistics.ts';
import type { SessionFile } from './export/session-file.ts';
import type { Recorder } from './recorder.ts';

/** Whose sessions a reader may see; a store adds it to every filter. `everything` for auditors. */
export type ReadScope = ({ everything: true } | { teams: readonly string[] } | { technicianId: string }) & {
  /** The reader does not learn phone, e-mail and addresses of customers: a store must not find by them either. */
  readonly withoutDetails?: true;
};

/** Which entries of no session are asked for; all that is given must hold. */
export interface AccessQuestion {
  readonly types: readonly RecordType[];
  /** Somebody in any part: who did it, whom it was done to, or who tried to sign in with this address. */
  readonly person?: { readonly id?: string; readonly email?: string };
  readonly sessionId?: string;
  /** At or after. */
  readonly from?: string;
  /** Before. */
  readonly to?: string;
}

/** An entry of no session; of one that speaks of a session, whose it was, while that is still there. */
export interface AccessEntry {
  readonly entry: Entry;
  /** What was typed, by the names of the filters; absent once that is deleted. */
  readonly words?: Readonly<Record<string, string>>;
  readonly session?: { readonly technician: string; readonly contact: string };
}

export interface AccessPageWish {
  readonly limit: number;
  readonly cursor?: string | undefined;
  /** A cursor is good for the same question by the same reader. */
  readonly reader: string;
}

export interface SessionJoin {
  /** SHA-256 of the token that the agent authenticates with. */
  readonly agentTokenHash: string;
  readonly isOver: boolean;
}

/** Deletes what of a kind is older than a moment. */
export interface DeletionRule {
  readonly kind: DatedKind;
  /** Entries written before this instant go; a session's entries go together, by the session's end. */
  readonly before: string;
  /** For this team's sessions only. A rule without it is for the sessions of every team that has none of its own. */
  readonly team?: string;
}

export interface DeletionCount extends DeletionRule {
  readonly entries: number;
  readonly sessions: number;
}

/** How much a rule will delete; in sessions, or in entries where these age by themselves. */
export interface DueCount extends DeletionRule {
  /** For each of the days that were asked for: what is due when so many have passed. */
  readonly due: readonly number[];
  /** Sessions that are kept beyond their period, whatever their age. */
  readonly held: number;
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
  /** Who may speak for the customer of a session; `undefined` where nobody has joined. It is cheap, and shows nobody anything. */
  joinOf(id: string): Promise<SessionJoin | undefined>;
  /**
   * @param reader whose cursors these are: a user id.
   * @throws Refusal `request.invalid` for a cursor of another query, scope or reader.
   */
  sessions(query: SessionQuery, scope: ReadScope, reader?: string): Promise<SessionPage>;
  /** Every matching record, newest first, as the text of a file, piece by piece, without ever holding all of it. */
  exportSessions(
    filters: SessionFilters,
    scope: ReadScope,
    file: SessionFile,
    /** Told how many more records are in what comes next. */
    onRecords?: (more: number) => void,
  ): AsyncIterable<string | Uint8Array>;
  /** The teams whose sessions a reader may see, of those that have any, by name. */
  teams(scope: ReadScope): Promise<string[]>;
  /** Figures of the matching sessions, by the day of their creation. */
  statistics(query: StatisticsQuery, scope: ReadScope): Promise<Statistics>;
  /** The entries of every session that is not over, per session in order: what a broker that was killed left behind. */
  openSessions(): Promise<SessionEntry[][]>;
  /** Entries of no session (sign-ins, reads, users), newest first. */
  entries(options: { types?: readonly Entry['type'][]; before?: number; limit: number }): Promise<Entry[]>;
  /** The same newest first, page by page. @throws Refusal `request.invalid` for a cursor of another question or reader. */
  accessEntries(
    question: AccessQuestion,
    wish: AccessPageWish,
  ): Promise<{ items: AccessEntry[]; nextCursor?: string }>;
  /** Every matching entry of no session, newest first, in batches. */
  exportAccessEntries(question: AccessQuestion): AsyncIterable<AccessEntry[]>;
  /**
   * With `dryRun` only counts. Sessions that are not over or are held are never touched. What was deleted, a certificate
   * (`retention.deleted`) names in the same transaction. `stop` ends it early, after a step: the next one does the rest.
   * `begun` (ISO 8601; now by default): holds are judged by it, whatever the clock says later.
   */
  deleteDue(
    rules: readonly DeletionRule[],
    dryRun: boolean,
    stop?: AbortSignal,
    begun?: string,
  ): Promise<DeletionCount[]>;
  /** What will be due after each of `days` (fewest first), if nothing else happens. */
  countDue(rules: readonly DeletionRule[], days: readonly number[]): Promise<DueCount[]>;
  /** Deletion certificates, newest first. */
  certificates(options: {
    before?: number | undefined;
    limit: number;
  }): Promise<EntryOf<'retention.deleted'>[]>;
  health(): Promise<StoreHealth>;
  /** Waits for what was appended, checkpoints, closes. */
  close(): Promise<void>;
}
