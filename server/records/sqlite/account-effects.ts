import type { Entry } from '../../../protocol/record.ts';
import type { SignInsEnded } from '../account-store.ts';
import { endsSignIns } from '../ended-by-change.ts';
import type { Connection } from './connection.ts';

interface Standing {
  readonly role: string;
  /** JSON. */
  readonly teams: string;
}

/**
 * What an entry says of a user or a key holds from the very commit that makes the entry durable: whenever a broker is killed,
 * no row gives more rights than the log says.
 * @returns does what an entry says, nothing for entries of other kinds; answers the sign-ins that this ends, if it may end any.
 */
export function accountEffects(connection: Connection): (entry: Entry) => SignInsEnded | undefined {
  const standing = connection.prepare<[string], Standing>('SELECT role, teams FROM users WHERE id = ?');
  const changeUser = connection.prepare(
    `UPDATE users SET role = coalesce(@role, role), teams = coalesce(@teams, teams), disabled = coalesce(@disabled, disabled)
     WHERE id = @userId`,
  );
  const revokeKey = connection.prepare('UPDATE api_keys SET revoked = 1 WHERE id = ?');
  // Also one that was made after they were listed for entries of their own.
  const revokeKeysOf = connection.prepare('UPDATE api_keys SET revoked = 1 WHERE user_id = ?');
  const endSignInsOf = connection
    .prepare<[string], string>('DELETE FROM sign_ins WHERE user_id = ? RETURNING id')
    .pluck();
  return (entry) => {
    if (entry.type === 'api-key.revoked') revokeKey.run(entry.keyId);
    if (entry.type !== 'user.changed') return undefined;
    const { userId, role, teams, disabled } = entry;
    const before = standing.get(userId);
    changeUser.run({
      userId,
      role: role ?? null,
      teams: teams === undefined ? null : JSON.stringify(teams),
      disabled: disabled === undefined ? null : Number(disabled),
    });
    if (disabled) revokeKeysOf.run(userId);
    if (before === undefined || !endsSignIns(entry, { ...before, teams: JSON.parse(before.teams) }))
      return undefined;
    return { signInIds: endSignInsOf.all(userId), ...(disabled && { disabledUserId: userId }) };
  };
}
