import { ApiKeys } from '../access/api-keys.ts';
import { EndedSignIns } from '../access/ended-sign-ins.ts';
import { nameOrganisation } from '../access/organisation-name.ts';
import { Users } from '../access/users.ts';
import { systemClock } from '../clock.ts';
import { type Config, keySources } from '../config.ts';
import { createLog } from '../log.ts';
import { finishRestore } from '../records/backup/restored-files.ts';
import { recordAlarms } from '../records/damage-at-start.ts';
import { RecordKeeping } from '../records/keeping.ts';
import { openRecords } from '../records/open-records.ts';
import { settleRules } from '../records/recorded-rules.ts';
import { Retention } from '../records/retention.ts';
import { nothingFound } from '../refusal.ts';
import { openSettings } from '../settings/settings-store.ts';
import type { ControlContext } from './control-commands.ts';

export interface OwnData extends ControlContext {
  /** The key that signs the log, as the line that witnesses and verifiers are given; none while nothing was written. */
  logKey(): Promise<string | undefined>;
  close(): Promise<void>;
}

/** The data of this folder for one command, while no broker runs on it. The folder must have been claimed. */
export async function openOwnData(config: Config): Promise<OwnData> {
  const { dataDir } = config;
  const clock = systemClock;
  const log = createLog(config.logLevel === 'info' ? 'warn' : config.logLevel);
  await finishRestore(dataDir);
  const settings = await openSettings(dataDir);
  const sources = keySources(config);
  const records = await openRecords({ ...sources, dataDir, clock, settings, ...recordAlarms(log) });
  const { store, madeKeyFiles } = records;
  for (const file of madeKeyFiles)
    console.error(`A key file was made: ${file}. Keep a copy of it apart from the data.`);
  const parts = { accounts: store, recorder: store, clock, endedSignIns: new EndedSignIns() };
  const retention = new Retention({ store, settings, clock, log });
  const keeping = new RecordKeeping({ dataDir, sources, records, settings, clock });
  return {
    access: { users: new Users(parts), apiKeys: new ApiKeys(parts) },
    async runRetention(options) {
      if (!options.dryRun) await settleRules(store, settings, log);
      return retention.run(options);
    },
    nameOrganisation: (name, by) => nameOrganisation({ recorder: store, settings }, name, by),
    keeping,
    logKey: async () => (await store.checkpoint().catch(nothingFound))?.keys.at(-1),
    async close() {
      await keeping.close();
      await retention.close();
      await store.close();
    },
  };
}
