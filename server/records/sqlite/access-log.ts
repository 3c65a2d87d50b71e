import { RECORD_TYPES, type RecordType } from '../../../protocol/record.ts';
import type { Position } from '../cursor.ts';
import type { AccessQuestion } from '../record-store.ts';
import { join, type Sql, sql, textOf } from '../sql.ts';
import type { ProvenEntries } from '../transparency-log.ts';
import type { Connection } from './connection.ts';
import type { EntryColumns } from './tables.ts';

/** An entry of no session, and of which session it speaks when that is still there. */
export interface AccessColumns extends EntryColumns {
  readonly technician: string | null;
  readonly contact: string | null;
  /** JSON: what was typed, of a question whose words are still kept. */
  readonly words: string | null;
}

export interface AccessEntriesPage {
  readonly rows: AccessColumns[];
  /** Absent on the last page. */
  readonly next: Position | undefined;
}

export interface ProvenAccessPage {
  /** Absent while nothing was ever logged. */
  readonly proven: ProvenEntries | undefined;
  readonly next: Position | undefined;
}

/** Fields that an index of migrations.ts is made on. The text must be the index's own, or SQLite does not use it. */
const INDEXED = {
  userId: { field: sql`fields ->> '$.userId'`, index: sql`entries_by_user` },
  by: { field: sql`fields ->> '$.by'`, index: sql`entries_by_author` },
  email: { field: sql`fields ->> '$.email'`, index: sql`entries_by_email` },
  sessionId: { field: sql`fields ->> '$.sessionId'`, index: sql`entries_about_session` },
  receiptOf: { field: sql`fields ->> '$.receiptOf'`, index: sql`entries_about_receipt` },
} as const;
const BY_TYPE = sql`entries_by_type`;

/**
 * Entries of no session, newest first. Each type is read by an index of its own as far as the page needs, and the pages
 * are merged: however rare what is asked for, nothing else is walked through.
 */
export class AccessLog {
  constructor(private readonly connection: Connection) {}

  page(question: AccessQuestion, after: Position | undefined, limit: number): AccessEntriesPage {
    const runs = runsOf(question, after, limit + 1);
    if (runs.length === 0) return { rows: [], next: undefined };
    // UNION: an entry may be found by two of its fields.
    // Words are written with their question in one append, directly before it.
    const found = sql`SELECT found.*, sessions.technician, sessions.contact, worded.fields ->> '$.words' AS words
      FROM (${join(runs, ' UNION ')} ORDER BY at DESC, seq DESC LIMIT ${limit + 1}) AS found
      LEFT JOIN sessions ON sessions.id = coalesce(found.fields ->> '$.sessionId', found.fields ->> '$.receiptOf')
      LEFT JOIN entries AS worded ON worded.seq = found.seq - 1 AND worded.type = 'question.worded'
        AND worded.fields ->> '$.questionId' = found.fields ->> '$.questionId'
      ORDER BY found.at DESC, found.seq DESC`;
    const rows = this.connection
      .prepare<unknown[], AccessColumns>(textOf(found, () => '?'))
      .all(...found.values);
    const shown = rows.slice(0, limit);
    const last = rows.length > limit ? shown.at(-1) : undefined;
    return { rows: shown, next: last && { value: last.at, number: last.seq } };
  }
}

/** One walk along one index for each type, and for each field that may name the person. */
function runsOf(question: AccessQuestion, after: Position | undefined, limit: number): Sql[] {
  const { types, person, sessionId } = question;
  const rest = [...periodOf(question), ...behind(after)];
  // INDEXED BY: for a period SQLite would rather walk all of a type in it than all of a person.
  const run = (index: Sql, conditions: Sql[]) =>
    sql`SELECT * FROM (SELECT seq, id, at, type, fields FROM entries INDEXED BY ${index}
      WHERE session IS NULL AND ${join([...conditions, ...rest], ' AND ')}
      ORDER BY at DESC, seq DESC LIMIT ${limit})`;
  return types.flatMap((type) => {
    const fields = fieldsOf(type);
    const ofType = sql`type = ${type}`;
    const names = person === undefined ? undefined : namesOf(person).filter(([field]) => fields.has(field));
    if (sessionId !== undefined) {
      // A receipt is of a session, as a read is.
      const naming = (['receiptOf', 'sessionId'] as const).find((field) => fields.has(field));
      if (naming === undefined) return [];
      const { field, index } = INDEXED[naming];
      return [
        run(index, [sql`${field} = ${sessionId}`, ofType, ...(names === undefined ? [] : [someOf(names)])]),
      ];
    }
    if (names === undefined) return [run(BY_TYPE, [ofType])];
    return names.map((name) => run(INDEXED[name[0]].index, [isNamed(name), ofType]));
  });
}

type NamingField = 'userId' | 'by' | 'email';
type Name = readonly [field: NamingField, value: string];

/** The ways in which an entry may name somebody. A user who was added is named by id and by address: once is enough. */
const namesOf = ({ id, email }: NonNullable<AccessQuestion['person']>): Name[] => [
  ...(id === undefined
    ? []
    : ([
        ['userId', id],
        ['by', id],
      ] as const)),
  ...(email === undefined ? [] : ([['email', email]] as const)),
];

const isNamed = ([field, value]: Name): Sql => sql`${INDEXED[field].field} = ${value}`;
const someOf = (names: readonly Name[]): Sql =>
  names.length === 0 ? sql`FALSE` : sql`(${join(names.map(isNamed), ' OR ')})`;

const fieldsOf = (type: RecordType): ReadonlySet<string> =>
  new Set(Object.keys(RECORD_TYPES[type].fields.shape));

function periodOf({ from, to }: AccessQuestion): Sql[] {
  return [
    ...(from === undefined ? [] : [sql`at >= ${from}`]),
    ...(to === undefined ? [] : [sql`at < ${to}`]),
  ];
}

const behind = (after: Position | undefined): Sql[] =>
  after === undefined ? [] : [sql`(at, seq) < (${after.value}, ${after.number})`];
