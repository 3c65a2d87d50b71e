import type { IncomingMessage } from 'node:http';
import type { AccountStore, UserRow } from '../records/account-store.ts';
import type { ApiKeys } from './api-keys.ts';
import type { ClientAddress } from './client-address.ts';
import type { SignInSessions } from './sign-in-sessions.ts';
import type { SignedIn } from './signed-in.ts';

/**
 * Who a request or an upgrade speaks for, as they are now: a role that changed counts at once. A request that
 * shows an API key is judged by the key alone; a wrong key is nobody, whatever cookie comes with it.
 */
export type Identify = (request: IncomingMessage) => Promise<SignedIn | undefined>;

const BEARER = /^Bearer +([\w-]+)$/i;

export interface IdentifyParts {
  readonly accounts: AccountStore;
  readonly apiKeys: ApiKeys;
  readonly signInSessions: SignInSessions;
  readonly addressOf: ClientAddress;
}

export function createIdentify({ accounts, apiKeys, signInSessions, addressOf }: IdentifyParts): Identify {
  return async (request) => {
    const { authorization } = request.headers;
    if (authorization !== undefined) {
      const key = BEARER.exec(authorization)?.[1];
      const user = key && (await apiKeys.userOf(key));
      return user ? signedIn(user, addressOf(request)) : undefined;
    }
    const signIn = await signInSessions.of(request);
    const user = signIn && (await accounts.user(signIn.userId));
    return user && !user.disabled
      ? { ...signedIn(user, addressOf(request)), signInId: signIn.id }
      : undefined;
  };
}

const signedIn = ({ id, email, name, role, teams }: UserRow, address: string): SignedIn => ({
  userId: id,
  email,
  name,
  role,
  teams,
  address,
});
