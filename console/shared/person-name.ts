import type { AccessPerson } from '../../protocol/access-log.ts';
import { t } from './strings.ts';

const text = t.reads;

/** Who did something: a user by their name, and what is nobody by what it is. */
export function nameOf(person: AccessPerson | undefined): string {
  if (person === undefined) return text.broker;
  if (person.name !== undefined) return person.name;
  if (person.id === 'command-line') return text.commandLine;
  if (person.id === 'set-up') return text.setUp;
  if (person.id === 'schedule') return text.schedule;
  if (person.id === 'start') return text.start;
  if (person.id === 'settings-file') return text.settingsFile;
  return person.email ?? text.unknown(person.id ?? '');
}
