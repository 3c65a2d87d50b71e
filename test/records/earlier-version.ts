/** Undoes steps of the schema that add to what is kept of sessions: the log stands as it did then. */
export const WITHOUT_NEWER_COLUMNS = `
  DROP INDEX sessions_by_signatures;
  ALTER TABLE sessions DROP COLUMN signatures;
  DROP INDEX entries_about_receipt;
  DROP TABLE session_technicians;
  PRAGMA user_version = 13;
`;
