/**
 * From the press that makes a customer's browser the agent to the first picture at the technician's, with nobody to wait
 * for: consent is clicked as soon as it can be, and so is the technician's Accept. With where the time goes, and how long
 * the two steps before it take. Median of five rounds, each with pages that nothing is cached for, by WebRTC and by frames.
 *
 *     node --import tsx bench/join-to-first-picture.ts [--rounds 5] [--moments]
 *
 * `--moments` also prints each message of both pages, in ms since the press.
 */
import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import type { Browser, Page } from 'playwright-core';
import { t } from '../console/shared/strings.ts';
import { PASSWORD, PEOPLE, setUpOrganisation } from '../test/support/api-client.ts';
import { startBroker } from '../test/support/broker.ts';
import { newPerson, startBrowser } from '../test/support/browser.ts';
import { newCustomer, startSharingBrowser } from '../test/support/sharing-browser.ts';
import { TechnicianPage } from '../test/support/technician-page.ts';
import { median } from './support/statistics.ts';

const STOPWATCH = new URL('join-to-first-picture/stopwatch.js', import.meta.url).pathname;
const STAGES = [
  'page loaded',
  'code typed to card',
  'press to question',
  'question to chosen',
  'chosen to started',
  'started to lane',
  'lane to picture',
  'press to picture',
] as const;
type Stages = Record<(typeof STAGES)[number], number>;
type Moments = Readonly<Record<string, number>>;

const { values: options } = parseArgs({
  options: { rounds: { type: 'string', default: '5' }, moments: { type: 'boolean', default: false } },
});
const now = () => performance.timeOrigin + performance.now();
const moments = (page: Page): Promise<Moments> => page.evaluate('bench.at');

async function measure(staff: Browser, customers: Browser, url: string): Promise<Stages> {
  const { page } = await newPerson(staff, { width: 1440, height: 900 });
  await page.addInitScript({ path: STOPWATCH });
  const technician = new TechnicianPage(page, url);
  await technician.signIn(PEOPLE.tess.email, PASSWORD);
  const code = await technician.openSession({ name: 'Ada Example', reason: 'A bench', tools: ['view'] });
  const admitted = technician.admit();

  const { page: customer } = await newCustomer(customers);
  await customer.addInitScript({ path: STOPWATCH });
  const { join, browser, local, tool } = t.customer;
  const begun = now();
  await customer.goto(new URL('/join', url).href);
  const field = customer.getByLabel(join.field);
  await field.waitFor();
  const loaded = now();
  await field.fill(code);
  const typed = now();
  await customer.getByRole('button', { name: join.proceed }).click();
  await customer.getByRole('button', { name: join.goOn }).waitFor();
  const card = now();
  await customer.getByRole('button', { name: join.goOn }).click();
  const go = customer.getByRole('button', { name: browser.go });
  await go.waitFor();
  const pressed = now();
  await go.click();
  const tick = customer.getByRole('checkbox', { name: tool.title.view, exact: true });
  await tick.waitFor({ state: 'attached' });
  await tick.setChecked(true, { force: true });
  await customer.getByRole('button', { name: local.allowTicked }).click();
  await admitted;
  await page.locator('[data-frames] [data-connected]').waitFor();

  const [theirs, ours] = [await moments(customer), await moments(page)];
  const [asked, chosen, started] = [theirs.question!, theirs.chosen!, ours.active!];
  const lane = theirs['went media.join'] ?? theirs['came lane.offered'] ?? Number.NaN;
  if (options.moments) {
    print('customer', theirs, pressed);
    print('technician', ours, pressed);
  }
  await Promise.all([page.context().close(), customer.context().close()]);
  return {
    'page loaded': loaded - begun,
    'code typed to card': card - typed,
    'press to question': asked - pressed,
    'question to chosen': chosen - asked,
    'chosen to started': started - chosen,
    'started to lane': lane - started,
    'lane to picture': ours.picture! - lane,
    'press to picture': ours.picture! - pressed,
  };
}

for (const media of ['on', 'off'] as const) {
  const broker = await startBroker({ COUNTERSIGN_MEDIA: media });
  await setUpOrganisation(broker.url, broker.setUpLink);
  const [staff, customers] = [await startBrowser(), await startSharingBrowser()];
  const rounds: Stages[] = [];
  console.error(`load before: ${loadavg()[0]!.toFixed(2)}`);
  for (let round = 1; round <= Number(options.rounds); round++) {
    rounds.push(await measure(staff, customers, broker.url));
    console.error(`round ${round}: ${words([rounds.at(-1)!])}`);
  }
  console.log(`${media === 'on' ? 'media worker' : 'frames over the lane'}: ${words(rounds)}`);
  await Promise.all([staff.close(), customers.close()]);
  await broker.close();
}
process.exit();

function print(whose: string, moments: Moments, since: number): void {
  const inOrder = Object.entries(moments).sort(([, a], [, b]) => a - b);
  console.error(`${whose}: ${inOrder.map(([name, at]) => `${(at - since).toFixed(0)} ${name}`).join(', ')}`);
}

function words(rounds: readonly Stages[]): string {
  return STAGES.map((stage) => `${stage} ${median(rounds.map((one) => one[stage])).toFixed(0)} ms`).join(
    ', ',
  );
}
