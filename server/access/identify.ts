import type { IncomingMessage } from 'node:http';
import type { ReadingPolicy } from '../../protocol/reading-policy.ts';
import type { AccountStore, UserRow } from '../records/account-store.ts';
import type { ApiKeys } from './api-keys.ts';
import type { ClientAddress } from './client-address.ts';
import type { CookieSignIn, SignInSessions } from './sign-in-sessions.ts';
import type { SignedIn } from './signed-in.ts';

/**
 * Who a request or an upgrade speaks for, as they are now: a role that changed counts at once. A request that
 * shows an API key is judged by the key alone; a wrong key is nobody, whatever cookie comes with it.
 */
export type Identify = (request: IncomingMessage, by?: AskedBy) => Promise<SignedIn | undefined>;

/** `page`: a page asks again by itself, which is no use of a sign-in: it ends as if nobody had asked. */
export type AskedBy = 'person' | 'page';

const BEARER = /^Bearer +([\w-]+)$/i;

export interface IdentifyParts {
  readonly accounts: AccountStore;
  readonly apiKeys: ApiKeys;
  readonly signInSessions: SignInSessions;
  readonly addressOf: ClientAddress;
  /** What the organisation lets each role read, at this moment. */
  readonly reading: () => ReadingPolicy;
}

export function createIdentify({ reading, ...parts }: IdentifyParts): Identify {
  const identify = whoSpeaks(parts);
  return async (request, by = 'person') => {
    const user = await identify(request, by);
    return user && { ...user, reading: reading() };
  };
}

type Identified = Omit<SignedIn, 'reading'>;

function whoSpeaks({ accounts, apiKeys, signInSessions, addressOf }: Omit<IdentifyParts, 'reading'>) {
  return async (request: IncomingMessage, by: AskedBy): Promise<Identified | undefined> => {
    const { authorization } = request.headers;
    if (authorization !== undefined) {
      const key = BEARER.exec(authorization)?.[1];
      const user = key && (await apiKeys.userOf(key));
      return user ? signedIn(user, addressOf(request)) : undefined;
    }
    const signIn = await signInSessions.of(request);
    if (signIn && by === 'person') await signInSessions.touch(signIn);
    const user = signIn && (await accounts.user(signIn.userId));
    return user && !user.disabled ? { ...signedIn(user, addressOf(request)), ...proof(signIn) } : undefined;
  };
}

const proof = ({ id, signingKey }: CookieSignIn) => ({
  signInId: id,
  ...(signingKey === undefined ? {} : { signingKey }),
});

const signedIn = ({ id, email, name, role, teams }: UserRow, address: string): Identified => ({
  userId: id,
  email,
  name,
  role,
  teams,
  address,
});
