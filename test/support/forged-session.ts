import { join } from 'node:path';
import { systemClock } from '../../server/clock.ts';
import { openRecords } from '../../server/records/open-records.ts';
import { openSettings } from '../../server/settings/settings-store.ts';
import { SignedStory } from '../protocol/proof/signed-story.ts';
import type { RunningBroker } from './broker.ts';

/**
 * Logs a session as it ought to be, but that the customer signed another answer than it says. While no broker runs.
 * @returns its id.
 */
export async function logForgedSession({ folder }: Pick<RunningBroker, 'folder'>): Promise<string> {
  const dataDir = join(folder, 'data');
  const settings = await openSettings(dataDir);
  const { store } = await openRecords({
    dataDir,
    keyFile: join(folder, 'key'),
    clock: systemClock,
    settings,
  });
  const story = new SignedStory();
  story.spoil('consent.answered', (entry) => ({ ...entry, allowed: ['view', 'control'], refused: [] }));
  await store.append(story.told());
  await store.close();
  return story.sessionId;
}
