import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Program, startProgram } from './program.ts';

export const COUNTERSIGN = fileURLToPath(new URL('../../bin/countersign.mjs', import.meta.url));

/** A broker wherever it runs. */
export interface ReachableBroker {
  readonly url: string;
  readonly port: number;
  /** The one-time link, while nobody is set up. */
  readonly setUpLink: string | undefined;
  /** Ends it and removes its data. */
  close(): Promise<void>;
}

/** A broker in a process of its own, on a data folder of its own. */
export interface RunningBroker extends ReachableBroker {
  readonly folder: string;
  readonly env: Record<string, string>;
  readonly program: Program;
  /** SIGKILL: nothing is tidied. */
  kill(): Promise<void>;
  /** The same data and the same port again, after `kill` or an end. */
  startAgain(): Promise<RunningBroker>;
}

/** Everything that a broker keeps lies in `folder`. */
export const brokerEnvironment = (folder: string): Record<string, string> => ({
  COUNTERSIGN_PORT: '0',
  COUNTERSIGN_DATA_DIR: join(folder, 'data'),
  COUNTERSIGN_KEY_FILE: join(folder, 'key'),
  COUNTERSIGN_LOG_LEVEL: 'warn',
  // What needs no media does not wait for a worker to start.
  COUNTERSIGN_MEDIA: 'off',
});

export async function startBroker(env: Record<string, string> = {}): Promise<RunningBroker> {
  const folder = await mkdtemp(join(tmpdir(), 'countersign-broker-'));
  return start(folder, { ...brokerEnvironment(folder), ...env });
}

async function start(folder: string, env: Record<string, string>): Promise<RunningBroker> {
  const program = startProgram(process.execPath, [COUNTERSIGN, 'serve'], { env });
  const [, url] = await program.prints(/ready at (https?:\/\/\S+)/, 30_000);
  const setUpLink = program.output().match(/(https?:\/\/\S+\/set-up\?token=\S+)/)?.[1];
  const { port } = new URL(url!);
  return {
    url: url!,
    port: Number(port),
    folder,
    env,
    program,
    setUpLink,
    async kill() {
      await program.stop('SIGKILL');
    },
    async startAgain() {
      await program.ended;
      return start(folder, { ...env, COUNTERSIGN_PORT: port });
    },
    async close() {
      await program.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
