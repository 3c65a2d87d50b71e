import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { t } from '../../console/shared/strings.ts';
import { type BrowserDesk, openBrowserDesk } from '../support/browser-desk.ts';
import { until } from '../support/until.ts';

/** A codec keeps greys to a few steps of 255. */
const isGrey = (pixel: readonly number[], wanted: number): boolean =>
  pixel.every((value) => Math.abs(value - wanted) <= 8);

describe('journey: a customer shares from their browser, with nothing installed', function () {
  this.timeout(120_000);
  let desk: BrowserDesk;
  before(async () => {
    desk = await openBrowserDesk();
  });
  after(() => desk.close());

  it('and the technician sees the tab that they chose, and what changes in it', async () => {
    const { technician, customer, shown, record, story } = await desk.session({
      tools: ['view', 'control', 'chat'],
      allow: ['view'],
    });
    await until('the square is in the picture', async () => isGrey(await technician.pixel(250, 180), 0xc0));
    assert(isGrey(await technician.pixel(20, 20), 0x30), 'what is around it');
    assert(isGrey(await technician.pixel(396, 276), 0xc0), 'its bottom right corner');
    assert(isGrey(await technician.pixel(405, 276), 0x30), 'right of it');

    await shown.paint('#303030', '#808080');
    await until('the change is in the picture', async () => isGrey(await technician.pixel(250, 180), 0x80));
    await technician.page.locator('footer', { hasText: t.agents.surface.tab }).waitFor();
    const focus = () => technician.page.evaluate(() => document.activeElement?.tagName);
    assert.equal(await focus(), 'H1', 'the keyboard goes on where the session began');
    await technician.end('Solved', 'It was only the paper.');
    await customer.over();

    const told = await story();
    // The technician lets them in at the same time.
    const theirs = ['consent.answered', 'surface.shared'];
    assert.deepEqual(
      told.filter((type) => theirs.includes(type)),
      theirs,
    );
    assert.deepEqual(
      told.filter((type) => !theirs.includes(type)),
      [
        'session.created',
        'technician.noted',
        'session.joined',
        'consent.requested',
        'session.admitted',
        'session.started',
        'lane.opened',
        'lane.closed',
        'session.noted',
        'note.written',
        'session.ended',
      ],
    );
    const { record: kept, accounts } = await record();
    assert.equal(kept.agent?.kind, 'browser');
    assert.match(kept.agent?.browser?.name ?? '', /chrom/i);
    assert.deepEqual(kept.surfaces, ['tab']);
    assert.equal(kept.tools.find(({ tool }) => tool === 'control')?.answer, 'unable');
    assert.deepEqual([accounts.customer?.state, accounts.technician?.state], ['signed', 'signed']);
  });

  it('and takes the screen back: not one frame follows, and the browser shares nothing any more', async () => {
    const { technician, customer, shown, story } = await desk.session({ tools: ['view'], allow: ['view'] });
    await until('the picture', async () => isGrey(await technician.pixel(250, 180), 0xc0));
    const track = await watchTrack(customer.page);
    await customer.stop('view');
    await technician.sees('view', 'revoked');
    assert.equal(await track(), 'ended');
    await shown.paint('#303030', '#808080');
    assert.equal(await technician.desktop.count(), 0, 'nothing of it stays in sight');
    // The end of the lane may be there before the word about it.
    const told = await story();
    assert.deepEqual(told.slice(told.indexOf('lane.opened')).sort(), [
      'grant.revoked',
      'lane.closed',
      'lane.opened',
    ]);
    await customer.stopEverything();
    await technician.page.getByText(t.technician.ended.titles.ended).waitFor();
    const takenBack = t.technician.active.revokedTool(t.tools.name.view.toLowerCase());
    assert.equal(await technician.page.getByText(takenBack).count(), 0, 'what was said of it went with it');
  });

  it('and ends it from the browser’s own bar: that takes the screen back too', async () => {
    const { technician, customer, story } = await desk.session({ tools: ['view'], allow: ['view'] });
    await until('the picture', async () => isGrey(await technician.pixel(250, 180), 0xc0));
    // What the browser does when its bar is pressed: the track ends, and says so.
    await customer.page.evaluate(() => {
      const [track] = (window as unknown as { shared: MediaStream }).shared.getVideoTracks();
      track!.stop();
      track!.dispatchEvent(new Event('ended'));
    });
    await technician.sees('view', 'revoked');
    assert.deepEqual((await story()).slice(-2).sort(), ['grant.revoked', 'lane.closed']);
  });

  it('and answers their browser too late: what they chose is let go, after the screen was taken back and after the end', async () => {
    const { technician, customer, story } = await desk.session({ tools: ['view'], allow: ['view'] });
    await until('the picture', async () => isGrey(await technician.pixel(250, 180), 0xc0));
    const answer = await holdChooser(customer.page);
    const somethingElse = customer.page.getByRole('button', { name: t.customer.browser.chooseOther });

    await somethingElse.click();
    const asks = customer.page
      .getByRole('region', { name: t.customer.local.browserAsksTitle })
      .getByText(t.customer.local.browserAsks.screen);
    await asks.waitFor();
    const { y = -1, height = 0 } = (await asks.boundingBox()) ?? {};
    assert(y > 0 && y + height < 720, `what the browser waits for is in sight, at ${y}`);
    await customer.stop('view');
    await technician.sees('view', 'revoked');
    assert.equal(await answer(), 'ended');
    await asks.waitFor({ state: 'hidden' });

    await customer.page
      .locator('label', {
        has: customer.page.getByRole('switch', {
          name: t.customer.local.allowSwitch(t.customer.tool.title.view),
        }),
      })
      .click();
    await customer.stopEverything();
    await customer.over();
    assert.equal(await answer(), 'ended');
    assert.equal((await story()).filter((type) => type === 'surface.shared').length, 1);
  });

  it('and thinks better of showing something else: what was shown goes on, and nobody reads that nothing is', async () => {
    const { technician, customer, shown, story } = await desk.session({ tools: ['view'], allow: ['view'] });
    await until('the picture', async () => isGrey(await technician.pixel(250, 180), 0xc0));
    await refuseChooser(customer.page);
    const somethingElse = customer.page.getByRole('button', { name: t.customer.browser.chooseOther });
    const why = customer.page.getByText(t.customer.browser.goesOn['not-chosen']).first();
    await somethingElse.click();
    await why.waitFor();
    const { y = -1, height = 0 } = (await why.boundingBox()) ?? {};
    assert(y > 0 && y + height < 720, `what went wrong is in sight, at ${y}`);
    await customer.page.getByRole('button', { name: t.customer.local.understood, exact: true }).click();
    await why.waitFor({ state: 'hidden' });
    await somethingElse.click();
    await why.waitFor();
    await shown.paint('#303030', '#808080');
    await until('the picture goes on', async () => isGrey(await technician.pixel(250, 180), 0x80));
    await customer.stopEverything();
    await customer.over();
    assert(!(await story()).includes('surface.refused'));
  });

  it('and both use the keys that their pages name: each does what it says', async () => {
    const { technician, customer } = await desk.session({ tools: ['view'], allow: ['view'] });
    const { keyboard } = technician.page;
    const press = (letter: string) => keyboard.press(`Control+Alt+Shift+Key${letter}`);
    const { tabs } = t.technician.active;
    const opens = async (name: string) => {
      await technician.page.getByRole('dialog', { name }).waitFor();
      await keyboard.press('Escape');
      await technician.page.getByRole('dialog', { name }).waitFor({ state: 'hidden' });
    };
    await press('F');
    await technician.page.getByRole('tab', { name: tabs.files, selected: true }).waitFor();
    await press('M');
    await technician.page.getByRole('tab', { name: tabs.chat, selected: true }).waitFor();
    await press('C');
    await opens(t.handOver.technician.title);
    await press('E');
    await opens(t.technician.end.title);
    await customer.page.bringToFront();
    // Twice within a second: again, where the machine took longer.
    await until('Esc twice stops everything', async () => {
      await customer.page.keyboard.press('Escape');
      await customer.page.keyboard.press('Escape');
      return customer.page.getByRole('heading', { name: t.customer.local.over }).isVisible();
    });
  });

  it('and is told so when nothing was chosen: the question stays, and the technician reads why', async () => {
    const { technician, customer, story } = await desk.session({ tools: ['view'] });
    const kept = customer.page.getByRole('heading', { name: t.customer.card.kept });
    assert.equal(await kept.isVisible(), false, 'what was read on the join page is folded');
    await customer.page.getByText(t.customer.card.readBefore).click();
    await kept.waitFor();
    await customer.page.getByText(t.customer.card.verifiedMeaning('Example Support Ltd')).waitFor();
    await refuseChooser(customer.page);
    await customer.allow(['view']);
    await customer.page.getByText(t.customer.browser.nothingShown['not-chosen']).first().waitFor();
    await technician.page.getByText(t.agents.nothingShown['not-chosen']('Ada Example')).first().waitFor();
    await customer.notNow();
    await customer.over();
    assert.deepEqual((await story()).slice(-3), ['consent.requested', 'surface.refused', 'session.ended']);
  });
});

/** What the browser does when its question is closed. */
async function refuseChooser(page: Page): Promise<void> {
  await page.evaluate(() => {
    navigator.mediaDevices.getDisplayMedia = () =>
      Promise.reject(new DOMException('Permission denied', 'NotAllowedError'));
  });
}

/** The browser's question stays open until the answer of this is called, which tells how the chosen track stands then. */
async function holdChooser(page: Page): Promise<() => Promise<string>> {
  await page.evaluate(() => {
    const { mediaDevices } = navigator;
    const ask = mediaDevices.getDisplayMedia.bind(mediaDevices);
    mediaDevices.getDisplayMedia = async (wish) => {
      const stream = await ask(wish);
      await new Promise<void>((resolve) => Object.assign(window, { answerChooser: resolve }));
      return stream;
    };
  });
  return async () => {
    await page.waitForFunction(() => 'answerChooser' in window);
    return page.evaluate(async () => {
      const page = window as unknown as { shared: MediaStream; answerChooser?: () => void };
      page.answerChooser!();
      delete page.answerChooser;
      // The page hears of it in the turns that follow.
      await new Promise((resolve) => requestAnimationFrame(resolve));
      return page.shared.getVideoTracks()[0]!.readyState;
    });
  };
}

/** How the track that this page shows stands. */
async function watchTrack(page: Page): Promise<() => Promise<string>> {
  return () =>
    page.evaluate(
      () => (window as unknown as { shared: MediaStream }).shared.getVideoTracks()[0]!.readyState,
    );
}
