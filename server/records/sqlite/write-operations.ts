import { Refusal } from '../../refusal.ts';
import type { ApiKeyRow, SignInRow, UserRow } from '../account-store.ts';
import type { DeletionRule } from '../record-store.ts';
import type { Connection } from './connection.ts';
import { SessionProjection } from './session-projection.ts';
import type { StoredEntry } from './tables.ts';

/** What one step of a deletion removed; `more` when there is more to do. */
export interface DeletionStep {
  readonly entries: number;
  readonly sessions: number;
  readonly more: boolean;
}

/** Everything that writes. Each runs in a savepoint of the commit that it shares with others: all of it or nothing. */
export interface WriteOperations {
  /** Answers the `seq` of the first; the others follow without a gap. */
  append(entries: readonly StoredEntry[]): number;
  deleteStep(rule: DeletionRule): DeletionStep;
  probe(at: string): void;
  addUser(user: UserRow): void;
  changeUser(id: string, change: Partial<Omit<UserRow, 'id' | 'email' | 'createdAt'>>): void;
  putSignIn(signIn: SignInRow): void;
  touchSignIn(id: string, lastUsedAt: string, expiresAt: string): void;
  deleteSignIn(id: string): void;
  deleteSignInsOf(userId: string): string[];
  deleteExpiredSignIns(now: string): string[];
  addApiKey(key: ApiKeyRow): void;
  revokeApiKey(id: string): void;
}

/** How many sessions one step deletes: few enough that an append hardly waits for it. */
const SESSIONS_A_STEP = 20;
const ENTRIES_A_STEP = 500;

export function writeOperations(connection: Connection): WriteOperations {
  return { ...recordOperations(connection), ...accountOperations(connection) };
}

function recordOperations(connection: Connection): Pick<WriteOperations, 'append' | 'deleteStep' | 'probe'> {
  const projection = new SessionProjection(connection);
  const insert = connection.prepare(
    'INSERT INTO entries (id, at, type, keep, session, fields) VALUES (?, ?, ?, ?, ?, ?)',
  );
  const probe = connection.prepare(
    'INSERT INTO probe (one, at) VALUES (1, ?) ON CONFLICT (one) DO UPDATE SET at = excluded.at',
  );
  const sessionsOver = connection
    .prepare<[string, number], number>(
      'SELECT number FROM sessions WHERE ended_at < ? ORDER BY ended_at LIMIT ?',
    )
    .pluck();
  const sessionsThatForget = connection
    .prepare<[string, number], number>(
      'SELECT number FROM sessions WHERE forgets_early = 1 AND ended_at < ? ORDER BY ended_at LIMIT ?',
    )
    .pluck();
  const deleteEntries = connection.prepare('DELETE FROM entries WHERE session = ?');
  const deleteEntriesKept = connection.prepare('DELETE FROM entries WHERE session = ? AND keep = ?');
  const deleteAged = connection.prepare(
    `DELETE FROM entries WHERE seq IN
      (SELECT seq FROM entries WHERE session IS NULL AND keep = ? AND at < ? ORDER BY at LIMIT ?)`,
  );

  const steps: Record<DeletionRule['kind'], (rule: DeletionRule) => DeletionStep> = {
    'session-record': ({ before }) => {
      const numbers = sessionsOver.all(before, SESSIONS_A_STEP);
      let entries = 0;
      for (const number of numbers) {
        entries += deleteEntries.run(number).changes;
        projection.delete(number);
      }
      return { entries, sessions: numbers.length, more: numbers.length === SESSIONS_A_STEP };
    },
    'chat-and-file-names': ({ kind, before }) => {
      const numbers = sessionsThatForget.all(before, SESSIONS_A_STEP);
      let entries = 0;
      for (const number of numbers) {
        entries += deleteEntriesKept.run(number, kind).changes;
        projection.refold(number);
      }
      return { entries, sessions: numbers.length, more: numbers.length === SESSIONS_A_STEP };
    },
    'sign-in-log': (rule) => aged(rule),
    'access-log': (rule) => aged(rule),
  };
  const aged = ({ kind, before }: DeletionRule): DeletionStep => {
    const entries = deleteAged.run(kind, before, ENTRIES_A_STEP).changes;
    return { entries, sessions: 0, more: entries === ENTRIES_A_STEP };
  };

  return {
    append(entries) {
      const numbers = projection.fold(entries);
      const seqs = entries.map(({ id, at, type, keep, fields }, index) =>
        Number(insert.run(id, at, type, keep, numbers[index], fields).lastInsertRowid),
      );
      return seqs[0] ?? 0;
    },
    deleteStep: (rule) => steps[rule.kind](rule),
    probe: (at) => {
      probe.run(at);
    },
  };
}

function accountOperations(connection: Connection): Omit<WriteOperations, 'append' | 'deleteStep' | 'probe'> {
  const addUser = connection.prepare(
    `INSERT INTO users (id, email, name, role, teams, password_hash, disabled, created_at)
     VALUES (@id, @email, @name, @role, @teams, @passwordHash, @disabled, @createdAt) ON CONFLICT (email) DO NOTHING`,
  );
  const changeUser = connection.prepare(
    `UPDATE users SET name = coalesce(@name, name), role = coalesce(@role, role), teams = coalesce(@teams, teams),
       password_hash = coalesce(@passwordHash, password_hash), disabled = coalesce(@disabled, disabled)
     WHERE id = @id`,
  );
  const putSignIn = connection.prepare(
    `INSERT INTO sign_ins (id, user_id, created_at, last_used_at, expires_at, data)
     VALUES (@id, @userId, @createdAt, @lastUsedAt, @expiresAt, @data)
     ON CONFLICT (id) DO UPDATE SET user_id = excluded.user_id, last_used_at = excluded.last_used_at,
       expires_at = excluded.expires_at, data = excluded.data`,
  );
  const touchSignIn = connection.prepare('UPDATE sign_ins SET last_used_at = ?, expires_at = ? WHERE id = ?');
  const deleteSignIn = connection.prepare('DELETE FROM sign_ins WHERE id = ?');
  const deleteSignInsOf = connection
    .prepare<[string], string>('DELETE FROM sign_ins WHERE user_id = ? RETURNING id')
    .pluck();
  const deleteExpired = connection
    .prepare<[string], string>('DELETE FROM sign_ins WHERE expires_at <= ? RETURNING id')
    .pluck();
  const addApiKey = connection.prepare(
    `INSERT INTO api_keys (id, user_id, name, key_hash, created_at, expires_at, revoked)
     VALUES (@id, @userId, @name, @keyHash, @createdAt, @expiresAt, @revoked)`,
  );
  const revokeApiKey = connection.prepare('UPDATE api_keys SET revoked = 1 WHERE id = ?');

  return {
    addUser(user) {
      const added = addUser.run({
        ...user,
        teams: JSON.stringify(user.teams),
        disabled: Number(user.disabled),
      });
      if (added.changes === 0) throw new Refusal('already-exists', `${user.email} has an account already.`);
    },
    changeUser(id, change) {
      const changed = changeUser.run({
        id,
        name: change.name ?? null,
        role: change.role ?? null,
        teams: change.teams === undefined ? null : JSON.stringify(change.teams),
        passwordHash: change.passwordHash ?? null,
        disabled: change.disabled === undefined ? null : Number(change.disabled),
      });
      if (changed.changes === 0) throw new Refusal('not-found', 'There is no such user.');
    },
    putSignIn: (signIn) => {
      putSignIn.run(signIn);
    },
    touchSignIn: (id, lastUsedAt, expiresAt) => {
      touchSignIn.run(lastUsedAt, expiresAt, id);
    },
    deleteSignIn: (id) => {
      deleteSignIn.run(id);
    },
    deleteSignInsOf: (userId) => deleteSignInsOf.all(userId),
    deleteExpiredSignIns: (now) => deleteExpired.all(now),
    addApiKey: (key) => {
      addApiKey.run({ ...key, revoked: Number(key.revoked) });
    },
    revokeApiKey: (id) => {
      if (revokeApiKey.run(id).changes === 0) throw new Refusal('not-found', 'There is no such API key.');
    },
  };
}
