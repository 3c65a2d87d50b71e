import type { Entry } from '../../../protocol/record.ts';
import type { Connection } from './connection.ts';

/**
 * What an entry says of a user or a key holds from the very commit that makes the entry durable: whenever a broker is killed,
 * no row gives more rights than the log says.
 * @returns does what an entry says; nothing for entries of other kinds.
 */
export function accountEffects(connection: Connection): (entry: Entry) => void {
  const changeUser = connection.prepare(
    `UPDATE users SET role = coalesce(@role, role), teams = coalesce(@teams, teams), disabled = coalesce(@disabled, disabled)
     WHERE id = @userId`,
  );
  const revokeKey = connection.prepare('UPDATE api_keys SET revoked = 1 WHERE id = ?');
  // Also one that was made after they were listed for entries of their own.
  const revokeKeysOf = connection.prepare('UPDATE api_keys SET revoked = 1 WHERE user_id = ?');
  return (entry) => {
    if (entry.type === 'api-key.revoked') revokeKey.run(entry.keyId);
    if (entry.type !== 'user.changed') return;
    const { userId, role, teams, disabled } = entry;
    changeUser.run({
      userId,
      role: role ?? null,
      teams: teams === undefined ? null : JSON.stringify(teams),
      disabled: disabled === undefined ? null : Number(disabled),
    });
    if (disabled) revokeKeysOf.run(userId);
  };
}
