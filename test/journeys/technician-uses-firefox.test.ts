import assert from 'node:assert/strict';
import type { Browser } from 'playwright-core';
import type { Page } from 'puppeteer-core';
import { t } from '../../console/shared/strings.ts';
import type { EntryOf } from '../../protocol/record.ts';
import type { Tool } from '../../protocol/tool.ts';
import { ApiClient, PASSWORD, PEOPLE, setUpOrganisation } from '../support/api-client.ts';
import { type RunningBroker, startBroker } from '../support/broker.ts';
import { CustomerPage } from '../support/customer-page.ts';
import { button, type Firefox, reads, startFirefox, turn } from '../support/firefox.ts';
import { newCustomer, startSharingBrowser } from '../support/sharing-browser.ts';
import { until } from '../support/until.ts';

const text = t.technician;
/** Two browsers, an encoder and a decoder on a few cores. */
const BUSY_MS = 30_000;

/** A picture from before a break is not it. */
const DESKTOP = '[data-testid=desktop] :is(canvas, video):not([aria-hidden])';

const fill = (page: Page, label: string, words: string) =>
  page.locator(`::-p-xpath(//label[normalize-space() = "${label}"]/following::input[1])`).fill(words);

describe('journey: a technician uses Firefox', function () {
  this.timeout(240_000);
  let firefox: Firefox;
  let customers: Browser;
  let broker: RunningBroker;
  before(async () => {
    firefox = await startFirefox();
    customers = await startSharingBrowser();
  });
  afterEach(() => broker.close());
  after(async () => {
    await customers.close();
    await firefox.close();
  });

  /** Signed in, with a session open for these tools, whose customer shares a tab from Chromium. */
  async function meet(env: Record<string, string>, tools: readonly Tool[]) {
    broker = await startBroker(env);
    await setUpOrganisation(broker.url, broker.setUpLink);
    const auditor = new ApiClient(broker.url);
    await auditor.signIn(PEOPLE.ada.email, PASSWORD);
    const page = await firefox.newPage();
    await page.goto(broker.url);
    await fill(page, text.signIn.email, PEOPLE.tess.email);
    await fill(page, text.signIn.password, PASSWORD);
    await button(page, text.signIn.action).click();
    await reads(page, text.home.open);
    await page.goto(new URL('/sessions/new', broker.url).href);
    await fill(page, text.open.name, 'Ada Example');
    await fill(page, text.open.reason, 'Printing fails');
    for (const [tool, name] of Object.entries(t.tools.name) as [Tool, string][])
      await turn(page, name, tools.includes(tool));
    await button(page, text.open.action).click();
    const code = await page
      .locator('[data-testid=code]')
      .map((shown) => shown.textContent!)
      .wait();
    const id = new URL(page.url()).pathname.split('/')[2]!;
    const { page: theirs, shown } = await newCustomer(customers);
    const customer = new CustomerPage(theirs);
    await customer.shareHere(broker.url, code.replace(/\D/g, ''));
    await customer.allow(tools);
    await button(page, text.joined.admit).click();
    return { page, customer, shown, record: () => auditor.session(id) };
  }

  async function shows(page: Page, grey: number): Promise<string> {
    let tag = '';
    await until(
      `grey ${grey.toString(16)} is in the picture`,
      async () => {
        const seen = await page.evaluate(seenOf, DESKTOP);
        tag = seen?.tag ?? '';
        return seen?.pixel.every((value) => Math.abs(value - grey) <= 8) ?? false;
      },
      BUSY_MS,
    );
    return tag;
  }

  it('which has no H.264: the picture comes by WebRTC in another codec, and both write to each other', async () => {
    const { page, customer, shown, record } = await meet({ COUNTERSIGN_MEDIA: 'on' }, ['view', 'chat']);
    const codecs = await page.evaluate(() =>
      RTCRtpReceiver.getCapabilities('video')!.codecs.map(({ mimeType }) => mimeType),
    );
    assert(!codecs.includes('video/H264'), 'this test is about a browser without it');
    assert.equal(await shows(page, 0xc0), 'VIDEO');
    await shown.paint('#303030', '#808080');
    await shows(page, 0x80);
    // In a narrow window the panel is closed.
    await button(page, t.tools.name.chat).click();
    await page
      .locator(`::-p-xpath(//*[@role='menuitem'][contains(., "${text.active.openPanel.chat}")])`)
      .click();
    await page.locator(`[placeholder="${text.chat.placeholder}"]`).fill('Which printer is it?');
    await page.keyboard.press('Enter');
    await customer.gets('Which printer is it?');
    await customer.stop('view');
    await until('nothing of it stays in sight', async () => (await page.$(DESKTOP)) === null);
    const { timeline } = await record();
    const opened = timeline.filter(
      ({ type }) => type === 'lane.opened',
    ) as unknown as EntryOf<'lane.opened'>[];
    assert.equal(opened.find(({ tool }) => tool === 'view')?.path, 'webrtc');
    await page.close();
  });

  it('and in frames through the web address, where there is no media worker', async () => {
    const { page, shown } = await meet({}, ['view']);
    assert.equal(await shows(page, 0xc0), 'CANVAS');
    await shown.paint('#303030', '#808080');
    await shows(page, 0x80);
    await page.close();
  });
});

/** In the page: the element that is the customer's desktop, and the colour of one pixel of it. */
function seenOf(desktop: string): { tag: string; pixel: number[] } | undefined {
  const element = document.querySelector<HTMLVideoElement | HTMLCanvasElement>(desktop);
  if (!element) return undefined;
  const isTrack = element instanceof HTMLVideoElement;
  const [width, height] = isTrack
    ? [element.videoWidth, element.videoHeight]
    : [element.width, element.height];
  if (width === 0) return undefined;
  const context = Object.assign(document.createElement('canvas'), { width, height }).getContext('2d')!;
  context.drawImage(element, 0, 0);
  return { tag: element.tagName, pixel: [...context.getImageData(250, 180, 1, 1).data].slice(0, 3) };
}
