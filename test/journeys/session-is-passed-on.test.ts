import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { isolated } from '../../console/shared/isolated.ts';
import { receiptWords } from '../../console/shared/strings/receipt.ts';
import { t } from '../../console/shared/strings.ts';
import { violationsOf } from '../support/accessibility.ts';
import { type RunningAgent, startAgent } from '../support/agent.ts';
import { COUNTERSIGN } from '../support/broker.ts';
import { newPerson } from '../support/browser.ts';
import { openBrowserDesk } from '../support/browser-desk.ts';
import { CustomerPage } from '../support/customer-page.ts';
import { openSupportDesk, type SupportDesk } from '../support/support-desk.ts';
import type { TechnicianPage } from '../support/technician-page.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/temporary-folder.ts';
import { until } from '../support/until.ts';
import { startVirtualDisplay } from '../support/virtual-display.ts';

const { customer: told, technician: helper, offers } = t.passing;
const TESS = 'Tess Technician';
const TOM = 'Tom Technician';
const ADA = 'Ada Example';

/** Tess offers her session to Tom; what the customer refused just now waits a moment. */
async function offer({ page }: TechnicianPage, look?: (page: Page, name: string) => Promise<void>) {
  await page.getByRole('button', { name: helper.action }).click();
  await page.getByLabel(helper.reason).fill('He knows this printer');
  await page.getByLabel(helper.search, { exact: true }).fill('tom');
  await look?.(page, 'pass-on dialog');
  const choose = page.getByRole('button', { name: helper.choose(TOM) });
  await until('it is offered', async () => {
    if ((await choose.count()) > 0) await choose.click({ timeout: 1_000 }).catch(() => {});
    return (await page.getByText(helper.standing({ standing: 'offered' })).count()) > 0;
  });
}

const take = ({ page }: TechnicianPage) => page.getByRole('button', { name: offers.takeOne(ADA) }).click();
const isAsked = ({ page }: CustomerPage) =>
  page.getByRole('heading', { name: told.wants(isolated(TOM), isolated(TESS)) }).waitFor();

async function write({ page }: TechnicianPage, words: string) {
  await page.getByPlaceholder(t.technician.chat.placeholder).fill(words);
  await page.getByRole('button', { name: t.technician.chat.send, exact: true }).click();
}

/** Who wrote what, as the customer reads it; without the times. */
const conversation = async ({ page }: CustomerPage) =>
  (await page.getByRole('list', { name: t.customer.local.chat }).getByRole('listitem').allInnerTexts()).map(
    (each) =>
      each
        .replace(/\d\d?:\d\d(:\d\d)?( [AP]M)?/, '')
        .replace(/\s+/g, ' ')
        .trim(),
  );

describe('journey: a session is passed on to another technician', function () {
  this.timeout(240_000);
  let desk: SupportDesk;
  let folder: TemporaryFolder;
  before(async () => {
    folder = await temporaryFolder();
    desk = await openSupportDesk();
  });
  after(async () => {
    await desk.close();
    await folder.remove();
  });

  it('the customer is asked by name, refuses once, allows it then, and keeps a receipt of both', async () => {
    const found: string[] = [];
    const look = async (page: Page, name: string, contrast: 'AA' | 'AAA' = 'AA') => {
      found.push(...(await violationsOf(page, name, contrast)));
    };
    const session = await desk.session({ tools: ['view', 'control'], allow: ['view', 'control'] });
    const { technician: tess, customer, id, record, story } = session;
    const tom = await desk.technician('tom');
    await tess.showConsent();
    await look(tess.page, 'nobody yet');

    await offer(tess, look);
    await look(tess.page, 'offered');
    await tom.page.getByText(offers.text(TESS, ADA)).waitFor();
    await tom.page.getByText('He knows this printer').waitFor();
    await look(tom.page, 'an offer');
    await take(tom);
    await isAsked(customer);
    await look(customer.page, 'the question', 'AAA');
    await look(tom.page, 'the customer is asked');
    await look(tess.page, 'taken');
    await customer.answer(false);
    await tess.page
      .getByText(helper.changed(TOM, helper.standing({ standing: 'refused' })))
      .first()
      .waitFor();
    await tom.page.getByText(offers.over.refused(ADA, TESS)).waitFor();
    await tess.sees('view', 'in-use');
    await look(tess.page, 'refused');

    await offer(tess);
    await take(tom);
    await isAsked(customer);
    await customer.answer(true);
    await tess.page.getByRole('heading', { name: helper.gone.title(TOM) }).waitFor();
    await look(tess.page, 'passed on');
    await tom.page.waitForURL(`**/sessions/${id}`);
    await tom.sees('view', 'in-use');
    await tom.sees('control', 'in-use');
    assert.equal((await tom.pixel(10, 10)).length, 3, 'he sees the desktop');
    await tom.showConsent();
    await tom.page.getByText(helper.had(TESS)).waitFor();
    await look(tom.page, 'the second technician');
    await customer.page.getByText(TOM).first().waitFor();
    await look(customer.page, 'with the second technician', 'AAA');
    // What was said to a screen reader a moment ago still stands outside of the page's content.
    assert.equal(await customer.page.getByRole('main').getByText(TESS).count(), 0);

    await tess.page.goto(`${desk.broker.url}/sessions/${id}`);
    await tess.page.getByText(`You passed this session on to ${TOM}.`).waitFor();
    await look(tess.page, 'not theirs any more');
    await tess.page.goto(`${desk.broker.url}/`);
    const row = tess.page.getByRole('listitem').filter({ hasText: ADA }).first();
    await row.getByText(t.technician.home.with(TOM)).waitFor();
    await look(tess.page, 'the start page of the first one');

    await tom.end('Solved', 'A new driver.');
    await customer.over();
    // Each had the session for a time; what went over its lanes is not said of either.
    await customer.page.getByText(/^For a time, this was in use: your screen/).waitFor();
    const types = (await story()).filter((type) => /^passing|passed$/.test(type));
    const asked = ['passing.offered', 'passing.explained', 'passing.asked', 'passing.answered'];
    assert.deepEqual(types, [...asked, ...asked, 'session.passed']);
    let detail = await record();
    await until('the accounts are closed', async () => {
      detail = await record();
      return detail.accounts.technician?.state === 'signed' && detail.accounts.customer?.state === 'signed';
    }).catch(() => {});
    assert.deepEqual([detail.accounts.technician?.findings, detail.accounts.customer?.findings], [[], []]);
    assert.equal(detail.record.technician.name, TOM);
    assert.deepEqual(
      detail.record.earlierTechnicians?.map(({ name }) => name),
      [TESS],
    );

    const save = customer.page.getByRole('button', { name: t.customer.local.saveReceipt });
    await save.waitFor();
    const downloading = customer.page.waitForEvent('download');
    await save.click();
    const file = join(folder.path, 'receipt.json');
    await (await downloading).saveAs(file);
    const { stdout } = spawnSync(process.execPath, [COUNTERSIGN, 'verify', file], { encoding: 'utf8' });
    assert.match(stdout, new RegExp(`^The receipt is right: all \\d+ entries of session ${id}`));
    assert.match(
      stdout,
      /The technician’s console signed \d+ statements with the keys [0-9a-f]{16} and [0-9a-f]{16}, and they agree/,
    );
    await customer.page.getByRole('button', { name: t.customer.local.openReceipt }).click();
    await customer.page.getByText(receiptWords.unchanged).waitFor();
    const words = await customer.page.getByRole('article').innerText();
    assert.match(words, new RegExp(`${TESS}[^\n]*until[^\n]*then ${TOM}`));
    await look(customer.page, 'the receipt', 'AAA');

    for (const [who, page] of [
      ['tess', tess.page],
      ['tom', tom.page],
    ] as const) {
      await page.goto(`${desk.broker.url}/log`);
      await page.getByText(ADA).first().waitFor();
      assert(await page.getByText(TOM).first().isVisible(), `${who} reads who has it`);
      await page.goto(`${desk.broker.url}/log/${id}`);
      await page.getByText(t.passing.timeline.passed(isolated(TESS), isolated(TOM))).waitFor();
      await page.getByText(t.passing.log.earlier).waitFor();
    }
    await look(tom.page, 'the record');
    assert.deepEqual(found, []);
  });
});

describe('journey: a session of a browser is passed on', function () {
  this.timeout(180_000);

  for (const media of ['on', 'off'] as const)
    it(`and the picture goes on ${media === 'on' ? 'by WebRTC' : 'as frames over the web address'}`, async () => {
      const desk = await openBrowserDesk({ COUNTERSIGN_MEDIA: media });
      try {
        const session = await desk.session({ tools: ['view', 'chat'], allow: ['view', 'chat'] });
        const { technician: tess, customer, id } = session;
        const tom = await desk.technician('tom');
        await write(tess, 'Hello Ada');
        await customer.gets('Hello Ada');
        await tess.showConsent();
        await offer(tess);
        await take(tom);
        await isAsked(customer);
        await customer.answer(true);
        await tom.page.waitForURL(`**/sessions/${id}`);
        await tom.sees('view', 'in-use');
        await until('the picture is there', async () => (await tom.pixel(10, 10)).some((part) => part > 0));
        assert.equal(await tess.desktop.count(), 0, 'nothing of it stays in sight');
        // What the page kept of who helps holds after it is loaded anew.
        await write(tom, 'I go on');
        await customer.gets('I go on');
        await customer.page
          .getByRole('textbox', { name: t.customer.local.message })
          .fill('Thank\u202E you both');
        await customer.page.getByRole('button', { name: t.customer.local.send, exact: true }).click();
        await tom.page.getByRole('log').getByText('Thank\uFFFD you both', { exact: true }).waitFor();
        assert.equal(await tom.page.getByText('Hello Ada', { exact: true }).count(), 0);
        const whole = [`${TESS} Hello Ada`, `${TOM} I go on`, `${t.customer.local.you} Thank\uFFFD you both`];
        assert.deepEqual(await conversation(customer), whole);
        await customer.page.reload();
        await customer.page.getByText(TOM).first().waitFor();
        assert.deepEqual(await conversation(customer), whole, 'each stands there once, under who wrote it');
        const unread = customer.page.getByRole('region', { name: t.customer.local.unread(1) });
        assert.equal(await unread.count(), 0, 'what was read stays read');
        // What would turn round a part of the text is shown as a mark.
        await write(tom, 'Open invoice\u202Efdp.exe');
        await customer.gets('Open invoice\uFFFDfdp.exe');
        assert.deepEqual(await conversation(customer), [...whole, `${TOM} Open invoice\uFFFDfdp.exe`]);
        await tom.end('Solved', 'Done.');
        await customer.over();
        await until('nothing of it is kept', () => customer.page.evaluate(() => sessionStorage.length === 0));
        const { accounts, record } = await session.record();
        assert.equal(record.technician.name, TOM);
        const disagrees = [accounts.customer, accounts.technician].some(
          (report) => report?.state === 'disagrees',
        );
        assert(!disagrees, JSON.stringify(accounts));
      } finally {
        await desk.close();
      }
    });

  it('and goes on with the program: what was written with the first technician stays in the browser', async () => {
    const desk = await openBrowserDesk({ COUNTERSIGN_MEDIA: 'off' });
    const display = await startVirtualDisplay({ width: 640, height: 480 });
    const folder = await temporaryFolder();
    let agent: RunningAgent | undefined;
    try {
      const { technician: tess, customer } = await desk.session({ tools: ['chat'], allow: ['chat'] });
      const tom = await desk.technician('tom');
      await write(tess, 'Hello Ada');
      await customer.gets('Hello Ada');
      await customer.page.getByRole('textbox', { name: t.customer.local.message }).fill('Hello Tess');
      await customer.page.getByRole('button', { name: t.customer.local.send, exact: true }).click();
      await tess.page.getByRole('log').getByText('Hello Tess', { exact: true }).waitFor();
      await tess.showConsent();
      await offer(tess);
      await take(tom);
      await isAsked(customer);
      await customer.answer(true);
      await tom.sees('chat', 'in-use');
      await write(tom, 'I go on');
      await customer.gets('I go on');

      await customer.page.getByRole('button', { name: t.handOver.customer.begin }).click();
      agent = startAgent({
        url: desk.broker.url,
        code: { ticket: await customer.handOverTicket() },
        display: display.display,
        downloads: folder.path,
        home: folder.path,
      });
      await customer.page.getByRole('heading', { name: t.handOver.customer.programAsks }).waitFor();
      await customer.answerProgram(true);
      await customer.page.getByText(t.handOver.customer.wentOnChat([isolated(TESS)])).waitFor();
      const { you } = t.customer.local;
      assert.deepEqual(await conversation(customer), [
        `${TESS} Hello Ada`,
        `${you} Hello Tess`,
        `${TOM} I go on`,
      ]);
      assert.deepEqual(await violationsOf(customer.page, 'it went on', 'AAA'), []);

      const program = new CustomerPage((await newPerson(desk.staff, { width: 900, height: 900 })).page);
      await program.open(await agent.pageAddress());
      await program.gets('I go on');
      assert.deepEqual(await conversation(program), [`${TOM} I go on`]);
      await tom.end('Solved', 'Done.');
      await program.leaves();
    } finally {
      await agent?.stop();
      await desk.close();
      await display.stop();
      await folder.remove();
    }
  });
});
