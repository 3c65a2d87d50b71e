import { z } from 'zod';
import type { Recorder } from '../../records/recorder.ts';
import { ReadingPolicy, type SettingsStore } from '../../settings/settings.ts';
import { type Route, route } from '../route.ts';

const Reading = z.object({ reading: ReadingPolicy });

/** What the organisation decides about reading. The other settings stand in the settings file. */
export function settingsRoutes(settings: SettingsStore, recorder: Recorder): Route[] {
  return [
    route({
      method: 'get',
      path: '/api/v1/settings/reading',
      summary: 'What each role reads of customers',
      who: 'settings.read',
      answer: { status: 200, what: 'The policy', schema: Reading },
      handle: async () => ({ reading: settings.current().reading }),
    }),

    route({
      method: 'put',
      path: '/api/v1/settings/reading',
      summary: 'Change what each role reads; it counts from the next request on',
      who: 'settings.change',
      body: ReadingPolicy,
      answer: { status: 200, what: 'The policy as it is now', schema: Reading },
      async handle({ user, body }) {
        const changed = changes(settings.current().reading, body);
        if (changed.length > 0) {
          await recorder.append([{ type: 'settings.changed', by: user.userId, changed }]);
          await settings.change({ reading: body });
        }
        return { reading: settings.current().reading };
      },
    }),
  ];
}

/** What is another than before, each with its new value: `reading.manager.export=false`. */
function changes(before: ReadingPolicy, after: ReadingPolicy): string[] {
  const lines = (policy: ReadingPolicy) =>
    Object.entries(policy).flatMap(([role, rule]) =>
      Object.entries(rule).map(([name, value]) => `reading.${role}.${name}=${value}`),
    );
  const old = new Set(lines(before));
  return lines(after).filter((line) => !old.has(line));
}
