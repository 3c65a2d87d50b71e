import { ApiKeys } from '../access/api-keys.ts';
import { EndedSignIns } from '../access/ended-sign-ins.ts';
import { Users } from '../access/users.ts';
import { systemClock } from '../clock.ts';
import type { Config } from '../config.ts';
import { createLog } from '../log.ts';
import { openRecords } from '../records/open-records.ts';
import { Retention } from '../records/retention.ts';
import { openSettings } from '../settings/settings-store.ts';
import type { ControlContext } from './control-commands.ts';

/** The data of this folder for one command, while no broker runs on it. The folder must have been claimed. */
export async function openOwnData(config: Config): Promise<ControlContext & { close(): Promise<void> }> {
  const { dataDir, keyFile, key } = config;
  const clock = systemClock;
  const log = createLog(config.logLevel === 'info' ? 'warn' : config.logLevel);
  const settings = await openSettings(dataDir);
  const { store, keys } = await openRecords({ dataDir, keyFile, key, clock, settings });
  if (keys.madeKeyFile) {
    console.error(`A key file was made: ${keys.madeKeyFile}. Keep a copy of it apart from the data.`);
  }
  const parts = { accounts: store, recorder: store, clock, endedSignIns: new EndedSignIns() };
  const retention = new Retention({ store, settings, clock, log });
  return {
    access: { users: new Users(parts), apiKeys: new ApiKeys(parts) },
    runRetention: (options) => retention.run(options),
    async close() {
      await retention.close();
      await store.close();
    },
  };
}
