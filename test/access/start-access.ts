import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NewUser, Role } from '../../protocol/access.ts';
import type { Entry } from '../../protocol/record.ts';
import { type Access, type AccessParts, createAccess } from '../../server/access/access.ts';
import type { SignedIn } from '../../server/access/signed-in.ts';
import { openSqliteStore, type SqliteRecordStore } from '../../server/records/sqlite/sqlite-record-store.ts';
import { Settings, type SettingsStore } from '../../server/settings/settings.ts';
import { openSettings } from '../../server/settings/settings-store.ts';
import { FakeClock } from '../support/fake-clock.ts';

export const PASSWORD = 'correct horse battery';

export interface RunningAccess extends Access {
  readonly store: SqliteRecordStore;
  /** What the store keeps it in, and the key: for tests that do what only an operator can. */
  readonly database: { readonly file: string; readonly key: Uint8Array };
  readonly clock: FakeClock;
  readonly settings: SettingsStore;
  /** From here on `entries` answers only what comes new: a store takes a second to start, so a file shares one. */
  fresh(): Promise<void>;
  /** What stands in the record outside sessions since `fresh`, oldest first. */
  entries(): Promise<Entry[]>;
  types(): Promise<string[]>;
  stop(): Promise<void>;
}

export async function startAccess(
  options: Partial<Pick<AccessParts, 'secure' | 'trustProxy'>> = {},
): Promise<RunningAccess> {
  const folder = await mkdtemp(join(tmpdir(), 'countersign-access-'));
  const clock = new FakeClock();
  const database = { file: join(folder, 'records.db'), key: randomBytes(32) };
  const store = await openSqliteStore({
    ...database,
    cursorKey: randomBytes(32),
    signingSeed: randomBytes(32),
    clock,
    periods: () => settings.current(),
  });
  const settings = await openSettings(folder);
  const access = createAccess({
    accounts: store,
    recorder: store,
    settings,
    clock,
    cookieSecret: randomBytes(32).toString('base64'),
    secure: false,
    trustProxy: false,
    ...options,
  });
  let seen = 0;
  const newest = async () => (await store.entries({ limit: 1 }))[0]?.seq ?? 0;
  const entries = async () =>
    (await store.entries({ limit: 1000 })).filter(({ seq }) => seq > seen).reverse();
  return {
    ...access,
    store,
    database,
    clock,
    settings,
    async fresh() {
      seen = await newest();
    },
    entries,
    types: async () => (await entries()).map(({ type }) => type),
    async stop() {
      access.close();
      await store.close();
      await rm(folder, { recursive: true });
    },
  };
}

let users = 0;

/** A new user as the administrator would type one, each with an address of their own. */
export const someone = (role: Role, more: Partial<NewUser> = {}): NewUser => ({
  email: `${role}-${++users}@example.com`,
  name: `Some ${role}`,
  role,
  teams: [],
  password: PASSWORD,
  ...more,
});

export const signedInAs = (role: Role, more: Partial<SignedIn> = {}): SignedIn => ({
  userId: '01890000-0000-7000-8000-000000000001',
  email: `${role}@example.com`,
  name: `Some ${role}`,
  role,
  teams: [],
  signInId: 'a sign-in',
  address: '192.0.2.1',
  reading: Settings.parse({}).reading,
  ...more,
});
