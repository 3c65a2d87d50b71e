import { techniciansOf } from '../../../protocol/passing-fold.ts';
import type { SessionDocument } from '../../../protocol/session-fold.ts';
import { join, type Sql, sql, textOf } from '../sql.ts';
import type { Connection } from './connection.ts';

/** A step of migrations.ts. Before it no session was passed on. */
export const PASSED_SESSIONS = `
  CREATE TABLE session_technicians (
    session INTEGER NOT NULL REFERENCES sessions (number),
    technician_id TEXT NOT NULL,
    team TEXT NOT NULL,
    PRIMARY KEY (session, technician_id, team)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX session_technicians_by_id ON session_technicians (technician_id);
  CREATE INDEX session_technicians_by_team ON session_technicians (team);
`;

/** Keeps `session_technicians`: of sessions that were passed on, everybody whose they were. Runs in its caller's transaction. */
export class PassedSessions {
  readonly #put;
  readonly #delete;

  constructor(connection: Connection) {
    this.#put = connection.prepare<[number, string, string]>(
      'INSERT INTO session_technicians (session, technician_id, team) VALUES (?, ?, ?) ON CONFLICT DO NOTHING',
    );
    this.#delete = connection.prepare<[number]>('DELETE FROM session_technicians WHERE session = ?');
  }

  put(number: number, { record }: SessionDocument): void {
    for (const { userId, team = '' } of techniciansOf(record)) this.#put.run(number, userId, team);
  }

  delete(number: number): void {
    this.#delete.run(number);
  }
}

/** Whose sessions are wanted: of one technician, or of any of these teams. */
export type Whose = { readonly technicianId: string } | { readonly teams: readonly string[] };

/**
 * What finds the sessions that were theirs, but are in nobody's column any more, beside those that are; `undefined` where
 * there are none, as nearly always: then an index has the others in order.
 */
export type AlsoTheirs = (whose: Whose) => Sql | undefined;

export function alsoTheirs(connection: Connection): AlsoTheirs {
  return (whose) => {
    const column =
      'teams' in whose ? sql`team IN (${join(whose.teams)})` : sql`technician_id = ${whose.technicianId}`;
    const found = sql`SELECT session FROM session_technicians WHERE ${column}`;
    const any = connection.prepare<unknown[]>(`${textOf(found, () => '?')} LIMIT 1`).get(...found.values);
    return any === undefined ? undefined : sql`sessions.number IN (${found})`;
  };
}
