import { Teams } from '../../protocol/session-query.ts';
import { useResource } from '../shared/resource.ts';
import { useSignedIn } from '../shared/signed-in.tsx';

/** The teams that the reader may choose from, by name: `chosen` ones stay, whoever has no sessions any more. */
export function useTeams(chosen: readonly string[]): string[] {
  const { me, api } = useSignedIn();
  const { resource } = useResource('teams', (signal) => api.get('/teams', Teams, signal));
  const known = resource.standing === 'there' ? resource.value.items : me.user.teams;
  return [...new Set([...known, ...chosen])].sort((a, b) => a.localeCompare(b));
}
