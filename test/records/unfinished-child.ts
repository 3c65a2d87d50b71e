/** Does what it is told to, and is killed in the middle of it: when its entries are durable, and before anything else is done. */
import { join } from 'node:path';
import { EndedSignIns } from '../../server/access/ended-sign-ins.ts';
import { Users } from '../../server/access/users.ts';
import { systemClock } from '../../server/clock.ts';
import { settingsRoutes } from '../../server/http/routes/settings.ts';
import type { AccountStore } from '../../server/records/account-store.ts';
import type { Recorder } from '../../server/records/recorder.ts';
import { openSqliteStore } from '../../server/records/sqlite/sqlite-record-store.ts';
import { openSettings } from '../../server/settings/settings-store.ts';

const [folder = '', task = '', ...args] = process.argv.slice(2);
const settings = await openSettings(folder);
const store = await openSqliteStore({
  file: join(folder, 'records.db'),
  // Plain, for the verification that the test makes of it.
  key: undefined,
  cursorKey: Buffer.alloc(32, 2),
  signingSeed: Buffer.alloc(32, 3),
  clock: systemClock,
  periods: () => settings.current(),
});

async function killedBehind(append: Promise<unknown>): Promise<never> {
  await append;
  process.kill(process.pid, 'SIGKILL');
  return new Promise(() => {});
}
const recorder: Recorder = { append: (entries) => killedBehind(store.append(entries)) };
/** The store, but that nothing happens behind a password either. */
const accounts: AccountStore = Object.assign(Object.create(store), {
  setPassword: (...args: Parameters<AccountStore['setPassword']>) => killedBehind(store.setPassword(...args)),
});
const users = () => new Users({ accounts, recorder, clock: systemClock, endedSignIns: new EndedSignIns() });

const TASKS: Record<string, () => Promise<unknown>> = {
  async disable() {
    const [userId = ''] = args;
    return users().change(userId, { disabled: true, role: 'technician', teams: [] }, 'test');
  },
  async password() {
    const [userId = '', password = ''] = args;
    return users().change(userId, { password }, 'test');
  },
  async rules() {
    const put = settingsRoutes(settings, recorder).find(({ method }) => method === 'put');
    const { reading: was } = settings.current();
    const reading = { ...was, manager: { ...was.manager, export: false } };
    return put?.handle({ user: { userId: 'paula' }, body: { reading, was } } as never);
  },
};

await TASKS[task]?.();
