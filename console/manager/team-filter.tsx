import { Teams } from '../../protocol/session-query.ts';
import { useResource } from '../shared/resource.ts';
import { useSignedIn } from '../shared/signed-in.tsx';
import { t } from '../shared/strings.ts';
import { ChoiceMenu } from '../shared/ui/choice-menu.tsx';

const text = t.log;

/** The teams whose sessions the reader may see; `chosen` ones stay, also when they have no sessions any more. */
export function TeamFilter({
  chosen,
  onChange,
}: {
  chosen: readonly string[];
  onChange: (teams: string[]) => void;
}) {
  const { me, api } = useSignedIn();
  const { resource } = useResource('teams', (signal) => api.get('/teams', Teams, signal));
  const known = resource.standing === 'there' ? resource.value.items : me.user.teams;
  const teams = [...new Set([...known, ...chosen])].sort((a, b) => a.localeCompare(b));
  if (teams.length === 0) return null;
  return (
    <ChoiceMenu
      label={text.team}
      face={text.chosen(text.team, chosen.length)}
      choices={teams.map((value) => ({ value, label: value }))}
      chosen={chosen}
      onChange={onChange}
    />
  );
}
