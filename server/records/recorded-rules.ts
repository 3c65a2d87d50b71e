import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { EntryOf } from '../../protocol/record.ts';
import type { Logger } from '../log.ts';
import { Settings, type SettingsStore } from '../settings/settings.ts';
import type { RecordStore } from './record-store.ts';

/** What privacy officers set: how long data are kept, and who reads them. */
export type Rules = Pick<Settings, 'retention' | 'retentionOfTeams' | 'reading'>;

export const rulesOf = ({ retention, retentionOfTeams, reading }: Rules): Rules => ({
  retention,
  retentionOfTeams,
  reading,
});

const STANDARD = Settings.parse({});

/** What customers are shown of the settings. By its hash: what was agreed to stands whole in the session's own entries. */
function textsOf({ organisation, consentText }: Pick<Settings, 'organisation' | 'consentText'>) {
  // A later version may have another text by default, which is nobody's change.
  const hashOf = (text: object | string, standard: object | string) =>
    isDeepStrictEqual(text, standard)
      ? 'default'
      : createHash('sha256').update(JSON.stringify(text)).digest('hex');
  return {
    organisation: hashOf(organisation, STANDARD.organisation),
    consentText: hashOf(consentText, STANDARD.consentText),
  };
}

/** The entry that goes into one append with that of a change. */
export const rulesEntry = (settings: Settings) => ({
  type: 'rules.recorded' as const,
  ...rulesOf(settings),
  texts: textsOf(settings),
});

/** What is another than before, each with its new value: `retention.session-record=42`, `reading.manager.export=none`. */
export function changedRules(before: object, after: object): string[] {
  const [old, now] = [new Map(linesOf(before)), new Map(linesOf(after))];
  return [
    ...[...now].filter(([path, value]) => old.get(path) !== value).map(([path, value]) => `${path}=${value}`),
    ...[...old.keys()].filter((path) => !now.has(path)).map((path) => `${path}=none`),
  ];
}

function linesOf(rules: object, under = ''): [path: string, value: string][] {
  return Object.entries(rules).flatMap(([name, value]): [string, string][] => {
    if (value === undefined) return [];
    const path = under === '' ? name : `${under}.${name}`;
    return typeof value === 'object' && value !== null ? linesOf(value, path) : [[path, String(value)]];
  });
}

/**
 * The rules of an entry, as the settings file is read: what came with a later version is at its default, so that an upgrade is
 * nobody's change.
 */
export function rulesOfEntry(entry: EntryOf<'rules.recorded'>): Rules {
  const rules = rulesOf(entry as unknown as Rules);
  const parsed = Settings.safeParse(rules);
  return parsed.success ? rulesOf(parsed.data) : rules;
}

/** Whether these are the rules and texts that an entry says were in force; an earlier version recorded no texts. */
export function isAsRecorded(entry: EntryOf<'rules.recorded'>, settings: Settings): boolean {
  const { texts } = entry;
  return (
    changedRules(rulesOfEntry(entry), rulesOf(settings)).length === 0 &&
    (texts === undefined || isDeepStrictEqual(texts, textsOf(settings)))
  );
}

/**
 * At a start, before anything goes by the rules. A change that was recorded and had not come into the settings file when the
 * broker was killed holds. Rules that somebody wrote into the file since become an entry with their values, and texts one with
 * their hashes: it is for people to write, and whoever writes it is not known.
 */
export async function settleRules(
  store: Pick<RecordStore, 'append' | 'entries'>,
  settings: Pick<SettingsStore, 'current' | 'settle'>,
  log: Pick<Logger, 'warn'>,
): Promise<void> {
  const [last] = (await store.entries({
    types: ['rules.recorded'],
    limit: 1,
  })) as EntryOf<'rules.recorded'>[];
  const recorded = last && rulesOfEntry(last);
  await settings.settle(
    (coming) => recorded !== undefined && changedRules(recorded, rulesOf(coming)).length === 0,
  );
  const rules = settings.current();
  const texts = textsOf(rules);
  const changed = [
    ...(recorded === undefined ? [] : changedRules(recorded, rulesOf(rules))),
    ...(last?.texts === undefined ? [] : changedRules({ texts: last.texts }, { texts })),
  ];
  const now = { ...rulesOf(rules), texts };
  if (last && changedRules({ ...rulesOf(last as unknown as Rules), texts: last.texts }, now).length === 0)
    return;
  if (changed.length > 0) log.warn({ changed }, 'the settings file has other rules than were recorded');
  await store.append([
    ...(changed.length > 0 ? [{ type: 'settings.changed' as const, by: 'settings-file', changed }] : []),
    rulesEntry(rules),
  ]);
}
