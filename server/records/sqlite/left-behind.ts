import type { SignInsEnded } from '../account-store.ts';
import { type Committed, endedBy, type Write, type Written } from './commit.ts';
import type { Connection } from './connection.ts';
import { unavailable } from './group-commit.ts';
import type { StoredCheckpoint } from './merkle-log.ts';
import type { StoredEntry } from './stored-entry.ts';
import { type EntryColumns, entryOf } from './tables.ts';
import type { Appended } from './write-operations.ts';

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
  return (writes: readonly Write[]): Committed => {
    const given = writes.flatMap(entriesOf).length + writes.length;
    const rows = new Map(last.all(given).map((row) => [row.id, row]));
    const results = writes.map((write): Written => {
      const standing = entriesOf(write).flatMap(({ id }) => rows.get(id) ?? []);
      if (standing.length === 0) return notDone();
      return { value: asAppended(standing, standing.flatMap(signInsEndedBy)) };
    });
    return { results, checkpoint: newest.get(), signInsEnded: results.flatMap(endedBy) };
  };
}

/** Of a write that appends. What others did, nobody can tell: they do no harm when they are done again. */
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

function notDone(): Written {
  const { code, message, details } = unavailable();
  return { refusal: { code, message, details } };
}
