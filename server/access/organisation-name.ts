import { rulesEntry } from '../records/recorded-rules.ts';
import type { Recorder } from '../records/recorder.ts';
import type { SettingsStore } from '../settings/settings.ts';

export interface NamingParts {
  readonly recorder: Pick<Recorder, 'append'>;
  readonly settings: Pick<SettingsStore, 'current' | 'change'>;
}

/** Gives the organisation the name that customers read. `by`: who did it, as the entry names them. */
export async function nameOrganisation(
  { recorder, settings }: NamingParts,
  organisation: string,
  by: string,
): Promise<void> {
  await recorder.append([
    { type: 'settings.changed', by, changed: ['organisation'] },
    // So that the next start does not take it for a change of the file.
    rulesEntry({ ...settings.current(), organisation }),
  ]);
  await settings.change({ organisation });
}
