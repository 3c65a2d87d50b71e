import type { Connection } from './connection.ts';

/** What SQLite itself finds wrong with its file, a few lines of it; nothing of what entries say. */
export function damageOf(connection: Connection): string[] {
  try {
    const found = connection.pragma('quick_check(3)') as { quick_check: string }[];
    return found.map((line) => line.quick_check).filter((line) => line !== 'ok');
  } catch (error) {
    const { code, message } = error as { code?: unknown; message: string };
    // A page whose cipher does not fit ends the check itself.
    if (/^SQLITE_/.test(String(code))) return [message];
    throw error;
  }
}
