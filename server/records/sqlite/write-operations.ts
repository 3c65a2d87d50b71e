import type { LeafRange } from '../../../protocol/proof/tree-shape.ts';
import type { Numbering } from '../../../protocol/record.ts';
import { Refusal } from '../../refusal.ts';
import type { ApiKeyRow, SignInRow, SignInsEnded, UserRow } from '../account-store.ts';
import type { DeletionRule } from '../record-store.ts';
import { accountEffects } from './account-effects.ts';
import type { Connection } from './connection.ts';
import { type DeletionStep, deletion, type Spared } from './deletion.ts';
import { forgetting } from './forgetting.ts';
import { type DeletedLeaves, leafDeletion } from './leaf-deletion.ts';
import type { MerkleLog } from './merkle-log.ts';
import type { Team } from './rule-teams.ts';
import { savedViewWrites } from './saved-views.ts';
import { type FoldedEntry, SessionProjection } from './session-projection.ts';
import { numberedFields, type StoredEntry } from './stored-entry.ts';
import { entryOf } from './tables.ts';

/** What an append answers: the `seq` of its first entry (the others follow without a gap), and each one's place in its session. */
export interface Appended {
  readonly first: number;
  readonly numbering: readonly Numbering[];
  /** By what the entries say. */
  readonly signInsEnded: readonly SignInsEnded[];
}

/** Everything that writes. Each runs in a savepoint of the commit that it shares with others: all of it or nothing. */
export interface WriteOperations extends ReturnType<typeof savedViewWrites> {
  append(entries: readonly StoredEntry[]): Appended;
  deleteStep(
    rule: DeletionRule,
    teams: readonly Team[],
    at: string,
    forMs: number,
    passed?: readonly number[],
    begun?: string,
  ): DeletionStep;
  correctSessions(numbers: readonly number[], at: string): Spared;
  deleteLeavesStep(range: LeafRange, at: string): DeletedLeaves;
  /** The work that a deletion leaves: true when there is more of it. */
  forgetStep(): boolean;
  forgotten(): void;
  /** Writes and takes back as much as an append may need. */
  probe(): void;
  addUser(user: UserRow): void;
  setPassword(userId: string, passwordHash: string, entries: readonly StoredEntry[]): Appended;
  putSignIn(signIn: SignInRow): void;
  touchSignIn(id: string, lastUsedAt: string, expiresAt: string): void;
  bindSigningKey(id: string, signingKey: string): boolean;
  deleteSignIn(id: string): void;
  deleteExpiredSignIns(now: string): string[];
  addApiKey(key: ApiKeyRow): void;
}

export function writeOperations(connection: Connection, log: MerkleLog): WriteOperations {
  const record = recordOperations(connection, log);
  return {
    ...record,
    ...accountOperations(connection, record.append),
    ...savedViewWrites(connection),
  };
}

type RecordOperations = Pick<
  WriteOperations,
  'append' | 'deleteStep' | 'correctSessions' | 'deleteLeavesStep' | 'forgetStep' | 'forgotten' | 'probe'
>;

function recordOperations(connection: Connection, log: MerkleLog): RecordOperations {
  const projection = new SessionProjection(connection);
  const takeEffect = accountEffects(connection);
  const insert = connection.prepare(
    'INSERT INTO entries (seq, id, at, type, keep, session, fields, salt) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
  );
  const writeProbe = connection.prepare('INSERT INTO probe (bytes) VALUES (zeroblob(65536))');
  const takeBack = connection.prepare('DELETE FROM probe');

  const append = (entries: readonly StoredEntry[]): Appended => {
    const first = log.nextSeq;
    const parsed = entries.map((entry, index) => entryOf({ ...entry, seq: first + index }));
    const folded = projection.fold(entries, parsed);
    const signInsEnded: SignInsEnded[] = [];
    for (const [index, { id, at, type, keep, fields }] of entries.entries()) {
      const { seq, salt } = log.next();
      const { session, entry } = folded[index] as FoldedEntry;
      const text = session === null ? fields : numberedFields(fields, entry);
      insert.run(seq, id, at, type, keep, session, text, salt);
      log.add(salt, entry);
      const ended = takeEffect(entry);
      if (ended !== undefined) signInsEnded.push(ended);
      // From the checkpoint of this very commit on.
      if (entry.type === 'log.key-rotated') log.succeed(entry.previousKey, entry.key);
    }
    projection.sign(folded);
    return {
      first,
      numbering: folded.map(({ entry: { ordinal, follows } }) => ({
        ...(ordinal !== undefined && { ordinal }),
        ...(follows !== undefined && { follows }),
      })),
      signInsEnded,
    };
  };

  return {
    append,
    ...deletion(connection, log, projection, append),
    ...leafDeletion(connection, projection),
    ...forgetting(connection),
    probe() {
      writeProbe.run();
      takeBack.run();
    },
  };
}

function accountOperations(
  connection: Connection,
  append: WriteOperations['append'],
): Omit<WriteOperations, keyof RecordOperations | keyof ReturnType<typeof savedViewWrites>> {
  const addUser = connection.prepare(
    `INSERT INTO users (id, email, name, role, teams, password_hash, disabled, created_at)
     VALUES (@id, @email, @name, @role, @teams, @passwordHash, @disabled, @createdAt) ON CONFLICT (email) DO NOTHING`,
  );
  const setPassword = connection.prepare('UPDATE users SET password_hash = ? WHERE id = ?');
  const putSignIn = connection.prepare(
    `INSERT INTO sign_ins (id, user_id, created_at, last_used_at, expires_at, data)
     VALUES (@id, @userId, @createdAt, @lastUsedAt, @expiresAt, @data)
     ON CONFLICT (id) DO UPDATE SET user_id = excluded.user_id, last_used_at = excluded.last_used_at,
       expires_at = excluded.expires_at, data = excluded.data`,
  );
  const touchSignIn = connection.prepare('UPDATE sign_ins SET last_used_at = ?, expires_at = ? WHERE id = ?');
  const bindSigningKey = connection.prepare(
    `UPDATE sign_ins SET data = json_set(data, '$.signingKey', @signingKey)
     WHERE id = @id AND coalesce(data ->> '$.signingKey', @signingKey) = @signingKey`,
  );
  const deleteSignIn = connection.prepare('DELETE FROM sign_ins WHERE id = ?');
  const deleteExpired = connection
    .prepare<[string], string>('DELETE FROM sign_ins WHERE expires_at <= ? RETURNING id')
    .pluck();
  const addApiKey = connection.prepare(
    `INSERT INTO api_keys (id, user_id, name, key_hash, created_at, expires_at, revoked)
     SELECT @id, @userId, @name, @keyHash, @createdAt, @expiresAt, @revoked
     WHERE NOT EXISTS (SELECT 1 FROM users WHERE id = @userId AND disabled)`,
  );

  return {
    addUser(user) {
      const added = addUser.run({
        ...user,
        teams: JSON.stringify(user.teams),
        disabled: Number(user.disabled),
      });
      if (added.changes === 0) throw new Refusal('already-exists', `${user.email} has an account already.`);
    },
    setPassword(userId, passwordHash, entries) {
      if (setPassword.run(passwordHash, userId).changes === 0)
        throw new Refusal('not-found', 'There is no such user.');
      return append(entries);
    },
    putSignIn: (signIn) => {
      putSignIn.run(signIn);
    },
    touchSignIn: (id, lastUsedAt, expiresAt) => {
      touchSignIn.run(lastUsedAt, expiresAt, id);
    },
    bindSigningKey: (id, signingKey) => bindSigningKey.run({ id, signingKey }).changes > 0,
    deleteSignIn: (id) => {
      deleteSignIn.run(id);
    },
    deleteExpiredSignIns: (now) => deleteExpired.all(now),
    addApiKey: (key) => {
      if (addApiKey.run({ ...key, revoked: Number(key.revoked) }).changes === 0)
        throw new Refusal('not-found', 'There is no such user who may sign in.');
    },
  };
}
