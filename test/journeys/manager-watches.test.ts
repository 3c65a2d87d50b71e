import assert from 'node:assert/strict';
import { isolated } from '../../console/shared/isolated.ts';
import { t } from '../../console/shared/strings.ts';
import { Reading } from '../../protocol/reading-policy.ts';
import type { EntryOf } from '../../protocol/record.ts';
import { PASSWORD, PEOPLE } from '../support/api-client.ts';
import { newPerson } from '../support/browser.ts';
import { openBrowserDesk } from '../support/browser-desk.ts';
import { openEventWindow } from '../support/event-window.ts';
import { openSupportDesk, type SupportDesk, type SupportSession } from '../support/support-desk.ts';
import { until } from '../support/until.ts';
import { WatcherPage } from '../support/watcher-page.ts';

const { customer: told, watcher: text, technician: helper } = t.watching;
const MAX = 'Max Manager';

describe('journey: a manager watches', function () {
  this.timeout(180_000);
  let desk: SupportDesk;
  before(async () => {
    desk = await openSupportDesk();
  });
  after(() => desk.close());

  const signedIn = async (person: keyof typeof PEOPLE) => {
    const watcher = new WatcherPage((await newPerson(desk.browser)).page, desk.broker.url);
    await watcher.signIn(PEOPLE[person].email, PASSWORD);
    return watcher;
  };
  const lookForColleagues = async ({ technician }: SupportSession) => {
    const { colleagues } = t.technician.active;
    await technician.page.getByRole('button', { name: colleagues.title }).click();
    await technician.page.getByRole('menuitem', { name: colleagues.invite }).click();
  };
  const invite = async (session: SupportSession, name: string) => {
    const { technician } = session;
    await lookForColleagues(session);
    await technician.page.getByLabel(helper.search, { exact: true }).fill(name);
    await technician.page.getByRole('button', { name: new RegExp(name, 'i') }).click();
  };
  const watchersOf = async ({ record }: SupportSession) => (await record()).record.watchers ?? [];

  it('with the customer’s consent, sees the picture and does nothing, until the customer ends it', async () => {
    const session = await desk.session({ allow: ['view'] });
    const { customer, technician, story } = session;
    const window = await openEventWindow(desk.display.display);
    const max = await signedIn('max');
    await max.watchFromLog(session.id);
    await max.ask();
    await customer.page.getByText(told.who('manager', 'supervises', isolated('Tess Technician'))).waitFor();
    await customer.answer(true);
    await max.sees();
    await customer.page.getByText(told.sees(isolated(MAX), 'manager')).waitFor();
    await technician.page.getByText(helper.now([MAX])).waitFor();

    // Whatever is pressed there stays there.
    await max.desktop.click({ position: { x: 100, y: 100 } });
    await max.page.keyboard.type('let me in');
    await technician.pixel(10, 10);
    await window.settle();
    assert.deepEqual(window.log, []);
    await window.close();

    await customer.page.getByRole('button', { name: told.stopFor(isolated(MAX)) }).click();
    await max.reads(text.stoppedByCustomer('Ada Example'));
    assert.equal(await max.desktop.count(), 0, 'nothing of it stays in sight');
    await technician.sees('view', 'in-use');
    await until('it is in the record', async () => (await watchersOf(session))[0]?.endedAt !== undefined);
    const [watcher] = await watchersOf(session);
    assert.deepEqual(
      [watcher?.name, watcher?.because, watcher?.answer, watcher?.endedBy],
      [MAX, 'supervises', 'allowed', 'customer'],
    );
    assert((watcher?.bytesFromCustomer ?? 0) > 0 && (watcher?.seconds ?? 0) > 0);
    const types = (await story()).filter((type) => type.startsWith('watching.'));
    assert.deepEqual(types, ['watching.asked', 'watching.answered', 'watching.ended']);
    const { accounts, timeline } = await session.record();
    assert.deepEqual(accounts.customer?.findings, []);
    const lane = timeline.find((entry) => entry.type === 'lane.opened' && entry.watchingId !== undefined);
    assert.equal((lane as unknown as EntryOf<'lane.opened'>).tool, 'view');
  });

  it('and is refused without it', async () => {
    const session = await desk.session({ allow: ['view'] });
    const max = await signedIn('max');
    await max.watchFromLog(session.id);
    await max.ask();
    await session.customer.answer(false);
    await max.reads(text.refused('Ada Example'));
    await session.technician.page
      .getByText(helper.changed(MAX, helper.standing('refused', false, undefined)))
      .waitFor();
    assert.equal(await max.desktop.count(), 0);
    assert.equal((await watchersOf(session))[0]?.answer, 'refused');
    assert.equal((await session.story()).filter((type) => type === 'lane.opened').length, 1);
  });

  it('no longer when the customer takes the screen back, nor after the end', async () => {
    const session = await desk.session({ allow: ['view'] });
    const { customer, technician } = session;
    const max = await signedIn('max');
    await max.watchFromLog(session.id);
    await max.ask();
    await customer.answer(true);
    await max.sees();
    await customer.stop('view');
    await technician.sees('view', 'revoked');
    // Where the picture was stands what to press, once it may be.
    await technician.page.getByRole('button', { name: t.technician.active.askToSee }).waitFor();
    await max.reads(text.stoppedByCustomer('Ada Example'));
    assert.equal(await max.desktop.count(), 0);
    await technician.end('Solved', 'Done.');
    await max.reads(text.over);
    await customer.over();
    const saw = told.saw(isolated(MAX), 'manager', '').replace(/\.$/, '');
    await customer.page.getByText(saw).waitFor();
  });

  it('no longer when the organisation lets managers read nothing, and reads why', async () => {
    const session = await desk.session({ allow: ['view'] });
    const max = await signedIn('max');
    await max.watchFromLog(session.id);
    await max.ask();
    await session.customer.answer(true);
    await max.sees();
    const admin = await desk.api('admin');
    const { reading: was } = Reading.parse(await admin.call('GET', '/api/v1/settings/reading'));
    const reading = { ...was, manager: { ...was.manager, sessions: 'none' } };
    await admin.call('PUT', '/api/v1/settings/reading', { reading, was });
    try {
      await max.reads('Your role does not allow this.');
      assert.equal(await max.desktop.count(), 0);
      await session.technician.sees('view', 'in-use');
    } finally {
      await admin.call('PUT', '/api/v1/settings/reading', { reading: was, was: reading });
    }
  });

  it('as a colleague does whom the technician invited', async () => {
    const session = await desk.session({ allow: ['view'] });
    const { customer } = session;
    const tom = await signedIn('tom');
    await invite(session, 'tom');
    await tom.acceptInvitation();
    await tom.ask();
    await customer.page.getByText(told.who('technician', 'invited', isolated('Tess Technician'))).waitFor();
    await customer.answer(true);
    await tom.sees();
    await lookForColleagues(session);
    const list = session.technician.page.getByRole('dialog', { name: helper.inviteTitle });
    const standsThere = (name: string) => list.getByRole('listitem').filter({ hasText: name });
    await standsThere('Tom')
      .getByText(helper.standing('allowed', true, undefined))
      .waitFor();
    assert.equal(await standsThere('Tom').getByRole('button').count(), 0, 'who watches is not invited');
    await standsThere(MAX)
      .getByRole('button', { name: helper.inviteOne(MAX) })
      .waitFor();
    await session.technician.page.keyboard.press('Escape');
    await tom.leave();
    await until('the customer sees that nobody else looks', async () => {
      return (await customer.page.getByText(told.title, { exact: true }).count()) === 0;
    });
    assert.equal((await watchersOf(session))[0]?.endedBy, 'watcher');
  });

  it('and who was invited and is refused reads whom to talk to, with nothing to press that would fail', async () => {
    const session = await desk.session({ allow: ['view'] });
    const tom = await signedIn('tom');
    await invite(session, 'tom');
    await tom.acceptInvitation();
    await tom.ask();
    await session.customer.answer(false);
    await tom.reads(text.refused('Ada Example'));
    await tom.reads(text.inviteAgainHow('Tess Technician'));
    const again = tom.page.getByRole('button', { name: text.askAgain, exact: true });
    assert.equal(await again.count(), 0);
    await invite(session, 'tom');
    await tom.ask();
  });
});

describe('journey: a manager watches what a browser shows', function () {
  this.timeout(180_000);

  for (const media of ['on', 'off'] as const)
    it(`${media === 'on' ? 'by WebRTC' : 'as frames over the web address'}, beside the technician`, async () => {
      const desk = await openBrowserDesk({ COUNTERSIGN_MEDIA: media });
      try {
        const session = await desk.session({ tools: ['view'], allow: ['view'] });
        const max = new WatcherPage((await newPerson(desk.staff)).page, desk.broker.url);
        await max.signIn(PEOPLE.max.email, PASSWORD);
        await max.watchFromLog(session.id);
        await max.ask();
        await session.customer.answer(true);
        await max.sees();
        assert.equal(
          await max.desktop.evaluate(({ tagName }) => tagName),
          media === 'on' ? 'VIDEO' : 'CANVAS',
        );
        await session.technician.sees('view', 'in-use');
        await session.customer.page.getByRole('button', { name: told.stopFor(isolated(MAX)) }).click();
        await max.reads(text.stoppedByCustomer('Ada Example'));
        assert.equal(await session.technician.desktop.count(), 1, 'the technician’s own picture stays');
        const { record, accounts, timeline } = await session.record();
        assert.equal(record.watchers?.[0]?.endedBy, 'customer');
        assert.deepEqual(accounts.customer?.findings, []);
        const opened = timeline.filter(({ type }) => type === 'lane.opened');
        assert.deepEqual(
          opened.map(({ path }) => path),
          media === 'on' ? ['webrtc', 'webrtc'] : [undefined, undefined],
        );
      } finally {
        await desk.close();
      }
    });
});
