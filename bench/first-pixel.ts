/**
 * From the code typed to the first pixel of the customer's desktop on the technician's canvas, with nobody to wait for:
 * the agent waits at its prompt for the code, the customer has answered in advance, and the technician's page presses
 * Accept as soon as the button is there. Beside it: x0vncserver shown by noVNC, which brokers nothing, from the
 * connection to the first pixel. Median of five rounds.
 *
 *     node --import tsx bench/first-pixel.ts [--rounds 5]
 */
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { Browser, Page } from 'playwright-core';
import { t } from '../console/shared/strings.ts';
import { PASSWORD, PEOPLE, setUpOrganisation } from '../test/support/api-client.ts';
import { COUNTERSIGN, startBroker } from '../test/support/broker.ts';
import { newPerson, startBrowser } from '../test/support/browser.ts';
import { PaintedWindow } from '../test/support/painted-window.ts';
import { startProgram } from '../test/support/program.ts';
import { TechnicianPage } from '../test/support/technician-page.ts';
import { temporaryFolder } from '../test/support/temporary-folder.ts';
import { startVirtualDisplay } from '../test/support/virtual-display.ts';
import { SERVERS } from './screen/servers.ts';
import { WATCH } from './screen/viewer-pages.ts';
import { median } from './support/statistics.ts';

const COLOUR = 0x2a9d5c;
/** Nobody types nine digits faster. */
const TYPING_MS = 2000;
const WITHIN_MS = 20_000;

const { values: options } = parseArgs({ options: { rounds: { type: 'string', default: '5' } } });
const browser = await startBrowser();
const display = await startVirtualDisplay({ width: 1920, height: 1080, windowManager: true });
const mark = await PaintedWindow.open(display.display, 300, 300, 64, 64, COLOUR);
const broker = await startBroker();
await setUpOrganisation(broker.url, broker.setUpLink);
const folder = await temporaryFolder();

const [ours, peers]: [number[], number[]] = [[], []];
for (let round = 1; round <= Number(options.rounds); round++) {
  ours.push(await codeToFirstPixel(browser));
  peers.push(await connectionToFirstPixel(browser));
  console.error(`round ${round}: ${ours.at(-1)!.toFixed(0)} ms, x0vncserver ${peers.at(-1)!.toFixed(0)} ms`);
}
console.log(`code typed to first pixel: ${median(ours).toFixed(0)} ms`);
console.log(`x0vncserver, connection to first pixel: ${median(peers).toFixed(0)} ms`);
await mark.close();
await browser.close();
await broker.close();
await display.stop();
await folder.remove();

async function codeToFirstPixel(browser: Browser): Promise<number> {
  const { page } = await newPerson(browser, { width: 1920, height: 1080 });
  await page.addInitScript({ path: WATCH });
  const technician = new TechnicianPage(page, broker.url);
  await technician.signIn(PEOPLE.tess.email, PASSWORD);
  const code = await technician.openSession({ name: 'Ada Example', reason: 'A bench', tools: ['view'] });
  await page.evaluate(`bench.pressAsSoonAsThere(${JSON.stringify(t.technician.joined.admit)})`);
  const agent = startProgram(process.execPath, [
    ...[COUNTERSIGN, 'agent', '--server', broker.url, '--display', display.display],
    ...['--downloads', folder.path, '--allow', 'view'],
  ]);
  await agent.prints(/The code that your technician told you/);
  await pause(TYPING_MS);
  await expectMark(page);
  const typedAt = performance.timeOrigin + performance.now();
  agent.process.stdin!.write(`${code}\n`);
  const shownAt = await shown(page);
  await agent.stop();
  await page.context().close();
  return shownAt - typedAt;
}

async function connectionToFirstPixel(browser: Browser): Promise<number> {
  const server = await SERVERS.x0vncserver!(display.display);
  const page = await server.open(browser, expectMark);
  const shownAt = await shown(page);
  const connectingSince = await page.evaluate<number>('bench.connectingSince');
  await page.context().close();
  await server.stop();
  return shownAt - connectingSince;
}

function expectMark(page: Page): Promise<unknown> {
  return page.evaluate(`bench.expect(332, 332, ${COLOUR}, ${WITHIN_MS})`);
}

async function shown(page: Page): Promise<number> {
  const at = await page.evaluate<number | undefined>('bench.shown');
  if (at === undefined) throw new Error(`no pixel within ${WITHIN_MS} ms`);
  return at;
}
