import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { z } from 'zod';
import { handle } from '../../protocol/handlers.ts';
import { type Config, readConfig } from '../config.ts';
import { exists } from '../records/keys/key-file.ts';
import { type ControlCommand, controlHandlers } from './control-commands.ts';
import { askOwner, claimDataFolder } from './control-socket.ts';
import { DataFolderInUse } from './one-owner.ts';

/** A command that reads or changes what is there makes neither a key nor a folder. */
const MAKES_DATA: readonly ControlCommand['type'][] = ['user.add'];

/** There is nothing at this path that a command could be about. */
export class NoData extends Error {
  override readonly name = 'NoData';
  constructor(dataDir: string) {
    super(
      `There are no data at ${dataDir}. COUNTERSIGN_DATA_DIR says where they are; countersign serve, or countersign user add, makes new ones.`,
    );
  }
}

/** How long a broker that is starting, or another command, may hold this one up. */
const PATIENCE_MS = 15_000;
const TRY_EVERY_MS = 200;

/**
 * Has a command done by the broker that runs on this data folder, or, when none does, here.
 * @throws NoData, Refusal, ConfigError, KeyProblem, SettingsProblem, DataFolderInUse: each with a message for people.
 */
export async function perform<Answer extends z.ZodType>(
  command: ControlCommand,
  answer: Answer,
): Promise<z.output<Answer>> {
  const config = readConfig(process.env);
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    try {
      return answer.parse(await performOnce(command, config));
    } catch (error) {
      if (!(error instanceof DataFolderInUse) || Date.now() > deadline) throw error;
      await pause(TRY_EVERY_MS);
    }
  }
}

async function performOnce(command: ControlCommand, config: Config): Promise<unknown> {
  const asked = await askOwner(config.dataDir, command);
  if (asked) return asked.result;
  if (!MAKES_DATA.includes(command.type) && !(await exists(join(config.dataDir, 'records.db'))))
    throw new NoData(config.dataDir);
  return claiming(config, async () => {
    const { openOwnData } = await import('./own-data.ts');
    const data = await openOwnData(config);
    try {
      return (await handle(controlHandlers, command, data)) ?? {};
    } finally {
      await data.close();
    }
  });
}

/** Does what no broker can do while it runs. @throws DataFolderInUse when one does. */
export function withOwnFolder<Result>(work: (config: Config) => Promise<Result>): Promise<Result> {
  const config = readConfig(process.env);
  return claiming(config, () => work(config));
}

async function claiming<Result>({ dataDir }: Config, work: () => Promise<Result>): Promise<Result> {
  const claim = await claimDataFolder(dataDir);
  try {
    return await work();
  } finally {
    await claim.release();
  }
}
