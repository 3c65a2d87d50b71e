import type { Connection } from './connection.ts';

/** Certificates come newest first, a step of a run each: as many as years of days have. */
const LOOKED_AT = 5_000;

/**
 * Up to when retention deleted the records of sessions, by its newest certificate: of the organisation, or of one team that has a
 * period of its own. Whoever ended before has none any more.
 */
export function deletedSessions(connection: Connection) {
  const newest = connection
    .prepare<[string | null], string | null>(
      `SELECT max(before) FROM (
         SELECT fields ->> '$.before' AS before, fields ->> '$.kind' AS kind, fields ->> '$.team' AS team
         FROM entries INDEXED BY entries_by_type
         WHERE session IS NULL AND type = 'retention.deleted' ORDER BY at DESC LIMIT ${LOOKED_AT})
       WHERE kind = 'session-record' AND team IS ?`,
    )
    .pluck();
  return (teams: readonly string[] | undefined): string | undefined => {
    const own = teams?.length === 1 ? newest.get(teams[0] ?? null) : undefined;
    return own ?? newest.get(null) ?? undefined;
  };
}
