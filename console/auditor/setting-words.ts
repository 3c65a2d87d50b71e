import { Role } from '../../protocol/access.ts';
import { RETENTION_KINDS } from '../../protocol/retention-kinds.ts';
import { isolated } from '../shared/isolated.ts';
import { rulesWords } from '../shared/strings/rules.ts';
import { t } from '../shared/strings.ts';

const text = t.reads.setting;

/** A change as its entry names it (`retention.session-record=300`), for a reader; one that this page does not know stays as it is. */
export function settingWords(change: string): string {
  const [, path = change, value = ''] = /^([^=]*)=(.*)$/s.exec(change) ?? [];
  const [first, ...rest] = path.split('.');
  const kind = kindOf(rest.at(-1));
  if (first === 'retention' && kind !== undefined) return text.retention(kind, text.days(value));
  if (first === 'retentionOfTeams' && kind !== undefined)
    return text.ofTeam(
      kind,
      rest.slice(0, -1).join('.'),
      value === 'none' ? text.asEverybody : text.days(value),
    );
  if (first === 'reading' && isRole(rest[0]) && isRight(rest[1]))
    return rulesWords.reading.change(rest[0], rest[1], value !== 'none' && value !== 'false');
  if (path === 'organisation' || path === 'texts.organisation') return text.organisation;
  if (path === 'texts.consentText') return text.consentText;
  return isolated(change);
}

type Change = Parameters<typeof rulesWords.reading.change>;
const isRole = (name: string | undefined): name is Change[0] => Role.safeParse(name).success;
const isRight = (name: string | undefined): name is Change[1] =>
  name !== undefined && Object.hasOwn(rulesWords.reading.rights, name);

const kindOf = (name: string | undefined): string | undefined =>
  name !== undefined && Object.hasOwn(RETENTION_KINDS, name)
    ? RETENTION_KINDS[name as keyof typeof RETENTION_KINDS].name
    : undefined;
