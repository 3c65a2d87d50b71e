import { type Action, Role } from '../../protocol/access.ts';
import type { Reading, ReadingPolicy } from '../../protocol/reading-policy.ts';
import type { rules } from '../shared/strings/en/rules.ts';

/** Columns of the table of who reads what. */
export type Right = keyof typeof rules.reading.rights;

/** Without which action there is nothing of the right. */
const NEEDS: Record<Right, Action> = {
  sessions: 'session.read',
  contactDetails: 'session.read',
  export: 'session.export',
  accessLog: 'access-log.read',
  verification: 'log.watch',
  retention: 'retention.read',
  people: 'user.read',
};
export const RIGHTS = Object.keys(NEEDS) as Right[];

/** `on` and `off` are what a rule says; `always` and `never` no rule changes. */
export type Standing = 'always' | 'never' | 'on' | 'off';

type Rule = Readonly<Record<string, string | boolean>>;
const ruleOf = (policy: ReadingPolicy, role: Role): Rule => (role === 'admin' ? {} : policy[role]);

export function standingOf({ reading, most }: Reading, role: Role, right: Right): Standing {
  if (!most[role]?.includes(NEEDS[right])) return 'never';
  const value = ruleOf(reading, role)[right];
  if (value === undefined) return 'always';
  return value === false || value === 'none' ? 'off' : 'on';
}

/** Whether the rule counts for anything: details and exports of no sessions are none. */
export const isIdle = ({ reading }: Reading, role: Role, right: Right): boolean =>
  NEEDS[right].startsWith('session.') && right !== 'sessions' && ruleOf(reading, role).sessions === 'none';

const REACH = { technician: 'own', manager: 'teams', auditor: 'all', privacy: 'all' } as const;

/** The policy with one rule set. */
export function withRule(policy: ReadingPolicy, role: Role, right: Right, isOn: boolean): ReadingPolicy {
  if (role === 'admin') return policy;
  const value = right === 'sessions' ? (isOn ? REACH[role] : 'none') : isOn;
  return { ...policy, [role]: { ...policy[role], [right]: value } };
}

export interface ReadingChange {
  readonly role: Role;
  readonly right: Right;
  readonly isOn: boolean;
}

/** What another policy gives or takes, role by role. */
export function readingChanges(was: Reading, wanted: ReadingPolicy): ReadingChange[] {
  const then = { ...was, reading: wanted };
  return Role.options.flatMap((role) =>
    RIGHTS.filter((right) => standingOf(was, role, right) !== standingOf(then, role, right)).map((right) => ({
      role,
      right,
      isOn: standingOf(then, role, right) === 'on',
    })),
  );
}
