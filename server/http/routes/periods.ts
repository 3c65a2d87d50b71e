import {
  ChangePeriods,
  KindPeriods,
  KindRule,
  OfKind,
  PeriodsPreview,
  RetentionRules,
} from '../../../protocol/kind-periods.ts';
import {
  DatedKind,
  goesWithSession,
  RETENTION_KINDS,
  RetentionKind,
} from '../../../protocol/retention-kinds.ts';
import type { Users } from '../../access/users.ts';
import type { RecordStore } from '../../records/record-store.ts';
import { rulesEntry } from '../../records/recorded-rules.ts';
import type { Recorder } from '../../records/recorder.ts';
import type { Retention } from '../../records/retention.ts';
import { Refusal } from '../../refusal.ts';
import { changedPeriods, periodsOf, withPeriods } from '../../settings/kind-periods.ts';
import type { RetentionPeriods, SettingsStore } from '../../settings/settings.ts';
import { type Route, route } from '../route.ts';

export interface PeriodsRoutesParts {
  readonly settings: SettingsStore;
  readonly records: Recorder & Pick<RecordStore, 'teams'>;
  readonly users: Pick<Users, 'list'>;
  readonly retention: Pick<Retention, 'dueUnder'>;
}

/** How long each kind of data is kept, and changing that. What goes when is `/api/v1/retention`. */
export function periodsRoutes({ settings, records, users, retention }: PeriodsRoutesParts): Route[] {
  return [
    route({
      method: 'get',
      path: '/api/v1/settings/retention',
      summary: 'How long each kind of data is kept and may be kept, and why',
      who: 'settings.read',
      answer: { status: 200, what: 'Each kind with its rule', schema: RetentionRules },
      async handle() {
        const [ofSessions, people] = await Promise.all([records.teams({ everything: true }), users.list()]);
        const teams = new Set([...ofSessions, ...people.flatMap(({ teams }) => teams)]);
        return {
          kinds: RetentionKind.options.map((kind) => ruleOf(kind, settings.current())),
          teams: [...teams].sort((a, b) => a.localeCompare(b)),
        };
      },
    }),

    route({
      method: 'post',
      path: '/api/v1/settings/retention/{kind}/preview',
      summary: 'How much more the next run would delete by other periods; changes nothing',
      who: 'settings.change',
      params: OfKind,
      body: KindPeriods,
      answer: {
        status: 200,
        what: 'What is due by the periods of now, and by these',
        schema: PeriodsPreview,
      },
      async handle({ params: { kind }, body }) {
        const now = settings.current();
        const then = withPeriods(now, kind, body);
        const [dueNow, dueThen] = [await retention.dueUnder(now, kind), await retention.dueUnder(then, kind)];
        return { dueNow, dueThen };
      },
    }),

    route({
      method: 'put',
      path: '/api/v1/settings/retention/{kind}',
      summary: 'Change how long a kind of data is kept; it counts from the next run on',
      who: 'settings.change',
      params: OfKind,
      body: ChangePeriods,
      answer: { status: 200, what: 'The kind with its rule as it is now', schema: KindRule },
      refusals: ['request.out-of-order'],
      async handle({ user, params: { kind }, body: { was, ...wanted } }) {
        const then = await settings.change(
          async (current) => {
            const now = periodsOf(current, kind);
            if (changedPeriods(kind, now, was).length > 0)
              throw new Refusal(
                'request.out-of-order',
                'Somebody changed these periods meanwhile. Look at them again, then change them.',
              );
            const periods = withPeriods(current, kind, wanted);
            return changedPeriods(kind, now, wanted).length === 0 ? undefined : periods;
          },
          (next, before) =>
            records.append([
              rulesEntry(next),
              {
                type: 'settings.changed',
                by: user.userId,
                changed: changedPeriods(kind, periodsOf(before, kind), wanted),
              },
            ]),
        );
        return ruleOf(kind, then);
      },
    }),
  ];
}

function ruleOf(kind: RetentionKind, periods: RetentionPeriods): KindRule {
  const { name, holds, purpose, ground } = RETENTION_KINDS[kind];
  const counts = goesWithSession(kind) ? ('sessions' as const) : ('entries' as const);
  const dated = DatedKind.safeParse(kind).data;
  if (dated === undefined) return { kind, name, holds, purpose, ground, counts };
  const { min, max } = RETENTION_KINDS[dated].days;
  const bounds = { minDays: min, maxDays: max, mayDifferByTeam: goesWithSession(kind) };
  return { kind, name, holds, purpose, ground, counts, periods: { ...periodsOf(periods, dated), ...bounds } };
}
