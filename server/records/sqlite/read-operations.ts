import type { ConsistencyProof, InclusionProof, LogCheckpoint } from '../../../protocol/log-proof.ts';
import type { Statistics, StatisticsQuery } from '../../../protocol/statistics.ts';
import type { ApiKeyRow, SignInRow, UserRow } from '../account-store.ts';
import type { Position } from '../cursor.ts';
import type { AccessQuestion, DeletionCount, DeletionRule, ReadScope, SessionJoin } from '../record-store.ts';
import type { DeletedPart } from '../session-retention.ts';
import type { ProvenSession } from '../transparency-log.ts';
import { type AccessEntriesPage, AccessLog, type ProvenAccessPage } from './access-log.ts';
import type { Connection } from './connection.ts';
import { countDue } from './due.ts';
import { countDueOf, type DueFigures, type DueQuestion } from './due-counts.ts';
import { type HouseEntries, houseEntries } from './house-entries.ts';
import { LogReads } from './log-reads.ts';
import { damageOf } from './quick-check.ts';
import { type Team, teamsIn } from './rule-teams.ts';
import { savedViewReads } from './saved-views.ts';
import { type ExportPage, type ExportQuestion, SessionExport } from './session-export.ts';
import { type LogPage, type LogQuery, SessionLog } from './session-log.ts';
import { sizeBy } from './size-by.ts';
import { SessionStatistics } from './statistics.ts';
import { ENTRY, type EntryColumns } from './tables.ts';
import { ToldRows } from './told-rows.ts';

/** Everything that reads. Documents and entries cross threads as the JSON text they are stored as. */
export interface ReadOperations extends ReturnType<typeof savedViewReads>, HouseEntries {
  session(
    id: string,
    scope: ReadScope,
  ): { document: string; entries: EntryColumns[]; deleted: DeletedPart[] } | undefined;
  joinOf(id: string): SessionJoin | undefined;
  sessions(query: LogQuery, scope: ReadScope): LogPage;
  exportPage(question: ExportQuestion): ExportPage;
  statistics(query: StatisticsQuery, scope: ReadScope, now: string): Statistics;
  openSessions(): EntryColumns[][];
  checkpoint(): LogCheckpoint | undefined;
  logKeys(): string[];
  signedAt(): string | undefined;
  signedSince(size: number): string[];
  inclusion(leaf: number, size: number | undefined): InclusionProof | undefined;
  consistency(from: number, to: number): ConsistencyProof | undefined;
  provenSession(id: string, scope: ReadScope): ProvenSession | undefined;
  accessPage(question: AccessQuestion, after: Position | undefined, limit: number): AccessEntriesPage;
  provenAccessPage(question: AccessQuestion, after: Position | undefined, limit: number): ProvenAccessPage;
  countEntries(): number;
  /** Whether a deletion has left something to do. */
  hasUnfinished(): boolean;
  countDue(rules: readonly DeletionRule[], at: string): DeletionCount[];
  countDueOf(question: DueQuestion): DueFigures;
  teams(): Team[];
  /** Numbers of sessions; see ToldRows. */
  overlooked(at: string): number[];
  damage(): string[];
  user(id: string): UserRow | undefined;
  userByEmail(email: string): UserRow | undefined;
  users(): UserRow[];
  signIn(id: string): SignInRow | undefined;
  signInsOf(userId: string): string[];
  apiKeyByHash(keyHash: string): ApiKeyRow | undefined;
  apiKeys(userId: string): ApiKeyRow[];
}

const USER = 'id, email, name, role, teams, password_hash AS passwordHash, disabled, created_at AS createdAt';
const API_KEY =
  'id, user_id AS userId, name, key_hash AS keyHash, created_at AS createdAt, expires_at AS expiresAt, revoked';

export function readOperations(connection: Connection): ReadOperations {
  return { ...recordReads(connection), ...accountReads(connection), ...savedViewReads(connection) };
}

function recordReads(
  connection: Connection,
): Omit<ReadOperations, keyof ReturnType<typeof accountReads> | keyof ReturnType<typeof savedViewReads>> {
  const log = new SessionLog(connection);
  const proofs = new LogReads(connection);
  const exported = new SessionExport(log, proofs);
  const accessLog = new AccessLog(connection);
  const statistics = new SessionStatistics(connection);
  const entriesOf = connection.prepare<[number], EntryColumns>(
    `SELECT ${ENTRY} FROM entries WHERE session = ? ORDER BY seq`,
  );
  const join = connection.prepare<[string], { agentTokenHash: string; isOver: number }>(
    `SELECT fields ->> '$.agentTokenHash' AS agentTokenHash, ended_at IS NOT NULL AS isOver
     FROM sessions JOIN entries ON session = number
     WHERE sessions.id = ? AND type IN ('session.joined', 'agent.handed-over') ORDER BY seq DESC LIMIT 1`,
  );
  const deletedParts = connection.prepare<[number], DeletedPart>(
    `SELECT kind, deleted_at AS deletedAt FROM session_parts WHERE session = ? AND deleted_at IS NOT NULL`,
  );
  const notOver = connection
    .prepare<[], number>('SELECT number FROM sessions WHERE ended_at IS NULL ORDER BY number')
    .pluck();
  const rows = new ToldRows(connection);
  const sizeOf = sizeBy(connection);
  const unfinished = connection.prepare('SELECT 1 FROM unfinished');
  const count = connection.prepare<[], number>('SELECT count(*) FROM entries').pluck();
  // One snapshot for what is read by several statements.
  const snapshot = <Args extends unknown[], Result>(read: (...args: Args) => Result) =>
    connection.transaction(read) as (...args: Args) => Result;

  return {
    ...houseEntries(connection),
    session: snapshot((id, scope) => {
      const found = log.document(id, scope);
      const { number, document } = found ?? {};
      if (number === undefined || document === undefined) return undefined;
      return { document, entries: entriesOf.all(number), deleted: deletedParts.all(number) };
    }),
    joinOf(id) {
      const found = join.get(id);
      return found && { ...found, isOver: found.isOver === 1 };
    },
    sessions: snapshot((query, scope) => log.page(query, scope)),
    exportPage: snapshot((question) => exported.page(question)),
    checkpoint: snapshot(() => proofs.checkpoint()),
    logKeys: () => proofs.logKeys(),
    signedAt: snapshot(() => proofs.signedAt()),
    signedSince: snapshot((size) => proofs.signedSince(size)),
    inclusion: snapshot((leaf, size) => proofs.inclusion(leaf, size)),
    consistency: snapshot((from, to) => proofs.consistency(from, to)),
    provenSession: snapshot((id, scope) => {
      const found = log.document(id, scope);
      return found && proofs.provenSession(found.number);
    }),
    statistics: snapshot((...args) => statistics.of(...args)),
    openSessions: snapshot(() => notOver.all().map((number) => entriesOf.all(number))),
    accessPage: (...args) => accessLog.page(...args),
    provenAccessPage: snapshot((...args) => {
      const { rows, next } = accessLog.page(...args);
      return { proven: proofs.provenEntries(rows.map(({ seq }) => seq)), next };
    }),
    damage: () => damageOf(connection),
    countEntries: () => count.get() ?? 0,
    hasUnfinished: () => unfinished.get() !== undefined,
    countDue: snapshot((rules, at) => countDue(connection, rules, at)),
    countDueOf: (question) => countDueOf(connection, sizeOf, question),
    teams: () => teamsIn(connection),
    overlooked: snapshot((at) => rows.overlooked(at)),
  };
}

function accountReads(connection: Connection) {
  const userById = connection.prepare<[string], StoredUser>(`SELECT ${USER} FROM users WHERE id = ?`);
  const userByEmail = connection.prepare<[string], StoredUser>(`SELECT ${USER} FROM users WHERE email = ?`);
  const users = connection.prepare<[], StoredUser>(`SELECT ${USER} FROM users ORDER BY email`);
  const signIn = connection.prepare<[string], SignInRow>(
    `SELECT id, user_id AS userId, created_at AS createdAt, last_used_at AS lastUsedAt, expires_at AS expiresAt, data
     FROM sign_ins WHERE id = ?`,
  );
  const signInsOf = connection.prepare<[string], string>('SELECT id FROM sign_ins WHERE user_id = ?').pluck();
  const keyByHash = connection.prepare<[string], StoredKey>(
    `SELECT ${API_KEY} FROM api_keys WHERE key_hash = ?`,
  );
  const keysOf = connection.prepare<[string], StoredKey>(
    `SELECT ${API_KEY} FROM api_keys WHERE user_id = ? ORDER BY created_at`,
  );
  return {
    user: (id: string) => userOf(userById.get(id)),
    userByEmail: (email: string) => userOf(userByEmail.get(email)),
    users: () => users.all().map((row) => userOf(row) as UserRow),
    signIn: (id: string) => signIn.get(id),
    signInsOf: (userId: string) => signInsOf.all(userId),
    apiKeyByHash: (keyHash: string) => keyOf(keyByHash.get(keyHash)),
    apiKeys: (userId: string) => keysOf.all(userId).map((row) => keyOf(row) as ApiKeyRow),
  };
}

type StoredUser = Omit<UserRow, 'teams' | 'disabled'> & { teams: string; disabled: number };
type StoredKey = Omit<ApiKeyRow, 'revoked'> & { revoked: number };

const userOf = (row: StoredUser | undefined): UserRow | undefined =>
  row && { ...row, teams: JSON.parse(row.teams), disabled: row.disabled === 1 };
const keyOf = (row: StoredKey | undefined): ApiKeyRow | undefined =>
  row && { ...row, revoked: row.revoked === 1 };
