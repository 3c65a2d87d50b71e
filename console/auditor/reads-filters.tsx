import { z } from 'zod';
import { AccessKind } from '../../protocol/access-log.ts';
import filterStyles from '../manager/filter-bar.module.css';
import { SpanFields } from '../manager/span-fields.tsx';
import { useResource } from '../shared/resource.ts';
import { useSignedIn } from '../shared/signed-in.tsx';
import { t } from '../shared/strings.ts';
import { ChoiceMenu } from '../shared/ui/choice-menu.tsx';
import { type Option, Select } from '../shared/ui/select.tsx';
import type { ReadsView } from './reads-view.ts';

const text = t.reads;
const People = z.object({
  items: z.array(z.object({ id: z.string(), name: z.string(), email: z.string() })),
});

/** Of whom, what and when. */
export function ReadsFilters({ view, onChange }: { view: ReadsView; onChange: (view: ReadsView) => void }) {
  const { api } = useSignedIn();
  const { resource } = useResource('access-log people', (signal) =>
    api.get('/access-log/people', People, signal),
  );
  const people = resource.standing === 'there' ? resource.value.items : [];
  return (
    <search className={filterStyles.bar} aria-label={text.filters}>
      <div className={filterStyles.rest}>
        <SpanFields view={view} onChange={onChange} />
        <Select
          label={text.person}
          hideLabel
          options={optionsOf(people, view.person)}
          value={view.person}
          onChange={(person) => onChange({ ...view, person })}
        />
        <ChoiceMenu
          label={text.kind}
          face={t.log.chosen(text.kind, view.kind.length)}
          choices={AccessKind.options.map((value) => ({ value, label: text.kinds[value] }))}
          chosen={view.kind}
          onChange={(kind) => onChange({ ...view, kind })}
        />
      </div>
    </search>
  );
}

/** Everybody, each user, those who are no users; and whomever the address names besides, for instance a stranger's e-mail. */
function optionsOf(people: z.infer<typeof People>['items'], chosen: string): Option<string>[] {
  const options = [
    { value: '', label: text.everybody },
    ...people
      .toSorted((a, b) => a.name.localeCompare(b.name))
      .map(({ id, name, email }) => ({ value: id, label: `${name} (${email})` })),
    { value: 'command-line', label: text.commandLine },
    { value: 'set-up', label: text.setUp },
  ];
  return options.some(({ value }) => value === chosen)
    ? options
    : [...options, { value: chosen, label: chosen }];
}
