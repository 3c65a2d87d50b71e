import { v7 as uuid } from 'uuid';
import { type Clock, instant } from '../clock.ts';
import type { AccountStore, ApiKeyRow, UserRow } from '../records/account-store.ts';
import type { Recorder } from '../records/recorder.ts';
import { Refusal } from '../refusal.ts';
import { randomSecret, secretHash } from './random-secret.ts';

/** Says what it is, so that a key that leaked into a repository is found by its shape. */
const PREFIX = 'csk_';
export const DEFAULT_KEY_DAYS = 30;
export const MAX_KEY_DAYS = 365;
const DAY_MS = 24 * 60 * 60 * 1000;

export interface NewApiKey {
  readonly email: string;
  readonly name: string;
  /** 1 to `MAX_KEY_DAYS`. */
  readonly days: number;
}

export interface ApiKeyMade {
  readonly id: string;
  /** Shown once: only its hash is kept. */
  readonly key: string;
  readonly expiresAt: string;
}

/** Keys for programs. A key speaks for its user with that user's role of the moment, except that it cannot give access. */
export class ApiKeys {
  readonly #accounts: AccountStore;
  readonly #recorder: Recorder;
  readonly #clock: Clock;

  constructor(parts: { accounts: AccountStore; recorder: Recorder; clock: Clock }) {
    this.#accounts = parts.accounts;
    this.#recorder = parts.recorder;
    this.#clock = parts.clock;
  }

  /** @throws Refusal `not-found` when no enabled user has this e-mail address. */
  async add({ email, name, days }: NewApiKey, by: string): Promise<ApiKeyMade> {
    const user = await this.#accounts.userByEmail(email);
    if (!user || user.disabled) throw new Refusal('not-found', `There is no user ${email} who may sign in.`);
    const id = uuid();
    const key = PREFIX + randomSecret();
    const createdAt = instant(this.#clock);
    const expiresAt = new Date(this.#clock.now() + days * DAY_MS).toISOString();
    await this.#recorder.append([{ type: 'api-key.added', userId: user.id, keyId: id, name, expiresAt, by }]);
    await this.#accounts.addApiKey({
      id,
      userId: user.id,
      name,
      keyHash: secretHash(key),
      createdAt,
      expiresAt,
      revoked: false,
    });
    return { id, key, expiresAt };
  }

  async list(email: string): Promise<ApiKeyRow[]> {
    const user = await this.#accounts.userByEmail(email);
    if (!user) throw new Refusal('not-found', `There is no user ${email}.`);
    return this.#accounts.apiKeys(user.id);
  }

  /** @throws Refusal `not-found` when this user has no such key. */
  async revoke(email: string, keyId: string, by: string): Promise<void> {
    const key = (await this.list(email)).find(({ id }) => id === keyId);
    if (!key) throw new Refusal('not-found', `${email} has no such key.`);
    await this.#recorder.append([{ type: 'api-key.revoked', userId: key.userId, keyId, by }]);
  }

  /** The user for whom a key speaks now; undefined for a key that is unknown, over, revoked, or whose user is disabled. */
  async userOf(key: string): Promise<UserRow | undefined> {
    if (!key.startsWith(PREFIX) || key.length > 100) return undefined;
    const row = await this.#accounts.apiKeyByHash(secretHash(key));
    if (!row || row.revoked || row.expiresAt <= instant(this.#clock)) return undefined;
    const user = await this.#accounts.user(row.userId);
    return user?.disabled ? undefined : user;
  }
}
