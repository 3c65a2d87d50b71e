import { Action, type Role } from '../../protocol/access.ts';
import type { ReadScope } from '../records/record-store.ts';
import { Refusal } from '../refusal.ts';
import type { SignedIn } from './signed-in.ts';

/** What a policy looks at. For actions on a session: whose it is. */
export interface Subject {
  readonly technicianId?: string | undefined;
  readonly team?: string | undefined;
}

type Condition = (user: SignedIn, subject: Subject) => boolean;

const always: Condition = () => true;
const own: Condition = (user, session) => session.technicianId === user.userId;
const ofTheirTeams: Condition = (user, session) =>
  session.team !== undefined && user.teams.includes(session.team);

/** A key in a script may do its user's work, but never give anybody access, so that a stolen one ends with itself. */
const ONLY_IN_PERSON: readonly Action[] = ['user.change', 'settings.change'];

const table = new Map<string, Condition>();
const key = (role: Role, action: Action) => `${role} ${action}`;

function allow(role: Role, action: Action, condition: Condition = always): void {
  table.set(key(role, action), condition);
}

// What is not here is refused. Rights only narrow: the organisation's policy and the customer's grant come on top.

allow('technician', 'session.open');
allow('technician', 'session.read', own);

allow('manager', 'session.read', ofTheirTeams);
allow('manager', 'session.export', ofTheirTeams);

allow('auditor', 'session.read');
allow('auditor', 'session.export');
allow('auditor', 'user.read');
allow('auditor', 'settings.read');
allow('auditor', 'metrics.read');

/** To answer people's rights they must find every record about a person. */
allow('privacy', 'session.read');
allow('privacy', 'session.export');
allow('privacy', 'settings.read');
allow('privacy', 'settings.change');

/** Runs the users and the settings, and reads no customer's data by that role. */
allow('admin', 'user.read');
allow('admin', 'user.change');
allow('admin', 'settings.read');
allow('admin', 'settings.change');
allow('admin', 'metrics.read');

/** Whether `user` may do this to `subject`. */
export function can(user: SignedIn, action: Action, subject: Subject): boolean {
  if (user.signInId === undefined && ONLY_IN_PERSON.includes(action)) return false;
  return table.get(key(user.role, action))?.(user, subject) ?? false;
}

/** Actions that this role has for at least some subject: what the console shows at all. */
export const actionsOf = (role: Role): Action[] =>
  Action.options.filter((action) => table.has(key(role, action)));

/**
 * The gate of every request, before its subject is known: this user has the action for some subject.
 * @throws Refusal `permission.missing`
 */
export function demandAction(user: SignedIn, action: Action): void {
  if (!table.has(key(user.role, action))) {
    throw new Refusal('permission.missing', 'Your role does not allow this.');
  }
  if (user.signInId === undefined && ONLY_IN_PERSON.includes(action)) {
    throw new Refusal('permission.missing', 'An API key cannot do this: sign in.');
  }
}

/** What `session.read` and `session.export` let `user` see, as the filter that the store adds to a query. */
export function readScope(user: SignedIn, action: 'session.read' | 'session.export'): ReadScope {
  demandAction(user, action);
  switch (table.get(key(user.role, action))) {
    case own:
      return { technicianId: user.userId };
    case ofTheirTeams:
      return { teams: user.teams };
    default:
      return { everything: true };
  }
}
