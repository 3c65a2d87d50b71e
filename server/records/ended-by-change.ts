import type { EntryOf } from '../../protocol/record.ts';

/**
 * Whether a change ends the sign-ins of the user who stood so: what they saw by a role or a team that they lost is not theirs to
 * see any longer, and a new password is for whoever fears that somebody knows the old one.
 */
export function endsSignIns(
  {
    disabled,
    role,
    teams,
    passwordChanged,
  }: Pick<EntryOf<'user.changed'>, 'disabled' | 'role' | 'teams' | 'passwordChanged'>,
  before: { readonly role: string; readonly teams: readonly string[] },
): boolean {
  const leavesTeam = teams !== undefined && before.teams.some((team) => !teams.includes(team));
  const changesRole = role !== undefined && role !== before.role;
  return disabled === true || passwordChanged === true || leavesTeam || changesRole;
}
