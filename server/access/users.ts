import { v7 as uuid } from 'uuid';
import type { ChangeUser, NewUser, User } from '../../protocol/access.ts';
import type { NewEntry } from '../../protocol/record.ts';
import { type Clock, instant } from '../clock.ts';
import type { AccountStore, UserRow } from '../records/account-store.ts';
import { endsSignIns } from '../records/ended-by-change.ts';
import type { Recorder } from '../records/recorder.ts';
import { Refusal } from '../refusal.ts';
import type { EndedSignIns } from './ended-sign-ins.ts';
import { oneAtATime } from './one-at-a-time.ts';
import { hashPassword } from './password.ts';

/** What other people's programs may see of a user. */
export const publicUser = ({ id, email, name, role, teams, disabled, createdAt }: UserRow): User => ({
  id,
  email,
  name,
  role,
  teams: [...teams],
  disabled,
  createdAt,
});

export interface UsersParts {
  readonly accounts: AccountStore;
  readonly recorder: Recorder;
  readonly clock: Clock;
  readonly endedSignIns: EndedSignIns;
}

/** Who may sign in, and as what. Every change stands in the record before it holds. */
export class Users {
  readonly #accounts: AccountStore;
  readonly #recorder: Recorder;
  readonly #clock: Clock;
  readonly #inTurn = oneAtATime();
  #anyKnown = false;

  constructor({ accounts, recorder, clock, endedSignIns }: UsersParts) {
    this.#accounts = accounts;
    this.#recorder = recorder;
    this.#clock = clock;
    accounts.onSignInsEnded((ended) => endedSignIns.announce(ended));
  }

  async list(): Promise<User[]> {
    return (await this.#accounts.users()).map(publicUser);
  }

  async get(id: string): Promise<User | undefined> {
    const user = await this.#accounts.user(id);
    return user && publicUser(user);
  }

  /** Whether there is any user at all. Users are disabled, never deleted, so a yes stays a yes. */
  async any(): Promise<boolean> {
    this.#anyKnown ||= (await this.#accounts.users()).length > 0;
    return this.#anyKnown;
  }

  /**
   * @param by the user id of who does it, `set-up` or `command-line`.
   * @throws Refusal `already-exists`
   */
  async add(wish: NewUser, by: string): Promise<User> {
    const passwordHash = await hashPassword(wish.password);
    return this.#inTurn(() => this.#add(wish, passwordHash, by));
  }

  /** The first user of all. @throws Refusal `not-found` once there is one. */
  async addFirst(wish: NewUser, by: string): Promise<User> {
    const passwordHash = await hashPassword(wish.password);
    return this.#inTurn(async () => {
      if (await this.any()) throw new Refusal('not-found', 'The set-up is done already.');
      return this.#add(wish, passwordHash, by);
    });
  }

  /**
   * A new role or password, or a disabled account, ends the user's sign-ins; a disabled account's API keys are revoked.
   * @throws Refusal `not-found`, or `request.invalid` when no administrator would be left.
   */
  async change(id: string, change: ChangeUser, by: string): Promise<User> {
    const { disabled, role, teams, password } = change;
    const passwordHash = password === undefined ? undefined : await hashPassword(password);
    return this.#inTurn(async () => {
      const user = await this.#accounts.user(id);
      if (!user) throw new Refusal('not-found', 'There is no such user.');
      await this.#keepAnAdministrator(user, change);
      const changed = { ...present({ disabled, role }), ...(teams && { teams: distinct(teams) }) };
      const said = { ...changed, ...(passwordHash !== undefined && { passwordChanged: true }) };
      const nowDisabled = disabled === true && !user.disabled;
      const lostKeys = nowDisabled ? await this.#goodKeysOf(id) : [];
      const ended = endsSignIns(said, user) ? await this.#accounts.signInsOf(id) : [];
      const reason = disabled === true ? ('user-disabled' as const) : ('revoked' as const);
      const entries: NewEntry[] = [
        { type: 'user.changed', userId: id, ...said, by },
        ...lostKeys.map((keyId) => ({ type: 'api-key.revoked' as const, userId: id, keyId, by })),
        ...ended.map(() => ({ type: 'sign-in.ended' as const, userId: id, reason })),
      ];
      // The store changes the rows with their entries, and says which sign-ins that ended.
      if (passwordHash === undefined) await this.#recorder.append(entries);
      else await this.#accounts.setPassword(id, passwordHash, entries);
      return publicUser({ ...user, ...changed });
    });
  }

  async #add(wish: NewUser, passwordHash: string, by: string): Promise<User> {
    const { email, name, role } = wish;
    if (await this.#accounts.userByEmail(email)) {
      throw new Refusal('already-exists', 'There is a user with this e-mail address already.', [
        { path: 'email', message: 'in use' },
      ]);
    }
    const id = uuid();
    const teams = distinct(wish.teams);
    await this.#recorder.append([{ type: 'user.added', userId: id, email, name, role, teams, by }]);
    const row = {
      id,
      email,
      name,
      role,
      teams,
      passwordHash,
      disabled: false,
      createdAt: instant(this.#clock),
    };
    await this.#accounts.addUser(row);
    this.#anyKnown = true;
    return publicUser(row);
  }

  async #keepAnAdministrator(user: UserRow, { disabled, role }: ChangeUser): Promise<void> {
    const leaves = disabled === true || (role !== undefined && role !== 'admin');
    if (!leaves || user.role !== 'admin' || user.disabled) return;
    const others = (await this.#accounts.users()).filter(
      (other) => other.role === 'admin' && !other.disabled && other.id !== user.id,
    );
    if (others.length === 0) {
      throw new Refusal('request.invalid', 'This is the last administrator: make another one first.');
    }
  }

  async #goodKeysOf(userId: string): Promise<string[]> {
    const keys = await this.#accounts.apiKeys(userId);
    return keys.filter(({ revoked }) => !revoked).map(({ id }) => id);
  }
}

const distinct = (teams: readonly string[]) => [...new Set(teams)];

/** Without the fields that are undefined, so that a store never writes one. */
function present<Fields extends object>(fields: Fields) {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [Name in keyof Fields]?: Exclude<Fields[Name], undefined>;
  };
}
