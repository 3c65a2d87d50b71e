import { compose } from '../../server/compose.ts';
import { readConfig } from '../../server/config.ts';
import { createLog } from '../../server/log.ts';
import { brokerEnvironment, type ReachableBroker } from './broker.ts';
import type { FakeClock } from './fake-clock.ts';
import { temporaryFolder } from './temporary-folder.ts';

const TICK_MS = 100;

/** A broker in the test's own process, whose time flows as everybody's and can be moved on besides. */
export async function composeBroker(
  clock: FakeClock,
  env: Record<string, string> = {},
): Promise<ReachableBroker> {
  const folder = await temporaryFolder();
  const config = readConfig({ ...brokerEnvironment(folder.path), ...env });
  const broker = await compose({ config, clock, log: createLog(config.logLevel) });
  const flow = setInterval(() => clock.advance(TICK_MS), TICK_MS);
  return {
    url: broker.url,
    port: broker.port,
    setUpLink: broker.setUpLink,
    async close() {
      await broker.close();
      clearInterval(flow);
      await folder.remove();
    },
  };
}
