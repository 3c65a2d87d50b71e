import type { Entry, NewEntry } from '../../../protocol/record.ts';
import type { AccountStore } from '../account-store.ts';
import type { StoreThreads } from './store-threads.ts';
import type { StoredEntry } from './stored-entry.ts';
import type { Appended } from './write-operations.ts';

export type Append = (stored: StoredEntry[]) => Promise<Appended>;

/** Users, sign-ins, API keys and views, in the same file as the records. */
export abstract class SqliteAccountStore implements AccountStore {
  constructor(protected readonly threads: StoreThreads) {}

  /** Entries go into the record by a write that does something besides. */
  protected abstract appendBy(entries: readonly NewEntry[], write: Append): Promise<Entry[]>;

  readonly addUser: AccountStore['addUser'] = (user) => this.threads.commits.write('addUser', user);
  readonly setPassword: AccountStore['setPassword'] = async (id, hash, entries) => {
    await this.appendBy(entries, (stored) => this.threads.commits.write('setPassword', id, hash, stored));
  };
  readonly user: AccountStore['user'] = (id) => this.threads.read('user', id);
  readonly userByEmail: AccountStore['userByEmail'] = (email) => this.threads.read('userByEmail', email);
  readonly users: AccountStore['users'] = () => this.threads.read('users');
  readonly putSignIn: AccountStore['putSignIn'] = (signIn) => this.threads.commits.write('putSignIn', signIn);
  readonly signIn: AccountStore['signIn'] = (id) => this.threads.read('signIn', id);
  readonly touchSignIn: AccountStore['touchSignIn'] = (...args) =>
    this.threads.commits.write('touchSignIn', ...args);
  readonly bindSigningKey: AccountStore['bindSigningKey'] = (...args) =>
    this.threads.commits.write('bindSigningKey', ...args);
  readonly deleteSignIn: AccountStore['deleteSignIn'] = (id) =>
    this.threads.commits.write('deleteSignIn', id);
  readonly signInsOf: AccountStore['signInsOf'] = (userId) => this.threads.read('signInsOf', userId);
  readonly onSignInsEnded: AccountStore['onSignInsEnded'] = (listener) =>
    this.threads.onSignInsEnded(listener);
  readonly deleteExpiredSignIns: AccountStore['deleteExpiredSignIns'] = (now) =>
    this.threads.commits.write('deleteExpiredSignIns', now);
  readonly addApiKey: AccountStore['addApiKey'] = (key) => this.threads.commits.write('addApiKey', key);
  readonly apiKeyByHash: AccountStore['apiKeyByHash'] = (keyHash) =>
    this.threads.read('apiKeyByHash', keyHash);
  readonly apiKeys: AccountStore['apiKeys'] = (userId) => this.threads.read('apiKeys', userId);

  readonly savedViews: AccountStore['savedViews'] = (userId) => this.threads.read('savedViews', userId);
  readonly putSavedView: AccountStore['putSavedView'] = (...args) =>
    this.threads.commits.write('putSavedView', ...args);
  readonly deleteSavedView: AccountStore['deleteSavedView'] = (...args) =>
    this.threads.commits.write('deleteSavedView', ...args);
}
