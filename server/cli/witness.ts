import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import { plain } from '../../protocol/plain-text.ts';
import { keyText, type NoteKey } from '../../protocol/proof/signed-note.ts';
import { systemClock } from '../clock.ts';
import { sha256 } from '../records/transparency/node-crypto.ts';
import { cosignerText, openCosigner } from '../witness/cosignature.ts';
import { KeptUnusable, LogDisagrees } from '../witness/disagreement.ts';
import { BrokerWatch } from '../witness/watch-broker.ts';
import { createWitnessServer } from '../witness/witness-server.ts';
import { fit, readOptions, UsageError } from './command-line.ts';
import { readLogKey } from './log-key.ts';

const Options = z.object({
  dir: z.string().min(1),
  from: z.url({ protocol: /^https?$/, error: 'must be the address of a broker' }).optional(),
  listen: z
    .string()
    .regex(/^[^\s]+:\d{1,5}$/, 'must be HOST:PORT')
    .optional(),
  key: z.array(z.string()).default([]),
  every: z.coerce.number().min(1, 'must be seconds, 1 or more').default(60),
  name: z
    .string()
    .regex(/^[^\s+]+$/, 'must be one word without a plus sign')
    .default('countersign-witness'),
  once: z.boolean().default(false),
});

/** `countersign witness`: keeps a log's checkpoints outside of the broker's data, and raises the alarm when it forked or shrank. */
export async function witnessCommand(argv: readonly string[]): Promise<void> {
  const options = fit(
    Options,
    readOptions(argv, {
      dir: { type: 'string' },
      from: { type: 'string' },
      listen: { type: 'string' },
      key: { type: 'string', multiple: true },
      every: { type: 'string' },
      name: { type: 'string' },
      once: { type: 'boolean' },
    }),
  );
  const keys = options.key.map(readLogKey);
  const folder = resolve(options.dir);
  if (options.from !== undefined) await watch({ ...options, from: options.from, folder, keys });
  else if (options.listen !== undefined) await listen({ ...options, listen: options.listen, folder, keys });
  else
    throw new UsageError(
      'Say --from URL to watch a broker, or --listen HOST:PORT to be shown its checkpoints.',
    );
}

interface WatchOptions {
  readonly from: string;
  readonly folder: string;
  readonly keys: readonly NoteKey[];
  readonly every: number;
  readonly once: boolean;
}

/** Until it is ended; with `once` it looks a single time, for cron, and the exit code tells. */
async function watch({ from, folder, keys, every, once: single }: WatchOptions): Promise<void> {
  const broker = new BrokerWatch({ broker: from, folder, keys, clock: systemClock });
  let said = '';
  for (;;) {
    try {
      const { size, key, before } = await broker.look();
      const how =
        before === 0
          ? 'is seen here for the first time, so there was nothing to compare it with'
          : 'begins with all that was seen before';
      const line = plain(`${from}: the log has ${size} entries and ${how} (key ${keyText(key, sha256)})`);
      if (line !== said) console.log(line);
      said = line;
    } catch (error) {
      if (single) throw alarmed(error, folder);
      report(error, folder);
    }
    if (single) return;
    await pause(every * 1000);
  }
}

interface ListenOptions {
  readonly listen: string;
  readonly folder: string;
  readonly keys: readonly NoteKey[];
  readonly name: string;
}

async function listen({ listen: at, folder, keys, name }: ListenOptions): Promise<void> {
  if (keys.length === 0)
    throw new UsageError(
      '--key is missing: the key of the log, as GET /api/v1/log/checkpoint of its broker tells it.',
    );
  const cosigner = await openCosigner(folder, name);
  const alarm = (message: string) => console.error(`ALARM: ${plain(message)}`);
  const server = createWitnessServer({ folder, logs: keys, cosigner, clock: systemClock, alarm });
  const colon = at.lastIndexOf(':');
  server.listen(Number(at.slice(colon + 1)), at.slice(0, colon).replace(/^\[|\]$/g, ''));
  await once(server, 'listening');
  const { address, port } = server.address() as AddressInfo;
  console.log(`Witness ready at http://${address.includes(':') ? `[${address}]` : address}:${port}`);
  console.log(`It signs what it has seen with the key ${cosignerText(cosigner)}`);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => server.close());
}

function report(error: unknown, folder: string): void {
  console.error(alarmed(error, folder).message);
}

/** The same error, with what a person needs to know. */
function alarmed(error: unknown, folder: string): Error {
  const known = error instanceof Error ? error : new Error(String(error));
  const said = plain(known.message);
  if (known instanceof KeptUnusable) return new WitnessProblem(`ALARM: ${said}`);
  if (!(known instanceof LogDisagrees)) return new WitnessProblem(`The log could not be looked at: ${said}`);
  const kept = `What was seen before and what is said now are kept below ${folder}, in a file ALARM.`;
  return new WitnessProblem(`ALARM: ${said}${known.unkept === undefined ? ` ${kept}` : ''}`);
}

/** The message tells a person what happened. */
class WitnessProblem extends Error {
  override readonly name = 'WitnessProblem';
}
