import { setTimeout as pause } from 'node:timers/promises';
import type { z } from 'zod';
import { handle } from '../../protocol/handlers.ts';
import { type Config, readConfig } from '../config.ts';
import { type ControlCommand, controlHandlers } from './control-commands.ts';
import { askOwner, claimDataFolder, DataFolderInUse } from './control-socket.ts';

/** How long a broker that is starting, or another command, may hold this one up. */
const PATIENCE_MS = 15_000;
const TRY_EVERY_MS = 200;

/**
 * Has a command done by the broker that runs on this data folder, or, when none does, here.
 * @throws Refusal, ConfigError, KeyProblem, SettingsProblem, DataFolderInUse: each with a message for people.
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
