import { systemClock } from './clock.ts';
import { compose } from './compose.ts';
import { readConfig } from './config.ts';
import { createLog } from './log.ts';

/** Starts the broker and tells the person at the terminal where it is. It runs until SIGTERM or SIGINT. */
export async function serve(): Promise<void> {
  const config = readConfig(process.env);
  const log = createLog(config.logLevel);
  const broker = await compose({ config, clock: systemClock, log });

  console.log(`Countersign is ready at ${broker.url}`);
  if (broker.madeKeyFile) {
    console.log(
      `A key file was made: ${broker.madeKeyFile}\nKeep a copy of it apart from the data in ${config.dataDir}: without it they cannot be read by anybody.`,
    );
  }
  if (broker.setUpLink) {
    console.log(`Set up the first administrator (this link works once): ${broker.setUpLink}`);
  }

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
