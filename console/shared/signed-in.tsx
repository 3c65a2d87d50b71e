import { createContext, useContext } from 'react';
import type { Action, Me } from '../../protocol/access.ts';
import type { Accounts } from '../technician/accounts.ts';
import type { Api } from './api.ts';
import type { Invitations } from './invitations.ts';
import type { Live } from './live.ts';
import type { Offers } from './offers.ts';

/** What every page behind the sign-in works with. */
export interface SignedIn {
  me: Me;
  api: Api;
  live: Live;
  /** To watch sessions of others. */
  invitations: Invitations;
  /** Sessions that colleagues pass on to them. */
  offers: Offers;
  /** What this browser signs of the sessions that its technician holds. */
  accounts: Accounts;
  signOut: () => Promise<void>;
}

export const SignedInContext = createContext<SignedIn | undefined>(undefined);

export function useSignedIn(): SignedIn {
  const found = useContext(SignedInContext);
  if (!found) throw new Error('used outside of the signed-in pages');
  return found;
}

/** Whether this role may do it at all; the broker checks again, with the subject. */
export const useMay = (action: Action): boolean => useSignedIn().me.actions.includes(action);
