import type { EntryOf } from '../../../protocol/record.ts';
import { Settings, type SettingsStore } from '../../settings/settings.ts';
import { settingsFiles } from '../../settings/settings-store.ts';
import { isAsRecorded } from '../recorded-rules.ts';

/**
 * Does `work`, which takes a snapshot of the records, and finds the settings of that same moment, as text. A change is recorded
 * first and comes into the file next, so only the records know which of the versions that lay there meanwhile it is.
 */
export async function withSettingsOfMoment<Snapshot extends { rules: EntryOf<'rules.recorded'> | undefined }>(
  dataDir: string,
  settings: Pick<SettingsStore, 'onChange'>,
  work: () => Promise<Snapshot>,
): Promise<{ snapshot: Snapshot; settings: string }> {
  const versions: string[] = [];
  const stop = settings.onChange((changed) => versions.push(`${JSON.stringify(changed, null, 2)}\n`));
  try {
    versions.unshift(...(await settingsFiles(dataDir)));
    const snapshot = await work();
    versions.push(...(await settingsFiles(dataDir)));
    return { snapshot, settings: inForce(versions, snapshot.rules) };
  } finally {
    stop();
  }
}

/** Where none fits, somebody wrote into the file since the broker was started, which it has yet to read: that stands there last. */
function inForce(versions: readonly string[], rules: EntryOf<'rules.recorded'> | undefined): string {
  const recorded = rules && versions.findLast((text) => isRecorded(text, rules));
  return recorded ?? versions.at(-1) ?? '';
}

function isRecorded(text: string, rules: EntryOf<'rules.recorded'>): boolean {
  try {
    const parsed = Settings.safeParse(JSON.parse(text));
    return parsed.success && isAsRecorded(rules, parsed.data);
  } catch {
    return false;
  }
}
