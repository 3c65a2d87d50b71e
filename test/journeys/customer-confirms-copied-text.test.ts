import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { MAX_CLIPBOARD_BYTES } from '../../console/shared/cut-text.ts';
import { isolated } from '../../console/shared/isolated.ts';
import { t } from '../../console/shared/strings.ts';
import { PEOPLE } from '../support/api-client.ts';
import { type BrowserDesk, type BrowserSession, openBrowserDesk } from '../support/browser-desk.ts';
import { until } from '../support/until.ts';

const { customer: words, technician: theirs } = t.clipboard;
/** As sentences have a name. */
const TESS = isolated(PEOPLE.tess.name);
const HOSTILE = '<img src=x onerror=alert(1)> rm -rf\u202E /';

describe('journey: a customer in a browser confirms each copied text', function () {
  this.timeout(120_000);
  let desk: BrowserDesk;
  before(async () => {
    desk = await openBrowserDesk();
  });
  after(() => desk.close());

  const start = async () => {
    const session = await desk.session({ tools: ['view', 'clipboard'], allow: ['view', 'clipboard'] });
    await session.technician.sees('clipboard', 'granted');
    return session;
  };
  const copyHere = async (page: Page, text: string) => {
    await page.bringToFront();
    await page.evaluate((copied) => navigator.clipboard.writeText(copied), text);
  };
  const copiedHere = async (page: Page) => {
    await page.bringToFront();
    return page.evaluate(() => navigator.clipboard.readText());
  };
  const choose = async ({ technician }: BrowserSession, entry: string) => {
    await technician.page.bringToFront();
    await technician.tool('clipboard').click();
    await technician.page.getByRole('menuitem', { name: entry }).click();
  };
  const press = async ({ customer: { page } }: BrowserSession, name: string) => {
    await page.bringToFront();
    await page.getByRole('button', { name, exact: true }).click();
  };
  const shownText = ({ customer: { page } }: BrowserSession) =>
    page.getByRole('textbox', { name: words.cameText(TESS) });

  it('that comes: plain, with who sent it, and onto the clipboard by a press', async () => {
    const session = await start();
    const { customer, technician } = session;
    await copyHere(customer.page, 'what was there');
    await copyHere(technician.page, HOSTILE);
    await choose(session, theirs.give);
    await technician.page.getByText(theirs.shown('Ada Example')).waitFor();
    await customer.page.getByRole('heading', { name: words.came(TESS) }).waitFor();
    assert.equal(await shownText(session).inputValue(), HOSTILE.replace('\u202E', '\uFFFD'));
    assert.equal(await copiedHere(customer.page), 'what was there');
    await press(session, words.copy);
    await customer.page.getByText(words.copied).first().waitFor();
    assert.equal(await copiedHere(customer.page), HOSTILE);
    assert.equal(await shownText(session).count(), 0);

    await choose(session, theirs.give);
    await shownText(session).waitFor();
    await press(session, words.dismiss);
    await shownText(session).waitFor({ state: 'detached' });
  });

  it('that goes: read in the press, changed, and sent by another', async () => {
    const session = await start();
    const { customer, technician } = session;
    await copyHere(customer.page, 'the error, my password');
    await press(session, words.begin);
    const text = customer.page.getByRole('textbox', { name: words.draftText });
    assert.equal(await text.inputValue(), 'the error, my password');
    await choose(session, theirs.take);
    await technician.page.getByText(theirs.nothingSent('Ada Example')).waitFor();
    await customer.page.bringToFront();
    await text.fill('the error');
    await press(session, words.send);
    await customer.page.getByText(words.sent(TESS)).first().waitFor();
    await technician.page.getByText(theirs.came('Ada Example')).waitFor();
    await technician.sees('clipboard', 'granted');
    await choose(session, theirs.take);
    await technician.page.getByText(theirs.taken).waitFor();
    assert.equal(await copiedHere(technician.page), 'the error');

    await technician.end('Solved', 'Read.');
    await customer.over();
    const { record } = await session.record();
    const used = record.tools.find(({ tool }) => tool === 'clipboard');
    assert.equal(used?.answer, 'granted');
    assert(used.bytesFromCustomer > 0, JSON.stringify(used));
    assert.equal(used.uses, 1);
  });

  it('and what was allowed and not done counts as no use', async () => {
    const session = await start();
    const { customer, technician } = session;
    await technician.end('Solved', 'Nothing was copied.');
    await customer.over();
    const { record } = await session.record();
    assert.equal(record.tools.find(({ tool }) => tool === 'clipboard')?.uses, 0);
  });

  it('that is asked for: with a no, and with a yes', async () => {
    const session = await start();
    const { customer, technician } = session;
    await choose(session, theirs.ask);
    await customer.page.getByRole('heading', { name: words.asks(TESS) }).waitFor();
    await press(session, words.no);
    await technician.page.getByText(theirs.declined('Ada Example')).waitFor();
    await copyHere(customer.page, 'here it is');
    await choose(session, theirs.ask);
    await press(session, words.show);
    await press(session, words.send);
    await technician.page.getByText(theirs.came('Ada Example')).waitFor();
    await choose(session, theirs.take);
    await until(
      'it is on the technician’s',
      async () => (await copiedHere(technician.page)) === 'here it is',
    );
  });

  it('and where the browser lets the page read nothing they paste it; too much does not go', async () => {
    const session = await start();
    const { customer, technician } = session;
    const { page } = customer;
    await page.context().clearPermissions();
    await page.context().grantPermissions(['clipboard-write']);
    await press(session, words.begin);
    await page.getByText(words.pasteLead).waitFor();
    const text = page.getByRole('textbox', { name: words.draftText });
    const send = page.getByRole('button', { name: words.send, exact: true });
    assert.equal(await text.inputValue(), '');
    assert.equal(await send.isDisabled(), true);
    await text.fill('x'.repeat(MAX_CLIPBOARD_BYTES));
    await page.getByText(words.tooLong).waitFor();
    assert.equal(await text.inputValue(), '', 'a page that lays that much out stands still');
    assert.equal(await send.isDisabled(), true);
    await text.fill('pasted');
    await send.click();
    await technician.page.getByText(theirs.came('Ada Example')).waitFor();

    await copyHere(technician.page, 'x'.repeat(MAX_CLIPBOARD_BYTES));
    await choose(session, theirs.give);
    await technician.page.getByText(theirs.tooLarge).waitFor();
    assert.equal(await shownText(session).count(), 0);
  });

  it('until it is taken back: what is shown then is gone, and nothing else comes', async () => {
    const session = await start();
    const { customer, technician } = session;
    await copyHere(technician.page, 'too late');
    await choose(session, theirs.give);
    await shownText(session).waitFor();
    await customer.page.bringToFront();
    await customer.stop('clipboard');
    await shownText(session).waitFor({ state: 'detached' });
    await technician.sees('clipboard', 'revoked');
    assert.equal(await customer.page.getByRole('heading', { name: words.title }).count(), 0);
    await until('both are in the record', async () => {
      const told = (await session.story()).slice(-2);
      return told.includes('grant.revoked') && told.includes('lane.closed');
    });
  });

  it('and what waited when it was taken back does not come after it was allowed anew', async () => {
    const session = await start();
    const { customer, technician } = session;
    await choose(session, theirs.ask);
    const asks = customer.page.getByRole('heading', { name: words.asks(TESS) });
    await asks.waitFor();
    await customer.page.bringToFront();
    await customer.stop('clipboard');
    await asks.waitFor({ state: 'detached' });
    await technician.sees('clipboard', 'revoked');
    const { allowSwitch } = t.customer.local;
    const again = customer.page.getByRole('switch', {
      name: allowSwitch(t.customer.tool.title.clipboard),
    });
    await customer.page.locator('label', { has: again }).click();
    await technician.sees('clipboard', 'granted');
    await copyHere(technician.page, 'something new');
    await choose(session, theirs.give);
    // It goes over the lane behind the wish, if there were one, and stands before it.
    await shownText(session).waitFor();
    await press(session, words.dismiss);
    await shownText(session).waitFor({ state: 'detached' });
    assert.equal(await asks.count(), 0);
  });

  it('by keyboard alone, and heard by who does not see it', async () => {
    const session = await start();
    const { customer, technician } = session;
    await copyHere(technician.page, 'by keyboard');
    await choose(session, theirs.give);
    await customer.page.bringToFront();
    await customer.page.getByRole('log').getByText(words.say.came(TESS)).waitFor();
    const copy = customer.page.getByRole('button', { name: words.copy, exact: true });
    await until('it takes a press', () => copy.isEnabled());
    await until('Tab leads there', async () => {
      await customer.page.keyboard.press('Tab');
      return copy.evaluate((button) => button === document.activeElement);
    });
    await customer.page.keyboard.press('Enter');
    await customer.page.getByRole('log').getByText(words.copied).waitFor();
    assert.equal(await copiedHere(customer.page), 'by keyboard');
  });
});
