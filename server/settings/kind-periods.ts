import type { KindPeriods } from '../../protocol/kind-periods.ts';
import { type DatedKind, goesWithSession, RETENTION_KINDS } from '../../protocol/retention-kinds.ts';
import { outliving, scheduleWith, type TeamPeriods } from '../../protocol/retention-schedule.ts';
import { Refusal } from '../refusal.ts';
import type { RetentionPeriods } from './settings.ts';

interface Fault {
  readonly path: string;
  readonly message: string;
}

/** What the settings say of one kind; teams by name. */
export const periodsOf = (
  { retention, retentionOfTeams }: RetentionPeriods,
  kind: DatedKind,
): KindPeriods => ({
  days: retention[kind],
  teams: Object.entries(retentionOfTeams)
    .flatMap(([team, periods]) => {
      const days = goesWithSession(kind) ? periods[kind as keyof TeamPeriods] : undefined;
      return days === undefined ? [] : [{ team, days }];
    })
    .sort((a, b) => a.team.localeCompare(b.team)),
});

/**
 * The settings with other periods of one kind.
 * @throws Refusal `request.invalid` with each field that leaves the kind's bounds, or would outlive the session record.
 */
export function withPeriods(
  periods: RetentionPeriods,
  kind: DatedKind,
  wanted: KindPeriods,
): RetentionPeriods {
  const changed = replaced(periods, kind, wanted);
  const beyond = outOfBounds(kind, wanted);
  const faults = beyond.length > 0 ? beyond : outlived(changed, kind, wanted);
  if (faults.length > 0) throw new Refusal('request.invalid', 'These periods cannot be set.', faults);
  return changed;
}

/** What is another than before, as the entry `settings.changed` says it. */
export function changedPeriods(kind: DatedKind, before: KindPeriods, after: KindPeriods): string[] {
  const teamLine = (team: string, days: number | 'none') => `retentionOfTeams.${team}.${kind}=${days}`;
  const old = new Map(before.teams.map(({ team, days }) => [team, days]));
  const now = new Set(after.teams.map(({ team }) => team));
  return [
    ...(before.days === after.days ? [] : [`retention.${kind}=${after.days}`]),
    ...after.teams
      .filter(({ team, days }) => old.get(team) !== days)
      .map(({ team, days }) => teamLine(team, days)),
    ...before.teams.filter(({ team }) => !now.has(team)).map(({ team }) => teamLine(team, 'none')),
  ];
}

function replaced(
  { retention, retentionOfTeams }: RetentionPeriods,
  kind: DatedKind,
  wanted: KindPeriods,
): RetentionPeriods {
  const teams = new Map<string, TeamPeriods>();
  for (const [team, own] of Object.entries(retentionOfTeams)) {
    const { [kind as keyof TeamPeriods]: _, ...others } = own;
    if (Object.keys(others).length > 0) teams.set(team, others);
  }
  for (const { team, days } of wanted.teams) teams.set(team, { ...teams.get(team), [kind]: days });
  return { retention: { ...retention, [kind]: wanted.days }, retentionOfTeams: Object.fromEntries(teams) };
}

function outOfBounds(kind: DatedKind, { days, teams }: KindPeriods): Fault[] {
  const { min, max } = RETENTION_KINDS[kind].days;
  const message = `keep it from ${min} to ${max} days: no setting may go beyond that`;
  const isOut = (value: number) => value < min || value > max;
  return [
    ...(isOut(days) ? [{ path: 'days', message }] : []),
    ...teams.flatMap(({ days: own }, index) =>
      isOut(own) ? [{ path: `teams.${index}.days`, message }] : [],
    ),
    ...(teams.length > 0 && !goesWithSession(kind)
      ? [{ path: 'teams', message: 'this kind belongs to no team: it has one period for everybody' }]
      : []),
  ];
}

/** The session record takes its parts with it, so shortening it may be what lets a part outlive it. */
function outlived(
  { retention, retentionOfTeams }: RetentionPeriods,
  kind: DatedKind,
  wanted: KindPeriods,
): Fault[] {
  const faults = outliving(retention).map(([, message]) => ({ path: 'days', message }));
  for (const [team, own] of Object.entries(retentionOfTeams)) {
    const index = wanted.teams.findIndex((of) => of.team === team);
    for (const [, message] of outliving(scheduleWith(retention, own)))
      faults.push({
        path: index < 0 ? 'days' : `teams.${index}.days`,
        message: `in the team ${team}: ${message}`,
      });
  }
  return goesWithSession(kind) ? faults.slice(0, 1) : [];
}
