import { mkdir, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { v7 as uuid } from 'uuid';
import type { ConsistencyProof, InclusionProof, LogCheckpoint } from '../../../protocol/log-proof.ts';
import type { LeafRange } from '../../../protocol/proof/tree-shape.ts';
import type { Entry, EntryOf, NewEntry, SessionEntry } from '../../../protocol/record.ts';
import type { SessionDocument } from '../../../protocol/session-fold.ts';
import type { SessionFilters, SessionPage, SessionQuery } from '../../../protocol/session-query.ts';
import type { SessionRecord } from '../../../protocol/session-record.ts';
import type { Statistics, StatisticsQuery } from '../../../protocol/statistics.ts';
import type { Clock } from '../../clock.ts';
import { instant } from '../../clock.ts';
import { syncFolder } from '../../durable-file.ts';
import { Refusal } from '../../refusal.ts';
import type { RetentionSchedule } from '../../settings/retention-schedule.ts';
import type { AccountStore } from '../account-store.ts';
import { openCursor, type Position, sealCursor } from '../cursor.ts';
import type { Deletion } from '../deletion-ledger.ts';
import type {
  DeletionCount,
  DeletionRule,
  DueCount,
  ReadScope,
  RecordStore,
  StoreHealth,
} from '../record-store.ts';
import { type DeletedPart, withRetention } from '../session-retention.ts';
import type { ProvenSession, TransparencyLog } from '../transparency-log.ts';
import { AccessLogPages } from './access-log-pages.ts';
import type { Committed, Write } from './commit.ts';
import type { FileOptions } from './connection.ts';
import { type CommitLimits, DEFAULT_LIMITS, GroupCommit, unavailable } from './group-commit.ts';
import type { StoredCheckpoint } from './merkle-log.ts';
import type { ReadOperations } from './read-operations.ts';
import { inOrder, type Team, teamsOf } from './rule-teams.ts';
import { StepPace } from './step-pace.ts';
import type { StoreWorkerData, WriterThread } from './store-worker.ts';
import { storedEntry } from './stored-entry.ts';
import { type EntryColumns, entryOf } from './tables.ts';
import { Thread, ThreadGone } from './thread.ts';

export interface SqliteStoreOptions extends FileOptions {
  /** 32 bytes: seals cursors. */
  readonly cursorKey: Uint8Array;
  /** 32 bytes: what the key that signs the log is made from. */
  readonly signingSeed: Uint8Array;
  /** Of keys that come after it, where a rotation was cut off. */
  readonly nextSigningSeeds?: readonly Uint8Array[];
  /** Keys (base64) that these succeed, though the log does not say so yet: it was restored from before. */
  readonly predecessors?: readonly string[];
  readonly clock: Clock;
  /** The schedule in force for a team's sessions, for each record's `deleteAfter`. */
  readonly schedule: (team?: string) => RetentionSchedule;
  readonly limits?: Partial<CommitLimits>;
  /** Told of each new checkpoint once it is durable. */
  readonly onCheckpoint?: (checkpoint: StoredCheckpoint) => void;
  /**
   * Told of each step of a deletion once it is durable; the next step waits for the answer. After a crash in between only
   * the step's certificate tells of it (settle-deletion-ledger.ts).
   */
  readonly onDeleted?: (deletion: Deletion) => Promise<void> | void;
  /** A thread of the store ended unexpectedly; it is being started again. */
  readonly onDeath?: (error: Error) => void;
}

const WORKER = new URL('./store-worker.mjs', import.meta.url);
const RESTART_DELAY_MS = 500;
const DURATIONS_KEPT = 1000;
const EXPORTED_TOGETHER = 100;

type Reader = Thread<ReadOperations & { close(): void }>;

/** @throws what the database says about a file that it cannot open (wrong key: "file is not a database"). */
export async function openSqliteStore(options: SqliteStoreOptions): Promise<SqliteRecordStore> {
  await mkdir(dirname(options.file), { recursive: true, mode: 0o700 });
  const start = <Api extends object>(role: StoreWorkerData['role']) => {
    const { file, key, maxPages, signingSeed, nextSigningSeeds, predecessors } = options;
    const signing = role === 'writer' && { signingSeed, nextSigningSeeds, predecessors };
    return new Thread<Api & { close(): void }>(
      WORKER,
      { role, file, key, maxPages, ...signing } satisfies StoreWorkerData,
      {
        restartDelayMs: RESTART_DELAY_MS,
        onDeath: options.onDeath ?? (() => {}),
      },
    );
  };
  const writer = start<WriterThread>('writer');
  const reader = start<ReadOperations>('reader');
  try {
    await Promise.all([writer.ready(), reader.ready()]);
    await syncFolder(dirname(options.file));
  } catch (error) {
    await Promise.all([writer.kill(), reader.kill()]);
    throw error;
  }
  return new SqliteRecordStore(options, writer, reader, () => start<ReadOperations>('reader'));
}

/** The store as the main thread sees it: all work is done by its threads, and nothing here waits for a disk. */
export class SqliteRecordStore implements RecordStore, TransparencyLog, AccountStore {
  readonly #commits: GroupCommit;
  readonly #accessLog: AccessLogPages;
  #longReader: Reader | undefined;
  #durations: number[] = [];
  /** How many entries there are: counted once, then kept up. */
  #entries: number | undefined;
  #reading: Promise<unknown> = Promise.resolve();
  #nextSigningSeeds: readonly Uint8Array[];

  constructor(
    private readonly options: SqliteStoreOptions,
    private readonly writer: Thread<WriterThread>,
    private readonly reader: Reader,
    /** For what takes a while, so that nobody who lists waits for it; started when it is first needed. */
    private readonly startLongReader: () => Reader,
  ) {
    this.#accessLog = new AccessLogPages((...args) => this.#read('accessPage', ...args), options.cursorKey);
    this.#nextSigningSeeds = options.nextSigningSeeds ?? [];
    this.#commits = new GroupCommit((writes) => this.#commit(writes), {
      ...DEFAULT_LIMITS,
      ...options.limits,
    });
  }

  async append(entries: readonly NewEntry[]): Promise<Entry[]> {
    if (entries.length === 0) return [];
    const started = performance.now();
    const at = instant(this.options.clock);
    const stored = entries.map((entry) => storedEntry(entry, uuid(), at));
    const { first, numbering } = await this.#commits.write('append', stored);
    this.#took(performance.now() - started);
    this.#counted(entries.length);
    return entries.map(
      (entry, index) =>
        ({ ...entry, ...numbering[index], id: stored[index]?.id, seq: first + index, at }) as Entry,
    );
  }

  async session(id: string, scope: ReadScope): Promise<{ record: SessionRecord; entries: SessionEntry[] }> {
    const { document, entries, deleted } = found(
      await this.#read('session', id, scope),
      'There is no such session.',
    );
    return { record: this.#record(document, deleted), entries: story(entries) };
  }

  async sessions(query: SessionQuery, scope: ReadScope, reader = ''): Promise<SessionPage> {
    const { cursor, limit, sort, ...filters } = query;
    const { cursorKey } = this.options;
    const boundTo = { filters, sort, scope, reader };
    const after = cursor === undefined ? undefined : openCursor(cursorKey, cursor, boundTo);
    const { items, next, total } = await this.#read('sessions', { filters, sort, limit, after }, scope);
    return {
      items,
      ...(next !== undefined && { nextCursor: sealCursor(cursorKey, next, boundTo) }),
      ...(total !== undefined && { total }),
    };
  }

  async *exportSessions(filters: SessionFilters, scope: ReadScope): AsyncIterable<SessionRecord[]> {
    let after: Position | undefined;
    do {
      const { documents, next } = await this.#readLong(
        'exportPage',
        filters,
        scope,
        after,
        EXPORTED_TOGETHER,
      );
      if (documents.length > 0) yield documents.map((document) => this.#record(document));
      after = next;
    } while (after !== undefined);
  }

  statistics(query: StatisticsQuery, scope: ReadScope): Promise<Statistics> {
    return this.#readLong('statistics', query, scope);
  }

  async openSessions(): Promise<SessionEntry[][]> {
    return (await this.#read('openSessions')).map(story);
  }

  async entries(options: {
    types?: readonly Entry['type'][];
    before?: number;
    limit: number;
  }): Promise<Entry[]> {
    return (await this.#read('entries', options)).map(entryOf);
  }

  /** The keys (base64) that the log was signed with, one after the other; the last one signs now. */
  logKeys(): Promise<string[]> {
    return this.#read('logKeys');
  }

  /** From now on the entry `log.key-rotated` may name the key that is made from this seed: then it signs. */
  async addSigningKey(seed: Uint8Array): Promise<void> {
    this.#nextSigningSeeds = [...this.#nextSigningSeeds, seed];
    this.writer.startWith({ nextSigningSeeds: this.#nextSigningSeeds });
    await this.writer.call('addSigningKey', seed);
  }

  async checkpoint(): Promise<LogCheckpoint> {
    return found(await this.#read('checkpoint'), 'The log is empty.');
  }

  signedAt(): Promise<string | undefined> {
    return this.#read('signedAt');
  }

  async inclusion(leaf: number, size?: number): Promise<InclusionProof> {
    return found(await this.#read('inclusion', leaf, size), 'The log has no such leaf.');
  }

  async consistency(from: number, to: number): Promise<ConsistencyProof> {
    return found(await this.#read('consistency', from, to), 'The log has never had so many entries.');
  }

  async provenSession(id: string, scope: ReadScope): Promise<ProvenSession> {
    return found(await this.#read('provenSession', id, scope), 'There is no such session.');
  }

  async deleteDue(rules: readonly DeletionRule[], dryRun: boolean): Promise<DeletionCount[]> {
    if (dryRun) return this.#read('countDue', rules, instant(this.options.clock));
    const teams = await this.#read('teams');
    const counts: DeletionCount[] = [];
    for (const rule of inOrder(rules)) counts.push(await this.#deleteRule(rule, teamsOf(rule, rules, teams)));
    await this.#forget();
    return counts;
  }

  /** Deletes entries by their leaves: what was deleted once and has come back with a restore. Answers which were there. */
  async deleteLeaves(ranges: readonly LeafRange[]): Promise<number[]> {
    const deleted: number[] = [];
    for (const range of ranges)
      for (let more = true; more; ) {
        const step = await this.#commits.write('deleteLeavesStep', range, instant(this.options.clock));
        for (const leaf of step.leaves) deleted.push(leaf);
        more = step.more;
      }
    this.#counted(-deleted.length);
    await this.#forget();
    return deleted.sort((a, b) => a - b);
  }

  /** The WAL cannot be emptied while somebody reads the whole database: what was deleted is forgotten behind it. */
  async whileReading<Result>(work: () => Promise<Result>): Promise<Result> {
    const reading = work();
    this.#reading = reading.catch(() => {});
    return reading;
  }

  countDue(rules: readonly DeletionRule[], days: readonly number[]): Promise<DueCount[]> {
    return this.#read('countDueAfter', rules, days, instant(this.options.clock));
  }

  async certificates(options: { before?: number | undefined; limit: number }) {
    const rows = await this.#read('certificates', options.before, options.limit);
    return rows.map(entryOf) as EntryOf<'retention.deleted'>[];
  }

  async health(): Promise<StoreHealth> {
    // Only a failed store is probed by a write of its own: appends themselves tell of a good one.
    if (this.#commits.failure !== undefined && this.writer.alive)
      await this.#commits.write('probe').catch(() => {});
    const reason = this.writer.alive
      ? this.reader.alive
        ? this.#commits.failure
        : 'the reading thread is gone'
      : 'the writing thread is gone';
    const [disk, entries] = await Promise.all([statfs(dirname(this.options.file)), this.#countEntries()]);
    return {
      writable: reason === undefined,
      ...(reason !== undefined && { reason }),
      freeBytes: disk.bavail * disk.bsize,
      entries,
      appendMs: [...this.#durations],
    };
  }

  async close(): Promise<void> {
    await this.#commits.drained();
    await Promise.all([this.reader.close(), this.#longReader?.close()]);
    await this.writer.close();
  }

  readonly accessEntries: RecordStore['accessEntries'] = (...args) => this.#accessLog.page(...args);
  readonly exportAccessEntries: RecordStore['exportAccessEntries'] = (question) =>
    this.#accessLog.all(question);

  readonly addUser: AccountStore['addUser'] = (user) => this.#commits.write('addUser', user);
  readonly changeUser: AccountStore['changeUser'] = (id, change) =>
    this.#commits.write('changeUser', id, change);
  readonly user: AccountStore['user'] = (id) => this.#read('user', id);
  readonly userByEmail: AccountStore['userByEmail'] = (email) => this.#read('userByEmail', email);
  readonly users: AccountStore['users'] = () => this.#read('users');
  readonly putSignIn: AccountStore['putSignIn'] = (signIn) => this.#commits.write('putSignIn', signIn);
  readonly signIn: AccountStore['signIn'] = (id) => this.#read('signIn', id);
  readonly touchSignIn: AccountStore['touchSignIn'] = (...args) =>
    this.#commits.write('touchSignIn', ...args);
  readonly bindSigningKey: AccountStore['bindSigningKey'] = (...args) =>
    this.#commits.write('bindSigningKey', ...args);
  readonly deleteSignIn: AccountStore['deleteSignIn'] = (id) => this.#commits.write('deleteSignIn', id);
  readonly deleteSignInsOf: AccountStore['deleteSignInsOf'] = (userId) =>
    this.#commits.write('deleteSignInsOf', userId);
  readonly deleteExpiredSignIns: AccountStore['deleteExpiredSignIns'] = (now) =>
    this.#commits.write('deleteExpiredSignIns', now);
  readonly addApiKey: AccountStore['addApiKey'] = (key) => this.#commits.write('addApiKey', key);
  readonly apiKeyByHash: AccountStore['apiKeyByHash'] = (keyHash) => this.#read('apiKeyByHash', keyHash);
  readonly revokeApiKey: AccountStore['revokeApiKey'] = (id) => this.#commits.write('revokeApiKey', id);
  readonly apiKeys: AccountStore['apiKeys'] = (userId) => this.#read('apiKeys', userId);

  async #commit(writes: readonly Write[]): Promise<Committed> {
    const committed = await this.writer.call('commit', writes, instant(this.options.clock));
    if (committed.checkpoint !== undefined) this.options.onCheckpoint?.(committed.checkpoint);
    return committed;
  }

  readonly savedViews: AccountStore['savedViews'] = (userId) => this.#read('savedViews', userId);
  readonly putSavedView: AccountStore['putSavedView'] = (...args) =>
    this.#commits.write('putSavedView', ...args);
  readonly deleteSavedView: AccountStore['deleteSavedView'] = (...args) =>
    this.#commits.write('deleteSavedView', ...args);

  #read<Name extends keyof ReadOperations>(name: Name, ...args: Parameters<ReadOperations[Name]>) {
    return this.#readOn(this.reader, name, args);
  }

  async #readLong<Name extends keyof ReadOperations>(name: Name, ...args: Parameters<ReadOperations[Name]>) {
    this.#longReader ??= this.startLongReader();
    await this.#longReader.ready();
    return this.#readOn(this.#longReader, name, args);
  }

  async #readOn<Name extends keyof ReadOperations>(
    thread: Thread<ReadOperations>,
    name: Name,
    args: Parameters<ReadOperations[Name]>,
  ) {
    try {
      return (await thread.call(name, ...(args as never))) as ReturnType<ReadOperations[Name]>;
    } catch (error) {
      if (error instanceof ThreadGone) throw unavailable();
      throw error;
    }
  }

  /** In steps, so that appends pass between them. */
  async #deleteRule(rule: DeletionRule, teams: readonly Team[]): Promise<DeletionCount> {
    let entries = 0;
    let sessions = 0;
    const pace = new StepPace();
    const asked = () => this.#commits.asked;
    for (let more = true; more; ) {
      const at = instant(this.options.clock);
      const step = await pace.step(asked, (forMs) =>
        this.#commits.write('deleteStep', rule, teams, at, forMs),
      );
      entries += step.entries;
      sessions += step.sessions;
      more = step.more;
      if (step.leaves === '') continue;
      // One entry more: the certificate.
      this.#counted(1 - step.entries);
      await this.options.onDeleted?.({ at, rule: rule.kind, leaves: step.leaves });
    }
    return { ...rule, entries, sessions };
  }

  /** 0 while nobody can tell. */
  async #countEntries(): Promise<number> {
    if (this.#entries === undefined) {
      const counted = await this.#read('countEntries').catch(() => undefined);
      this.#entries ??= counted;
    }
    return this.#entries ?? 0;
  }

  #counted(change: number): void {
    if (this.#entries !== undefined) this.#entries += change;
  }

  /** Takes what was deleted out of the word index and the WAL; also what a deletion left that was interrupted. */
  async #forget(): Promise<void> {
    if (!(await this.#read('hasUnfinished'))) return;
    while (await this.#commits.write('forgetStep'));
    await this.#reading;
    // A reader may be in the way for a moment.
    for (let tries = 0; !(await this.writer.call('truncateLog')); tries += 1) {
      if (tries === 100) throw new Error('the write-ahead log could not be emptied of what was deleted');
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    await this.#commits.write('forgotten');
  }

  #record(document: string, deleted?: readonly DeletedPart[]): SessionRecord {
    const parsed = JSON.parse(document) as SessionDocument;
    return withRetention(parsed, this.options.schedule(parsed.record.technician.team), deleted);
  }

  #took(ms: number): void {
    this.#durations.push(ms);
    if (this.#durations.length > DURATIONS_KEPT * 2) this.#durations = this.#durations.slice(-DURATIONS_KEPT);
  }
}

function found<Value>(value: Value | undefined, otherwise: string): Value {
  if (value === undefined) throw new Refusal('not-found', otherwise);
  return value;
}

const story = (rows: readonly EntryColumns[]): SessionEntry[] => rows.map(entryOf) as SessionEntry[];
