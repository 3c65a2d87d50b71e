import { closeSync, openSync } from 'node:fs';
import Database from 'better-sqlite3-multiple-ciphers';
import { OtherVersion } from '../other-version.ts';
import { foldAnew, isToFoldAnew } from './fold-anew.ts';
import { MIGRATIONS } from './migrations.ts';
import type { OnUpgrade } from './upgrade.ts';

export type Connection = Database.Database;

export interface FileOptions {
  readonly file: string;
  /** 32 bytes. Without one the file is plain: only for tests that look at its raw bytes. */
  readonly key?: Uint8Array | undefined;
  /** The file never grows beyond so many pages of 4 KiB: a small disk for tests. */
  readonly maxPages?: number | undefined;
}

/** The one connection that writes. Makes the file where there is none, and brings its schema up to date. */
export function openForWriting(options: FileOptions, onUpgrade: OnUpgrade = () => {}): Connection {
  // SQLite gives its WAL the mode of the database file.
  closeSync(openSync(options.file, 'a', 0o600));
  const connection = new Database(options.file);
  unlock(connection, options.key);
  connection.pragma('journal_mode = WAL');
  connection.pragma('synchronous = FULL');
  connection.pragma('secure_delete = ON');
  connection.pragma('foreign_keys = ON');
  // Checkpoints run between commits, not inside one that somebody waits for: see store-worker.ts.
  connection.pragma('wal_autocheckpoint = 0');
  tune(connection, 16);
  migrate(connection, onUpgrade);
  if (options.maxPages !== undefined) connection.pragma(`max_page_count = ${options.maxPages}`);
  return connection;
}

/** A connection that cannot write: what it reads delays no append. */
export function openForReading(options: FileOptions): Connection {
  const connection = new Database(options.file, { readonly: true });
  unlock(connection, options.key);
  tune(connection, 64);
  return connection;
}

/** SQLCipher's format: every page AES-256-CBC with HMAC-SHA-512; a raw key, so that nothing is derived at each start. */
export function unlock(connection: Connection, key: Uint8Array | undefined): void {
  if (key === undefined) return;
  connection.pragma(`cipher = 'sqlcipher'`);
  connection.pragma(`key = "x'${Buffer.from(key).toString('hex')}'"`);
}

/** @param cacheMiB at most; it is taken as pages are used. A page that is not in it must be decrypted again. */
function tune(connection: Connection, cacheMiB: number): void {
  // Sorting must not leave people's names in unencrypted temporary files.
  connection.pragma('temp_store = MEMORY');
  connection.pragma(`cache_size = -${cacheMiB * 1024}`);
  connection.pragma('busy_timeout = 3000');
}

/** From this step of the schema on entries, their leaves, checkpoints and accounts stand as they do now. */
const LOG_AS_NOW = 5;

/**
 * Whose schema the file has, and whose figures; of one that has none yet nothing can be said. `half`: it was being brought up
 * to date. `no-log`: from before there was a log as it is now.
 */
export function versionOf(connection: Connection): 'no-log' | 'earlier' | 'half' | 'this' | 'newer' {
  const done = connection.pragma('user_version', { simple: true }) as number;
  if (done === MIGRATIONS.length && isToFoldAnew(connection)) return 'half';
  if (done === 0 || done === MIGRATIONS.length) return 'this';
  if (done > MIGRATIONS.length) return 'newer';
  return done < LOG_AS_NOW ? 'no-log' : 'earlier';
}

function migrate(connection: Connection, onUpgrade: OnUpgrade): void {
  const done = connection.pragma('user_version', { simple: true }) as number;
  if (done > MIGRATIONS.length)
    throw new OtherVersion(
      `The records were written by a newer version (schema ${done}, this one knows ${MIGRATIONS.length}): go on with that one. Nothing was changed.`,
    );
  // What was left to do by a start that was stopped is the same upgrade.
  const isUpgrade = done > 0 && (done < MIGRATIONS.length || isToFoldAnew(connection));
  const told = { from: done, to: MIGRATIONS.length };
  if (isUpgrade) onUpgrade({ standing: 'begun', ...told });
  for (const [index, step] of MIGRATIONS.entries()) {
    if (index < done) continue;
    connection.transaction(() => {
      if (typeof step === 'string') connection.exec(step);
      else step(connection, onUpgrade);
      connection.pragma(`user_version = ${index + 1}`);
    })();
  }
  if (isToFoldAnew(connection)) foldAnew(connection, onUpgrade);
  if (isUpgrade) onUpgrade({ standing: 'over', ...told });
}
