import { v7 as uuid } from 'uuid';
import type { ConsistencyProof, InclusionProof, LogCheckpoint } from '../../../protocol/log-proof.ts';
import { ownTeamOf } from '../../../protocol/passing-fold.ts';
import type { LeafRange } from '../../../protocol/proof/tree-shape.ts';
import type { Entry, EntryOf, NewEntry, SessionEntry } from '../../../protocol/record.ts';
import type { SessionDocument } from '../../../protocol/session-fold.ts';
import type { SessionFilters, SessionPage, SessionQuery } from '../../../protocol/session-query.ts';
import type { SessionRecord } from '../../../protocol/session-record.ts';
import type { Statistics, StatisticsQuery } from '../../../protocol/statistics.ts';
import { instant } from '../../clock.ts';
import { Refusal } from '../../refusal.ts';
import { type RetentionPeriods, scheduleOf } from '../../settings/settings.ts';
import { openCursor, type Position, sealCursor } from '../cursor.ts';
import { aroundRecords, type SessionFile } from '../export/session-file.ts';
import { inSmallPieces } from '../export/small-pieces.ts';
import type {
  DeletionCount,
  DeletionRule,
  DueCount,
  ReadScope,
  RecordStore,
  SessionJoin,
  StoreHealth,
} from '../record-store.ts';
import { InDoubt } from '../recorder.ts';
import { type DeletedPart, withRetention } from '../session-retention.ts';
import type { ProvenSession, TransparencyLog } from '../transparency-log.ts';
import { AccessLogPages } from './access-log-pages.ts';
import { countDueAhead } from './due-counts.ts';
import { exportedPages } from './exported-pages.ts';
import type { AskedNow } from './session-matching.ts';
import { type Append, SqliteAccountStore } from './sqlite-account-store.ts';
import { StoreCondition } from './store-condition.ts';
import { type OnStep, StoreDeletions, type StoreDeletionsOptions } from './store-deletions.ts';
import { StoreThreads, type StoreThreadsOptions } from './store-threads.ts';
import { storedEntry } from './stored-entry.ts';
import { type EntryColumns, entryOf } from './tables.ts';
import type { Appended } from './write-operations.ts';

export interface SqliteStoreOptions extends StoreThreadsOptions {
  /** 32 bytes: seals cursors. */
  readonly cursorKey: Uint8Array;
  /** The periods in force, for each record's `deleteAfter`. */
  readonly periods: () => RetentionPeriods;
  /** As StoreDeletionsOptions says. */
  readonly onDeleted?: StoreDeletionsOptions['onDeleted'];
  readonly beforeRun?: StoreDeletionsOptions['beforeRun'];
  readonly onCorrected?: StoreDeletionsOptions['onCorrected'];
  readonly onDamaged?: StoreDeletionsOptions['onDamaged'];
}

/** @throws what the database says about a file that it cannot open (wrong key: "file is not a database"). */
export async function openSqliteStore(options: SqliteStoreOptions): Promise<SqliteRecordStore> {
  return new SqliteRecordStore(await StoreThreads.start(options), options);
}

/** The store as the main thread sees it: all work is done by its threads, and nothing here waits for a disk. */
export class SqliteRecordStore extends SqliteAccountStore implements RecordStore, TransparencyLog {
  readonly #accessLog: AccessLogPages;
  readonly #deletions: StoreDeletions;
  readonly #condition: StoreCondition;

  constructor(
    threads: StoreThreads,
    private readonly options: SqliteStoreOptions,
  ) {
    super(threads);
    const { clock, cursorKey, onDeleted, beforeRun, onCorrected, onDamaged } = options;
    this.#accessLog = new AccessLogPages(
      (...args) => threads.read('accessPage', ...args),
      (...args) => threads.readLong('provenAccessPage', ...args),
      cursorKey,
    );
    this.#condition = new StoreCondition(threads, options.file);
    const onCounted = (change: number) => this.#condition.counted(change);
    const told = { onDeleted, beforeRun, onCorrected, onDamaged, onCounted };
    this.#deletions = new StoreDeletions(threads, { clock, ...told });
  }

  async append(entries: readonly NewEntry[]): Promise<Entry[]> {
    if (entries.length === 0) return [];
    return this.appendBy(entries, (stored) => this.threads.commits.write('append', stored));
  }

  protected async appendBy(entries: readonly NewEntry[], write: Append): Promise<Entry[]> {
    const started = performance.now();
    const at = instant(this.options.clock);
    const stored = entries.map((entry) => storedEntry(entry, uuid(), at));
    const written = ({ first, numbering }: Appended): Entry[] => {
      this.#condition.counted(entries.length);
      return entries.map(
        (entry, index) =>
          ({ ...entry, ...numbering[index], id: stored[index]?.id, seq: first + index, at }) as Entry,
      );
    };
    try {
      const appended = await write(stored);
      this.#condition.took(performance.now() - started);
      return written(appended);
    } catch (error) {
      if (!(error instanceof InDoubt)) throw error;
      const fate: Promise<Appended | undefined> = error.fate;
      throw new InDoubt(fate.then((appended) => appended && written(appended)));
    }
  }

  async session(id: string, scope: ReadScope): Promise<{ record: SessionRecord; entries: SessionEntry[] }> {
    const { document, entries, deleted } = found(
      await this.threads.read('session', id, scope),
      'There is no such session.',
    );
    return { record: this.#record(document, deleted), entries: story(entries) };
  }

  joinOf(id: string): Promise<SessionJoin | undefined> {
    return this.threads.read('joinOf', id);
  }

  async sessions(query: SessionQuery, scope: ReadScope, reader = ''): Promise<SessionPage> {
    const { cursor, limit, sort, ...filters } = query;
    const { cursorKey } = this.options;
    const boundTo = { filters, sort, scope, reader };
    const after = cursor === undefined ? undefined : openCursor(cursorKey, cursor, boundTo);
    const { items, next, total } = await this.threads.read(
      'sessions',
      { filters: this.#now(filters), sort, limit, after },
      scope,
    );
    return {
      items,
      ...(next !== undefined && { nextCursor: sealCursor(cursorKey, next, boundTo) }),
      ...(total !== undefined && { total }),
    };
  }

  exportSessions(
    filters: SessionFilters,
    scope: ReadScope,
    file: SessionFile,
    onRecords?: (more: number) => void,
  ): AsyncIterable<string | Uint8Array> {
    let records = 0;
    const read = (after: Position | undefined) => {
      const question = { filters: this.#now(filters), scope, file, periods: this.options.periods(), after };
      return this.threads.readLong('exportPage', question);
    };
    const pages = exportedPages(read, (more) => {
      records += more;
      onRecords?.(more);
    });
    return inSmallPieces(aroundRecords(file, pages, () => records));
  }

  #now = (filters: SessionFilters): AskedNow => ({ ...filters, now: instant(this.options.clock) });

  async teams(scope: ReadScope): Promise<string[]> {
    if ('technicianId' in scope) return [];
    const teams = (await this.threads.read('teams')).filter((team) => team !== null);
    return 'teams' in scope ? teams.filter((team) => scope.teams.includes(team)) : teams;
  }

  statistics(query: StatisticsQuery, scope: ReadScope): Promise<Statistics> {
    return this.threads.readLong('statistics', query, scope, instant(this.options.clock));
  }

  async openSessions(): Promise<SessionEntry[][]> {
    return (await this.threads.read('openSessions')).map(story);
  }

  async entries(options: {
    types?: readonly Entry['type'][];
    before?: number;
    limit: number;
  }): Promise<Entry[]> {
    return (await this.threads.read('entries', options)).map(entryOf);
  }

  /** The keys (base64) that the log was signed with, one after the other; the last one signs now. */
  logKeys(): Promise<string[]> {
    return this.threads.read('logKeys');
  }

  /** From now on the entry `log.key-rotated` may name the key that is made from this seed: then it signs. */
  addSigningKey(seed: Uint8Array): Promise<void> {
    return this.threads.addSigningKey(seed);
  }

  async checkpoint(): Promise<LogCheckpoint> {
    return found(await this.threads.read('checkpoint'), 'The log is empty.');
  }

  signedAt(): Promise<string | undefined> {
    return this.threads.read('signedAt');
  }

  signedSince(size: number): Promise<string[]> {
    return this.threads.read('signedSince', size);
  }

  async inclusion(leaf: number, size?: number): Promise<InclusionProof> {
    return found(await this.threads.readLong('inclusion', leaf, size), 'The log has no such leaf.');
  }

  async consistency(from: number, to: number): Promise<ConsistencyProof> {
    return found(
      await this.threads.readLong('consistency', from, to),
      'The log has never had so many entries.',
    );
  }

  async provenSession(id: string, scope: ReadScope): Promise<ProvenSession> {
    return found(await this.threads.readLong('provenSession', id, scope), 'There is no such session.');
  }

  deleteDue(
    rules: readonly DeletionRule[],
    dryRun: boolean,
    stop?: AbortSignal,
    begun?: string,
  ): Promise<DeletionCount[]> {
    return this.#deletions.due(rules, dryRun, stop, begun);
  }

  /** Puts right rows of sessions that say without reason that these are not over, or are kept. */
  correctOverlooked(): Promise<void> {
    return this.#deletions.correctOverlooked();
  }

  /** Deletes entries by their leaves: what was deleted once and has come back with a restore. Answers which were there. */
  deleteLeaves(ranges: readonly LeafRange[], onStep?: OnStep): Promise<number[]> {
    return this.#deletions.leaves(ranges, onStep);
  }

  /** Nothing is forgotten meanwhile that was deleted: `work` reads the whole database. */
  whileReading<Result>(work: () => Promise<Result>): Promise<Result> {
    return this.#deletions.whileReading(work);
  }

  countDue(rules: readonly DeletionRule[], days: readonly number[]): Promise<DueCount[]> {
    return countDueAhead(rules, days, instant(this.options.clock), {
      teams: () => this.threads.readLong('teams'),
      countDueOf: (question) => this.threads.readLong('countDueOf', question),
    });
  }

  async certificates(options: { before?: number | undefined; limit: number }) {
    const rows = await this.threads.read('certificates', options.before, options.limit);
    return rows.map(entryOf) as EntryOf<'retention.deleted'>[];
  }

  /** Resolves when more can be written: then it is known of all that was asked before whether it stands. @throws Refusal */
  probe(): Promise<void> {
    return this.threads.commits.write('probe');
  }

  health(): Promise<StoreHealth> {
    return this.#condition.health();
  }

  /** What SQLite finds wrong with its file; reads all of it. */
  damage(): Promise<string[]> {
    return this.threads.readLong('damage');
  }

  close(): Promise<void> {
    return this.threads.close();
  }

  readonly accessEntries: RecordStore['accessEntries'] = (...args) => this.#accessLog.page(...args);
  readonly exportAccessEntries: RecordStore['exportAccessEntries'] = (question) =>
    this.#accessLog.all(question);
  readonly provenAccessEntries: TransparencyLog['provenAccessEntries'] = (question) =>
    this.#accessLog.proven(question);

  #record(document: string, deleted: readonly DeletedPart[]): SessionRecord {
    const parsed = JSON.parse(document) as SessionDocument;
    return withRetention(parsed, scheduleOf(this.options.periods(), ownTeamOf(parsed.record)), deleted);
  }
}

function found<Value>(value: Value | undefined, otherwise: string): Value {
  if (value === undefined) throw new Refusal('not-found', otherwise);
  return value;
}

const story = (rows: readonly EntryColumns[]): SessionEntry[] => rows.map(entryOf) as SessionEntry[];
