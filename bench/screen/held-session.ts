import { startAgent } from '../../test/support/agent.ts';
import { PASSWORD, PEOPLE, setUpOrganisation } from '../../test/support/api-client.ts';
import { startBroker } from '../../test/support/broker.ts';
import { newPerson } from '../../test/support/browser.ts';
import { TechnicianPage } from '../../test/support/technician-page.ts';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import { cpuSeconds } from '../support/process-cpu.ts';
import type { ScreenServer } from './servers.ts';
import { WATCH } from './viewer-pages.ts';

/** A whole session: a broker, an agent on `display`, and the technician's console as it is. The CPU is the broker's and the agent's. */
export async function heldSession(display: string): Promise<ScreenServer> {
  const broker = await startBroker();
  await setUpOrganisation(broker.url, broker.setUpLink);
  const folder = await temporaryFolder();
  let agent: ReturnType<typeof startAgent> | undefined;
  return {
    async open(browser) {
      const { page } = await newPerson(browser, { width: 1920, height: 1080 });
      await page.addInitScript({ path: WATCH });
      const technician = new TechnicianPage(page, broker.url);
      await technician.signIn(PEOPLE.tess.email, PASSWORD);
      const code = await technician.openSession({
        name: 'Ada Example',
        reason: 'A bench',
        tools: ['view'],
      });
      agent = startAgent({ url: broker.url, code, display, downloads: folder.path, allow: 'view' });
      await technician.admit();
      await technician.sees('view', 'in-use');
      return page;
    },
    cpuSeconds: () =>
      cpuSeconds(broker.program.process.pid!) + (agent ? cpuSeconds(agent.program.process.pid!) : 0),
    async stop() {
      await agent?.stop();
      await broker.close();
      await folder.remove();
    },
  };
}
