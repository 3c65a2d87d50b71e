import { systemClock } from './clock.ts';
import { type Broker, compose } from './compose.ts';
import { forgetSecrets, readConfig } from './config.ts';
import { createLog } from './log.ts';

/** Starts the broker and tells the person at the terminal where it is. It runs until SIGTERM or SIGINT. */
export async function serve(): Promise<void> {
  const config = readConfig(process.env);
  // The media worker inherits the environment, and reads what strangers send.
  forgetSecrets(process.env);
  const log = createLog(config.logLevel);
  const broker = await compose({ config, clock: systemClock, log });

  console.log(greeting(broker, config.dataDir));

  let stopping = false;
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (stopping) process.exit(1);
      stopping = true;
      log.info({ signal }, 'stopping; open sessions keep their grace period');
      broker.close().then(
        () => process.exit(0),
        (error: unknown) => {
          log.error({ err: error }, 'stopping failed');
          process.exit(1);
        },
      );
    });
  }
}

/** In one piece, so that whoever waits for the address has the rest too. */
function greeting({ url, madeKeyFiles, setUpLink }: Broker, dataDir: string): string {
  const lines = [`Countersign is ready at ${url}`];
  for (const file of madeKeyFiles) lines.push(`A key file was made: ${file}`);
  if (madeKeyFiles.length > 0)
    lines.push(
      `Keep a copy apart from the data in ${dataDir}: without it nobody can read them, or sign their log.`,
    );
  if (setUpLink) lines.push(`Set up the first administrator (this link works once): ${setUpLink}`);
  return lines.join('\n');
}
