import { foreignLine } from '../../protocol/text.ts';
import type { AccountStore, UserRow } from '../records/account-store.ts';
import type { Recorder } from '../records/recorder.ts';
import { Refusal } from '../refusal.ts';
import { verifyPassword } from './password.ts';
import { type SignInLimits, SignInTries, TooManyTries } from './tries.ts';

export interface SignInAttempt {
  readonly email: string;
  readonly password: string;
  readonly address: string;
  /** The browser's `User-Agent`, for the sign-in log. */
  readonly userAgent: string;
}

export interface SignInParts {
  readonly accounts: AccountStore;
  readonly recorder: Recorder;
  readonly limits?: SignInLimits | undefined;
}

const UserAgent = foreignLine(200);

/**
 * Proves who somebody is by a password. A second factor goes between the password and `sign-in.succeeded`;
 * single sign-on is another function of this shape that answers a user.
 */
export class SignIn {
  readonly #accounts: AccountStore;
  readonly #recorder: Recorder;
  readonly #tries: SignInTries;

  constructor({ accounts, recorder, limits }: SignInParts) {
    this.#accounts = accounts;
    this.#recorder = recorder;
    this.#tries = new SignInTries(limits);
  }

  /**
   * Answers the user once the sign-in stands in the record.
   * @throws Refusal `sign-in.wrong` (one answer for unknown, wrong and disabled), `tries.too-many`
   */
  async byPassword({ email, password, address, userAgent }: SignInAttempt): Promise<UserRow> {
    let succeeded: () => Promise<void>;
    try {
      succeeded = await this.#tries.take(email, address);
    } catch (error) {
      if (error instanceof TooManyTries && error.first) {
        await this.#recorder.append([{ type: 'sign-in.failed', email, address, reason: 'too-many-tries' }]);
      }
      throw error;
    }
    const user = await this.#accounts.userByEmail(email);
    const right = await verifyPassword(user?.passwordHash, password);
    if (!user || !right || user.disabled) {
      const reason = right ? 'disabled' : 'wrong';
      await this.#recorder.append([{ type: 'sign-in.failed', email, address, reason }]);
      throw wrongSignIn();
    }
    await succeeded();
    await this.#recorder.append([
      { type: 'sign-in.succeeded', userId: user.id, address, userAgent: cleanUserAgent(userAgent) },
    ]);
    return user;
  }
}

export const wrongSignIn = () => new Refusal('sign-in.wrong', 'The e-mail address or the password is wrong.');

const cleanUserAgent = (text: string) => UserAgent.parse(text.slice(0, 1000));
