import type { Connection } from './connection.ts';
import { countSessionEntries } from './entry-counts.ts';
import { leaveToFoldAnew } from './fold-anew.ts';
import { PASSED_SESSIONS } from './passed-sessions.ts';
import { searchByField, searchByWatcher, searchByWhose } from './search-by-field.ts';
import { figureAllSessions } from './session-figures.ts';
import { signaturesInLog } from './session-signatures.ts';
import type { OnUpgrade } from './upgrade.ts';

/** SQL, or what SQL alone cannot do; one that takes long tells how far it is. */
export type Migration = string | ((connection: Connection, onUpgrade: OnUpgrade) => void);

/**
 * The schema, step by step. A step that was released is never edited: add one. `PRAGMA user_version` counts those done.
 *
 * `entries` is the record, appended only. `session` is set where the entry tells a session's story; it is absent for
 * entries that age by themselves (sign-ins, who read what), whose own `sessionId`, if any, stands in `fields`.
 * `sessions`, `session_documents` and `session_words` are projections: all in them can be folded again from entries.
 * A session that goes on
 * has no document yet; documents have a table of their own so that the rows that listing scans stay narrow. `*_key` columns hold `foldText`.
 * `session_technicians`: everybody whose a session was that was passed on; in its own row stands who has it now.
 * `session_parts`: the kinds of which a session has entries that go before the rest of it, or had (`deleted_at`).
 * `held_until`: until then nothing of the session goes; `kept_until`: until then the session goes not as a whole.
 */
export const MIGRATIONS: readonly Migration[] = [
  `
  CREATE TABLE sessions (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    status TEXT NOT NULL,
    created_at TEXT NOT NULL,
    ended_at TEXT,
    technician_id TEXT NOT NULL,
    technician TEXT NOT NULL,
    team TEXT,
    contact TEXT NOT NULL,
    company TEXT,
    reference TEXT,
    reason TEXT NOT NULL,
    platform TEXT,
    outcome TEXT,
    total_seconds REAL,
    used_tools INTEGER NOT NULL,
    forgets_early INTEGER NOT NULL DEFAULT 0,
    technician_key TEXT NOT NULL,
    contact_key TEXT NOT NULL,
    company_key TEXT NOT NULL,
    platform_key TEXT NOT NULL
  ) STRICT;
  CREATE INDEX sessions_by_creation ON sessions (created_at);
  CREATE INDEX sessions_by_team ON sessions (team, created_at);
  CREATE INDEX sessions_by_technician ON sessions (technician_id, created_at);
  CREATE INDEX sessions_by_status ON sessions (status, created_at);
  CREATE INDEX sessions_by_technician_name ON sessions (technician_key);
  CREATE INDEX sessions_by_company ON sessions (company_key);
  CREATE INDEX sessions_by_contact ON sessions (contact_key);
  CREATE INDEX sessions_over ON sessions (ended_at) WHERE ended_at IS NOT NULL;
  CREATE INDEX sessions_not_over ON sessions (number) WHERE ended_at IS NULL;
  CREATE INDEX sessions_that_forget_early ON sessions (ended_at) WHERE forgets_early = 1;

  CREATE TABLE session_documents (
    number INTEGER PRIMARY KEY REFERENCES sessions (number),
    document TEXT NOT NULL
  ) STRICT;

  CREATE VIRTUAL TABLE session_words USING fts5 (words, tokenize = "unicode61 remove_diacritics 2");

  CREATE TABLE entries (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL,
    at TEXT NOT NULL,
    type TEXT NOT NULL,
    keep TEXT NOT NULL,
    session INTEGER REFERENCES sessions (number),
    fields TEXT NOT NULL
  ) STRICT;
  CREATE INDEX entries_of_session ON entries (session, seq) WHERE session IS NOT NULL;
  CREATE INDEX entries_by_age ON entries (keep, at) WHERE session IS NULL;
  CREATE INDEX entries_of_no_session ON entries (seq) WHERE session IS NULL;

  CREATE TABLE users (
    id TEXT PRIMARY KEY,
    email TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    teams TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    disabled INTEGER NOT NULL,
    created_at TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE sign_ins (
    id TEXT PRIMARY KEY,
    user_id TEXT NOT NULL,
    created_at TEXT NOT NULL,
    last_used_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    data TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX sign_ins_of_user ON sign_ins (user_id);
  CREATE INDEX sign_ins_by_expiry ON sign_ins (expires_at);

  CREATE TABLE api_keys (
    id TEXT PRIMARY KEY,
    user_id TEXT NOT NULL,
    name TEXT NOT NULL,
    key_hash TEXT NOT NULL UNIQUE,
    created_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    revoked INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX api_keys_of_user ON api_keys (user_id);

  -- Written to find out whether anything can be.
  CREATE TABLE probe (bytes BLOB NOT NULL) STRICT;
  -- What a deletion has begun and must finish, also after a crash.
  CREATE TABLE unfinished (task TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
  `,
  // From here on there is a document only of a session that is over.
  `
  DELETE FROM session_documents WHERE number IN (SELECT number FROM sessions WHERE ended_at IS NULL);
  `,
  // What is left of a session without its waiting.
  `
  ALTER TABLE sessions ADD COLUMN active_seconds REAL;
  UPDATE sessions SET active_seconds = (
    SELECT json_extract(document, '$.record.activeSeconds') FROM session_documents
    WHERE session_documents.number = sessions.number
  );
  `,
  // Entries become leaves of a Merkle log (RFC 9162): numbered without gaps, `seq` is the leaf's index + 1, and each has
  // the salt of its commitment. `log_hashes` outlive them: see tree-shape.ts for what stands where.
  `
  CREATE TABLE leaves (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL,
    at TEXT NOT NULL,
    type TEXT NOT NULL,
    keep TEXT NOT NULL,
    session INTEGER REFERENCES sessions (number),
    fields TEXT NOT NULL,
    salt BLOB
  ) STRICT;
  INSERT INTO leaves (seq, id, at, type, keep, session, fields)
    SELECT row_number() OVER (ORDER BY seq), id, at, type, keep, session, fields FROM entries;
  DROP TABLE entries;
  ALTER TABLE leaves RENAME TO entries;
  CREATE INDEX entries_of_session ON entries (session, seq) WHERE session IS NOT NULL;
  CREATE INDEX entries_by_age ON entries (keep, at) WHERE session IS NULL;
  CREATE INDEX entries_of_no_session ON entries (seq) WHERE session IS NULL;

  CREATE TABLE log_hashes (position INTEGER PRIMARY KEY, hash BLOB NOT NULL) STRICT;
  CREATE TABLE checkpoints (hour TEXT PRIMARY KEY, size INTEGER NOT NULL, note TEXT NOT NULL) STRICT, WITHOUT ROWID;
  CREATE INDEX checkpoints_by_size ON checkpoints (size);
  CREATE TABLE log_keys (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    public_key BLOB NOT NULL,
    since INTEGER NOT NULL
  ) STRICT;
  `,
  // Who read what is found by its kind, by who did it, by whom it was done to, and by the session that was read. Only
  // entries of no session have places in these, so that what sessions write pays nothing.
  `
  CREATE INDEX entries_by_type ON entries (type, at) WHERE session IS NULL;
  CREATE INDEX entries_by_user ON entries (fields ->> '$.userId', type, at)
    WHERE session IS NULL AND fields ->> '$.userId' IS NOT NULL;
  CREATE INDEX entries_by_author ON entries (fields ->> '$.by', type, at)
    WHERE session IS NULL AND fields ->> '$.by' IS NOT NULL;
  CREATE INDEX entries_by_email ON entries (fields ->> '$.email', type, at)
    WHERE session IS NULL AND fields ->> '$.email' IS NOT NULL;
  CREATE INDEX entries_about_session ON entries (fields ->> '$.sessionId', at)
    WHERE session IS NULL AND fields ->> '$.sessionId' IS NOT NULL;
  `,
  searchByField,
  // What the overview counts, apart from what the log shows. `latest`: when the last session of the chunk was created.
  (connection) => {
    connection.exec(`
      CREATE TABLE session_figures (
        chunk INTEGER PRIMARY KEY,
        latest INTEGER NOT NULL,
        slots BLOB NOT NULL
      ) STRICT;
      CREATE INDEX session_figures_by_time ON session_figures (latest);
      -- Who sessions are counted for; an empty team stands for none.
      CREATE TABLE staff (
        id INTEGER PRIMARY KEY,
        technician_id TEXT NOT NULL,
        team TEXT NOT NULL,
        UNIQUE (technician_id, team)
      ) STRICT;
    `);
    figureAllSessions(connection);
  },
  // Views of the log that users keep for themselves.
  `
  CREATE TABLE saved_views (
    user_id TEXT NOT NULL,
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    search TEXT NOT NULL,
    changed_at TEXT NOT NULL,
    PRIMARY KEY (user_id, id)
  ) STRICT, WITHOUT ROWID;
  `,
  // Retention: which sessions still hold data of a kind that goes before the rest, until when a session is kept whatever
  // its age, and due sessions found team by team, because teams may have periods of their own.
  `
  CREATE TABLE session_parts (
    session INTEGER NOT NULL REFERENCES sessions (number),
    kind TEXT NOT NULL,
    team TEXT,
    ended_at TEXT,
    deleted_at TEXT,
    PRIMARY KEY (session, kind)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX session_parts_due ON session_parts (kind, team, ended_at)
    WHERE ended_at IS NOT NULL AND deleted_at IS NULL;
  INSERT INTO session_parts (session, kind, team, ended_at)
    SELECT DISTINCT number, keep, team, ended_at FROM sessions JOIN entries ON entries.session = number
    WHERE keep <> 'session-record';
  DROP INDEX sessions_that_forget_early;
  ALTER TABLE sessions DROP COLUMN forgets_early;
  ALTER TABLE sessions ADD COLUMN held_until TEXT;
  ALTER TABLE sessions ADD COLUMN kept_until TEXT;
  DROP INDEX sessions_over;
  CREATE INDEX sessions_over ON sessions (team, ended_at, kept_until) WHERE ended_at IS NOT NULL;
  CREATE INDEX sessions_kept ON sessions (kept_until) WHERE kept_until IS NOT NULL;
  `,
  // Each order of the log that had no index.
  `
  CREATE INDEX sessions_by_platform ON sessions (platform_key);
  CREATE INDEX sessions_by_active ON sessions (coalesce(active_seconds, -1));
  CREATE INDEX sessions_by_total ON sessions (coalesce(total_seconds, -1));
  `,
  searchByWhose,
  countSessionEntries,
  searchByWatcher,
  // Whose sessions were before they were passed on; see passed-sessions.ts.
  PASSED_SESSIONS,
  // A receipt tells of its session as a read does, by a field of its own.
  `
  CREATE INDEX entries_about_receipt ON entries (fields ->> '$.receiptOf', at)
    WHERE session IS NULL AND fields ->> '$.receiptOf' IS NOT NULL;
  `,
  signaturesInLog,
  leaveToFoldAnew,
];
