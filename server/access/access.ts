import { type Clock, instant } from '../clock.ts';
import type { AccountStore } from '../records/account-store.ts';
import type { Recorder } from '../records/recorder.ts';
import type { SettingsStore } from '../settings/settings.ts';
import { ApiKeys } from './api-keys.ts';
import { type ClientAddress, clientAddress, type TrustProxy } from './client-address.ts';
import { EndedSignIns } from './ended-sign-ins.ts';
import { createIdentify, type Identify } from './identify.ts';
import { SetUp } from './set-up.ts';
import { SignIn } from './sign-in.ts';
import { SignInSessions } from './sign-in-sessions.ts';
import type { SignInLimits } from './tries.ts';
import { Users } from './users.ts';

export interface AccessParts {
  readonly accounts: AccountStore;
  readonly recorder: Recorder;
  readonly settings: SettingsStore;
  readonly clock: Clock;
  readonly cookieSecret: string;
  /** The broker is reached by HTTPS. */
  readonly secure: boolean;
  readonly trustProxy: TrustProxy;
  readonly limits?: SignInLimits;
}

/** Who somebody is, and whether they may come in. What they may do then stands in `policies.ts`. */
export interface Access {
  readonly users: Users;
  readonly apiKeys: ApiKeys;
  readonly signIn: SignIn;
  readonly signInSessions: SignInSessions;
  readonly setUp: SetUp;
  readonly identify: Identify;
  readonly addressOf: ClientAddress;
  readonly endedSignIns: EndedSignIns;
  close(): void;
}

const SWEEP_EVERY_MS = 10 * 60_000;

export function createAccess(parts: AccessParts): Access {
  const { accounts, recorder, settings, clock, cookieSecret, secure, trustProxy, limits } = parts;
  const endedSignIns = new EndedSignIns();
  const users = new Users({ accounts, recorder, clock, endedSignIns });
  const apiKeys = new ApiKeys({ accounts, recorder, clock });
  const signInSessions = new SignInSessions({ accounts, clock, cookieSecret, secure, endedSignIns });
  const addressOf = clientAddress(trustProxy);
  const reading = () => settings.current().reading;
  return {
    users,
    apiKeys,
    signIn: new SignIn({ accounts, recorder, limits }),
    signInSessions,
    setUp: new SetUp({ users, recorder, settings }),
    identify: createIdentify({ accounts, apiKeys, signInSessions, addressOf, reading }),
    addressOf,
    endedSignIns,
    close: sweepExpiredSignIns(accounts, clock, endedSignIns),
  };
}

/** They count no longer from the moment they expire; this clears them away, and what still hangs on them. */
function sweepExpiredSignIns(accounts: AccountStore, clock: Clock, endedSignIns: EndedSignIns): () => void {
  let cancel = () => {};
  const sweepLater = () => {
    cancel = clock.after(SWEEP_EVERY_MS, () => {
      accounts.deleteExpiredSignIns(instant(clock)).then(
        (signInIds) => endedSignIns.announce({ signInIds }),
        () => {}, // a store that cannot delete now can at the next round; its trouble shows in /readyz
      );
      sweepLater();
    });
  };
  sweepLater();
  return () => cancel();
}
