import type { Action } from '../../protocol/access.ts';
import { mayDo } from '../access/policies.ts';
import type { SignedIn } from '../access/signed-in.ts';
import type { AccountStore } from '../records/account-store.ts';
import { Refusal } from '../refusal.ts';
import type { SuccessorPerson } from './passing-decisions.ts';
import type { Person } from './watching-decisions.ts';

type Users = Pick<AccountStore, 'user'>;

/** @throws Refusal `not-found` for whoever is not there, or may not watch */
export async function invitable(users: Users, userId: string, by: SignedIn): Promise<Person> {
  const { name, role } = await found(
    users,
    userId,
    by,
    'session.watch',
    'This person cannot watch sessions.',
  );
  return { userId, name, role };
}

/** @throws Refusal `not-found` for whoever is not there, or may not help customers */
export async function mayHaveIt(users: Users, userId: string, by: SignedIn): Promise<SuccessorPerson> {
  const { name, teams } = await found(users, userId, by, 'session.open', 'This person cannot have sessions.');
  return { userId, name, teams };
}

async function found(users: Users, userId: string, { reading }: SignedIn, action: Action, otherwise: string) {
  const user = await users.user(userId);
  if (!user || user.disabled || !mayDo({ role: user.role, reading }, action))
    throw new Refusal('not-found', otherwise);
  return user;
}
