import type { Role } from '../../protocol/access.ts';
import type { NewEntry } from '../../protocol/record.ts';
import type { SavedView } from '../../protocol/saved-view.ts';

export interface UserRow {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly role: Role;
  readonly teams: readonly string[];
  /** argon2id, PHC string. */
  readonly passwordHash: string;
  readonly disabled: boolean;
  readonly createdAt: string;
}

/** A sign-in: one signed-in browser. `id` is the SHA-256 of the cookie's value, which is never stored. */
export interface SignInRow {
  readonly id: string;
  readonly userId: string;
  readonly createdAt: string;
  readonly lastUsedAt: string;
  readonly expiresAt: string;
  readonly data: string;
}

/** Sign-ins that hold no longer: signed out, revoked, run out. Whoever keeps a socket open for one closes it. */
export interface SignInsEnded {
  readonly signInIds: readonly string[];
  /** This person may do nothing any more, with whatever proof. */
  readonly disabledUserId?: string;
  /** All sign-ins of this person ended, and who knew which ones died before they could say so. */
  readonly allOfUserId?: string;
}

export interface ApiKeyRow {
  readonly id: string;
  readonly userId: string;
  readonly name: string;
  /** SHA-256 of the key, which is shown once and never stored. */
  readonly keyHash: string;
  readonly createdAt: string;
  readonly expiresAt: string;
  readonly revoked: boolean;
}

/**
 * Users, sign-ins, API keys and what each user keeps for themselves. They live in the same encrypted file as the record, and may
 * be changed and deleted. Role, teams and "disabled" of a user change, sign-ins end with that, and a key is revoked, by nothing
 * but the append of the entry that says so, in one commit with it. So does a password, with its own append.
 */
export interface AccountStore {
  /** @throws Refusal `already-exists` for an e-mail address that is taken. */
  addUser(user: UserRow): Promise<void>;
  /** Together with the entries that say so: both or neither. @throws Refusal `not-found` */
  setPassword(userId: string, passwordHash: string, entries: readonly NewEntry[]): Promise<void>;
  user(id: string): Promise<UserRow | undefined>;
  userByEmail(email: string): Promise<UserRow | undefined>;
  users(): Promise<UserRow[]>;

  putSignIn(signIn: SignInRow): Promise<void>;
  signIn(id: string): Promise<SignInRow | undefined>;
  /** Only changes a row that is there: a sign-in that was deleted meanwhile stays deleted. */
  touchSignIn(id: string, lastUsedAt: string, expiresAt: string): Promise<void>;
  /** Sets the key that a sign-in signs with, once. Answers whether that is its key now. */
  bindSigningKey(id: string, signingKey: string): Promise<boolean>;
  deleteSignIn(id: string): Promise<void>;
  /** Their ids. */
  signInsOf(userId: string): Promise<string[]>;
  /** Told of those that an entry ended, once it is durable, also where its append was given up for lost. */
  onSignInsEnded(listener: (ended: SignInsEnded) => void): void;
  /** Answers the ids that were deleted. */
  deleteExpiredSignIns(now: string): Promise<string[]>;

  /** @throws Refusal `not-found` for a user who was disabled meanwhile. */
  addApiKey(key: ApiKeyRow): Promise<void>;
  apiKeyByHash(keyHash: string): Promise<ApiKeyRow | undefined>;
  apiKeys(userId: string): Promise<ApiKeyRow[]>;

  /** By name. */
  savedViews(userId: string): Promise<SavedView[]>;
  /** Adds or replaces one of this user. @throws Refusal `request.invalid` when they have too many. */
  putSavedView(userId: string, view: SavedView): Promise<void>;
  /** @throws Refusal `not-found` when this user has none of that id. */
  deleteSavedView(userId: string, id: string): Promise<void>;
}

export type SavedViewStore = Pick<AccountStore, 'savedViews' | 'putSavedView' | 'deleteSavedView'>;
