import type { EntryOf } from '../../../protocol/record.ts';
import type { Connection } from '../sqlite/connection.ts';
import { type EntryColumns, entryOf } from '../sqlite/tables.ts';
import { checkAdded } from './added-checks.ts';
import type { Findings } from './finding.ts';

type AccountEntry =
  | EntryOf<'user.added'>
  | EntryOf<'user.changed'>
  | EntryOf<'api-key.added'>
  | EntryOf<'api-key.revoked'>;

/** What the entries that are still kept say of an account last. */
interface Said {
  seq: number;
  disabled?: boolean;
  role?: string;
  teams?: string;
}

/**
 * Accounts and API keys against the entries that tell of them: whoever puts an old page of the file back, which is as well
 * encrypted as the new one, could bring back what was revoked; whoever has the key, write rows of their own. Passwords and sign-ins stand in no entry.
 */
export function checkAccounts(connection: Connection, findings: Findings): void {
  const rows = connection
    .prepare<[], EntryColumns>(
      `SELECT seq, id, at, type, fields FROM entries WHERE session IS NULL
       AND type IN ('user.added', 'user.changed', 'api-key.added', 'api-key.revoked') ORDER BY seq`,
    )
    .all();
  const users = new Map<string, Said>();
  const keys = new Map<string, { seq: number; revoked: boolean }>();
  const added = { users: new Set<string>(), keys: new Set<string>() };
  for (const row of rows) {
    const entry = entryOf(row) as AccountEntry;
    if (entry.type === 'user.added') added.users.add(entry.userId);
    if (entry.type === 'api-key.added') added.keys.add(entry.keyId);
    if (entry.type === 'api-key.added') keys.set(entry.keyId, { seq: entry.seq, revoked: false });
    else if (entry.type === 'api-key.revoked') keys.set(entry.keyId, { seq: entry.seq, revoked: true });
    else users.set(entry.userId, { ...users.get(entry.userId), ...saidBy(entry) });
  }
  const userRow = connection.prepare<[string], { disabled: number; role: string; teams: string }>(
    'SELECT disabled, role, teams FROM users WHERE id = ?',
  );
  for (const [id, { seq, ...said }] of users) {
    const stored = userRow.get(id);
    const is = stored && { ...stored, disabled: stored.disabled === 1 };
    // A broker that was killed between the entry of a new user and the row has none; all that comes later is one commit.
    if (is === undefined) continue;
    for (const what of ['disabled', 'role', 'teams'] as const)
      if (said[what] !== undefined && is[what] !== said[what])
        findings.add(
          'account',
          `User ${id} is kept with “${what}” ${is[what]}; log entry ${seq} and those before it say ${said[what]}.`,
          seq,
        );
  }
  const keyRow = connection.prepare<[string], number>('SELECT revoked FROM api_keys WHERE id = ?').pluck();
  for (const [id, { seq, revoked }] of keys)
    if (revoked && keyRow.get(id) === 0)
      findings.add(
        'account',
        `API key ${id} is good in the store, and log entry ${seq} says that it was revoked.`,
        seq,
      );
  checkAdded(connection, findings, added);
}

function saidBy(entry: EntryOf<'user.added'> | EntryOf<'user.changed'>): Said {
  const { seq, role, teams } = entry;
  return {
    seq,
    ...(entry.type === 'user.added' && { disabled: false }),
    ...(entry.type === 'user.changed' && entry.disabled !== undefined && { disabled: entry.disabled }),
    ...(role !== undefined && { role }),
    ...(teams !== undefined && { teams: JSON.stringify(teams) }),
  };
}
