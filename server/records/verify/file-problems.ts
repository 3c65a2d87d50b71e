import type { Connection } from '../sqlite/connection.ts';

const MOST = 10;

/** What SQLite finds wrong in the pages that it uses, and in indexes; a sentence each, with names in the place of root pages. */
export function problemsOfFile(connection: Connection): string[] {
  const said = connection.prepare<[], string>(`PRAGMA integrity_check(${MOST})`).pluck().all();
  const nameOf = connection
    .prepare<[number], string>(`SELECT type || ' ' || name FROM sqlite_schema WHERE rootpage = ?`)
    .pluck();
  const named = (_: string, root: string) => `In the ${nameOf.get(Number(root)) ?? 'list of tables'},`;
  return said
    .flatMap((text) => text.split('\n'))
    .filter((line) => line !== 'ok' && !line.startsWith('***'))
    .map((line) => `The database is damaged: ${line.replace(/^Tree (\d+)/, named)}.`);
}
