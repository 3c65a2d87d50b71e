import type { z } from 'zod';
import { handle } from '../../protocol/handlers.ts';
import { readConfig } from '../config.ts';
import { type ControlCommand, controlHandlers } from './control-commands.ts';
import { askOwner, claimDataFolder } from './control-socket.ts';

/**
 * Has a command done by the broker that runs on this data folder, or, when none does, here.
 * @throws Refusal, ConfigError, KeyProblem, DataFolderInUse: each with a message for the person at the terminal.
 */
export async function perform<Answer extends z.ZodType>(
  command: ControlCommand,
  answer: Answer,
): Promise<z.output<Answer>> {
  const config = readConfig(process.env);
  const asked = await askOwner(config.dataDir, command);
  if (asked) return answer.parse(asked.result);
  const claim = await claimDataFolder(config.dataDir);
  try {
    const { openOwnData } = await import('./own-data.ts');
    const data = await openOwnData(config);
    try {
      return answer.parse((await handle(controlHandlers, command, data)) ?? {});
    } finally {
      await data.close();
    }
  } finally {
    await claim.release();
  }
}
