import { Action, type Role } from '../../protocol/access.ts';
import type { ReadingPolicy } from '../../protocol/reading-policy.ts';
import type { ReadScope } from '../records/record-store.ts';
import { Refusal } from '../refusal.ts';
import type { SignedIn } from './signed-in.ts';

/** Actions that reach into the session log. Each role that has one says how far. */
type Read = 'session.read' | 'session.export';

/** How far: what the store adds to every query. */
type Reach = (user: SignedIn) => ReadScope;

const everySession: Reach = () => ({ everything: true });
const own: Reach = ({ userId }) => ({ technicianId: userId });
const ofTheirTeams: Reach = ({ teams }) => ({ teams });

/**
 * A key in a script may do its user's work, but never give anybody access, so that a stolen one ends with itself; nor
 * decide that data go or stay.
 */
const ONLY_IN_PERSON: readonly Action[] = ['user.change', 'settings.change', 'session.hold', 'retention.run'];

const table = new Map<string, Reach | undefined>();
const key = (role: Role, action: Action) => `${role} ${action}`;

function allow(role: Role, action: Exclude<Action, Read>): void;
function allow(role: Role, action: Read, reach: Reach): void;
function allow(role: Role, action: Action, reach?: Reach): void {
  table.set(key(role, action), reach);
}

// What is not here is refused. Rights only narrow: the organisation's policy (`withheld`) and the customer's grant come on top.

allow('technician', 'session.open');
allow('technician', 'session.read', own);
allow('technician', 'session.invite');
/** Of others only what they are invited to. The customer is asked in any case. */
allow('technician', 'session.watch');

allow('manager', 'session.read', ofTheirTeams);
allow('manager', 'session.export', ofTheirTeams);
/** Without an invitation those of their teams (`supervises`). */
allow('manager', 'session.watch');

allow('auditor', 'session.read', everySession);
allow('auditor', 'session.export', everySession);
allow('auditor', 'access-log.read');
allow('auditor', 'log.watch');
allow('auditor', 'log.verify');
allow('auditor', 'retention.read');
allow('auditor', 'user.read');
allow('auditor', 'settings.read');
allow('auditor', 'metrics.read');

/** To answer people's rights they must find every record about a person. */
allow('privacy', 'session.read', everySession);
allow('privacy', 'session.export', everySession);
/** Who has read about me is one of the questions that they answer. */
allow('privacy', 'access-log.read');
/** They answer for it that what was deleted is all that is missing. */
allow('privacy', 'log.watch');
allow('privacy', 'log.verify');
allow('privacy', 'session.hold');
allow('privacy', 'retention.read');
allow('privacy', 'retention.run');
allow('privacy', 'settings.read');
allow('privacy', 'settings.change');

/** Runs the users and the settings, and reads no customer's data by that role. */
allow('admin', 'user.read');
allow('admin', 'user.change');
allow('admin', 'settings.read');
allow('admin', 'settings.change');
/** Sets witnesses up, so must see whether they work, and what a verification found; asking for one is the auditors'. */
allow('admin', 'log.watch');
allow('admin', 'metrics.read');

/** What the organisation takes away of what the table gives: the policy `reading` of its settings. */
function withheld(role: Role, action: Action, reading: ReadingPolicy): boolean {
  if (role === 'admin') return false;
  const rule: RoleReading = reading[role];
  switch (action) {
    case 'session.read':
    case 'session.hold':
      return rule.sessions === 'none';
    case 'session.export':
      return rule.sessions === 'none' || rule.export === false;
    // A technician's rule is about records; what they watch on invitation is none.
    case 'session.watch':
      return role === 'manager' && rule.sessions === 'none';
    case 'access-log.read':
      return rule.accessLog === false;
    default:
      return false;
  }
}

interface RoleReading {
  readonly sessions: string;
  readonly contactDetails: boolean;
  readonly export?: boolean;
  readonly accessLog?: boolean;
}

const has = (role: Role, action: Action, reading: ReadingPolicy): boolean =>
  table.has(key(role, action)) && !withheld(role, action, reading);

/** What a role may do at all, and what the console shows it. */
export const actionsOf = (role: Role, reading: ReadingPolicy): Action[] =>
  Action.options.filter((action) => has(role, action, reading));

/** Whether some answer may show them more: what decides about a request is `demandAction`. */
export const mayDo = ({ role, reading }: Pick<SignedIn, 'role' | 'reading'>, action: Action): boolean =>
  has(role, action, reading);

/**
 * The gate of every request. How far one that reads sessions sees is `readScope`'s; one that changes a session finds
 * only the user's own (`LiveSessions`).
 * @throws Refusal `permission.missing`
 */
export function demandAction(user: SignedIn, action: Action): void {
  if (!has(user.role, action, user.reading)) {
    throw new Refusal('permission.missing', 'Your role does not allow this.');
  }
  if (user.signInId === undefined && ONLY_IN_PERSON.includes(action)) {
    throw new Refusal('permission.missing', 'An API key cannot do this: sign in.');
  }
}

/** Whether they may ask to watch a session of this technician without being invited. */
export const supervises = (user: SignedIn, { team }: { team?: string | undefined }): boolean =>
  user.role === 'manager' && mayDo(user, 'session.watch') && team !== undefined && user.teams.includes(team);

/** What `user` sees of the session log, as the filter that the store adds to a query. @throws Refusal `permission.missing` */
export function readScope(user: SignedIn, action: Read): ReadScope {
  demandAction(user, action);
  const reach = table.get(key(user.role, action));
  if (!reach || user.role === 'admin') {
    throw new Error(`${action} of the role ${user.role} does not say how far`);
  }
  const { contactDetails } = user.reading[user.role];
  return { ...reach(user), ...(!contactDetails && { withoutDetails: true as const }) };
}
