import { type Action, Role } from '../../../protocol/access.ts';
import { ChangeReading, Reading, ReadingPolicy } from '../../../protocol/reading-policy.ts';
import { actionsOf } from '../../access/policies.ts';
import { changedRules, rulesEntry } from '../../records/recorded-rules.ts';
import type { Recorder } from '../../records/recorder.ts';
import { Refusal } from '../../refusal.ts';
import type { SettingsStore } from '../../settings/settings.ts';
import { type Route, route } from '../route.ts';

const NOTHING_WITHHELD = ReadingPolicy.parse({});
const MOST = Object.fromEntries(
  Role.options.map((role) => [role, actionsOf(role, NOTHING_WITHHELD)]),
) as Record<Role, Action[]>;

/** What the organisation decides about reading. */
export function settingsRoutes(settings: SettingsStore, recorder: Recorder): Route[] {
  return [
    route({
      method: 'get',
      path: '/api/v1/settings/reading',
      summary: 'What each role reads of customers',
      who: 'settings.read',
      answer: { status: 200, what: 'The policy', schema: Reading },
      handle: async () => ({ reading: settings.current().reading, most: MOST }),
    }),

    route({
      method: 'put',
      path: '/api/v1/settings/reading',
      summary: 'Change what each role reads; it counts from the next request on',
      who: 'settings.change',
      body: ChangeReading,
      answer: { status: 200, what: 'The policy as it is now', schema: Reading },
      refusals: ['request.out-of-order'],
      async handle({ user, body: { reading: wanted, was } }) {
        const { reading } = await settings.change(
          async (current) => {
            if (changedRules(current.reading, was).length > 0)
              throw new Refusal(
                'request.out-of-order',
                'Somebody changed meanwhile who reads what. Nothing of yours was changed: look at the rules again, then change them.',
              );
            return changedRules(current.reading, wanted).length === 0 ? undefined : { reading: wanted };
          },
          (next, before) =>
            recorder.append([
              rulesEntry(next),
              {
                type: 'settings.changed',
                by: user.userId,
                changed: changedRules({ reading: before.reading }, { reading: next.reading }),
              },
            ]),
        );
        return { reading, most: MOST };
      },
    }),
  ];
}
