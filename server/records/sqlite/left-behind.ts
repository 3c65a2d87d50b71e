import type { Refusal } from '../../refusal.ts';
import type { SignInsEnded } from '../account-store.ts';
import { type Committed, endedBy, type Write, type Written } from './commit.ts';
import type { Connection } from './connection.ts';
import { notKnown, unavailable } from './group-commit.ts';
import type { StoredCheckpoint } from './merkle-log.ts';
import type { StoredEntry } from './stored-entry.ts';
import { type EntryColumns, entryOf } from './tables.ts';
import type { Appended, WriteOperations } from './write-operations.ts';

/** What a writer that died before it could answer left of its commit, which was the last one. */
export function leftBehind(connection: Connection) {
  // A write adds no more than one entry to those that it was given.
  const last = connection.prepare<[number], EntryColumns>(
    'SELECT seq, id, at, type, fields FROM entries ORDER BY seq DESC LIMIT ?',
  );
  const signInOf = connection.prepare<[string]>('SELECT 1 FROM sign_ins WHERE user_id = ?');
  const newest = connection.prepare<[], StoredCheckpoint>(
    'SELECT size, note FROM checkpoints ORDER BY size DESC LIMIT 1',
  );
  /** Which ones its commit ended went with the writer; that it did shows in that none is left. */
  const signInsEndedBy = (row: EntryColumns): SignInsEnded[] => {
    const entry = entryOf(row);
    if (entry.type !== 'user.changed' || signInOf.get(entry.userId) !== undefined) return [];
    const { userId, disabled } = entry;
    return [{ signInIds: [], allOfUserId: userId, ...(disabled && { disabledUserId: userId }) }];
  };
  const stands = standing(connection);
  /** What a step of a deletion did stands in its certificate; what more there was to do, and whether it did it at all, went with the writer. */
  const fateOf = ({ name, args }: Write): Written => {
    const isDone = stands[name] as ((...args: readonly unknown[]) => boolean) | undefined;
    if (isDone === undefined) return refused(notKnown());
    return isDone(...args) ? { value: undefined } : refused(unavailable());
  };
  return (writes: readonly Write[]): Committed => {
    const given = writes.flatMap(entriesOf).length + writes.length;
    const rows = new Map(last.all(given).map((row) => [row.id, row]));
    const results = writes.map((write): Written => {
      if (!appends(write)) return fateOf(write);
      const standing = entriesOf(write).flatMap(({ id }) => rows.get(id) ?? []);
      if (standing.length === 0) return refused(unavailable());
      return { value: asAppended(standing, standing.flatMap(signInsEndedBy)) };
    });
    return { results, checkpoint: newest.get(), signInsEnded: results.flatMap(endedBy) };
  };
}

type Standing = {
  readonly [Name in keyof WriteOperations]?: (...args: Parameters<WriteOperations[Name]>) => boolean;
};

/** Whether the row that a write leaves is there. A key is shown once, and an account is made once: who asked wants to know. */
function standing(connection: Connection): Standing {
  const user = connection.prepare<[string]>('SELECT 1 FROM users WHERE id = ?');
  const apiKey = connection.prepare<[string]>('SELECT 1 FROM api_keys WHERE id = ?');
  const signIn = connection.prepare<[string]>('SELECT 1 FROM sign_ins WHERE id = ?');
  const signInAs = connection.prepare<[string, string, string]>(
    'SELECT 1 FROM sign_ins WHERE id = ? AND expires_at = ? AND data = ?',
  );
  return {
    addUser: ({ id }) => user.get(id) !== undefined,
    addApiKey: ({ id }) => apiKey.get(id) !== undefined,
    putSignIn: ({ id, expiresAt, data }) => signInAs.get(id, expiresAt, data) !== undefined,
    deleteSignIn: (id) => signIn.get(id) === undefined,
    // What it writes it takes back.
    probe: () => false,
  };
}

const appends = ({ name }: Write): boolean => name === 'append' || name === 'setPassword';

/** Of a write that appends. */
const entriesOf = ({ name, args }: Write): readonly StoredEntry[] => {
  if (name === 'append') return args[0] as readonly StoredEntry[];
  return name === 'setPassword' ? (args[2] as readonly StoredEntry[]) : [];
};

const asAppended = (rows: readonly EntryColumns[], signInsEnded: readonly SignInsEnded[]): Appended => ({
  first: Math.min(...rows.map(({ seq }) => seq)),
  numbering: rows.map((row) => {
    const { ordinal, follows } = entryOf(row);
    return { ...(ordinal !== undefined && { ordinal }), ...(follows !== undefined && { follows }) };
  }),
  signInsEnded,
});

const refused = ({ code, message, details }: Refusal): Written => ({ refusal: { code, message, details } });
