import { join } from 'node:path';
import { freePort } from './free-port.ts';
import { startProgram } from './program.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** A TURN server that relays to this machine, for whoever has credentials made with `secret`. */
export interface Coturn {
  readonly url: string;
  readonly secret: string;
  /** What it has said so far. */
  output(): string;
  stop(): Promise<void>;
}

export async function startCoturn(): Promise<Coturn> {
  const folder = await temporaryFolder();
  const secret = 'what coturn and the broker share';
  const port = await freePort();
  // Line by line, so that it can be waited for what it says.
  const program = startProgram('stdbuf', [
    ...['-oL', 'turnserver'],
    ...['--listening-ip=127.0.0.1', `--listening-port=${port}`, '--relay-ip=127.0.0.1'],
    ...['--use-auth-secret', `--static-auth-secret=${secret}`, '--realm=countersign.test'],
    ...['--allow-loopback-peers', '--no-cli', '--no-tls', '--no-dtls'],
    ...['--verbose', '--simple-log', '--log-file=stdout'],
    ...[`--pidfile=${join(folder.path, 'pid')}`, `--userdb=${join(folder.path, 'users')}`],
  ]);
  await program.prints(/UDP listener opened/);
  return {
    url: `turn:127.0.0.1:${port}`,
    secret,
    output: () => program.output(),
    async stop() {
      await program.stop();
      await folder.remove();
    },
  };
}
