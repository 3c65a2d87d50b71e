import type { z } from 'zod';
import type { SetUpRequest, SetUpState, User } from '../../protocol/access.ts';
import { Refusal } from '../refusal.ts';
import { oneAtATime } from './one-at-a-time.ts';
import { type NamingParts, nameOrganisation } from './organisation-name.ts';
import { randomSecret, sameSecret } from './random-secret.ts';
import type { Users } from './users.ts';

/**
 * The first administrator. It is open only while there is no user at all; then it is gone, for this process
 * and every later one. The token is new at each start and lives only in memory and in the link that was printed.
 */
export class SetUp {
  readonly #users: Users;
  readonly #naming: NamingParts;
  readonly #token = randomSecret();
  readonly #inTurn = oneAtATime();

  constructor(parts: NamingParts & { users: Users }) {
    this.#users = parts.users;
    this.#naming = parts;
  }

  async isOpen(): Promise<boolean> {
    return !(await this.#users.any());
  }

  /** The token for the link to print; undefined once there is a user. */
  async token(): Promise<string | undefined> {
    return (await this.isOpen()) ? this.#token : undefined;
  }

  async state(token: string): Promise<SetUpState> {
    const isOpen = await this.isOpen();
    return { isOpen, tokenFits: isOpen && sameSecret(token, this.#token) };
  }

  /** @throws Refusal `not-found` when it is over, `sign-in.wrong` for another token. */
  complete(request: z.infer<typeof SetUpRequest>): Promise<User> {
    return this.#inTurn(async () => {
      if (!(await this.isOpen())) throw new Refusal('not-found', 'The set-up is done already.');
      if (!sameSecret(request.token, this.#token)) {
        throw new Refusal(
          'sign-in.wrong',
          'This set-up link is not valid. Use the one that the broker printed.',
        );
      }
      const { organisation, email, name, password } = request;
      // The user comes last: whatever fails before, the link can be used again.
      await nameOrganisation(this.#naming, organisation, 'set-up');
      return this.#users.addFirst({ email, name, password, role: 'admin', teams: [] }, 'set-up');
    });
  }
}
