import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright-core';
import { receipt as text } from '../../../console/shared/strings/en/receipt.ts';
import { ProofProblem } from '../../../protocol/proof/proven-entry.ts';
import { keyText } from '../../../protocol/proof/signed-note.ts';
import type { Receipt } from '../../../protocol/receipt.ts';
import { fingerprint } from '../../../server/records/keys/key-wrapper.ts';
import { makeReceipt } from '../../../server/records/receipt.ts';
import { logSigner, sha256 } from '../../../server/records/transparency/node-crypto.ts';
import { verifyFile } from '../../../server/records/verify/verify-files.ts';
import { type RunningHttp, startHttp } from '../../http/start-http.ts';
import { SignedStory } from '../../protocol/proof/signed-story.ts';
import { violationsOf } from '../../support/accessibility.ts';
import { newPerson, startBrowser } from '../../support/browser.ts';
import { ReceiptPage } from '../../support/receipt-page.ts';
import { type TemporaryFolder, temporaryFolder } from '../../support/temporary-folder.ts';
import { tellSession } from '../../support/told-session.ts';

const CONSOLE = fileURLToPath(new URL('../../../console/dist', import.meta.url));
const EVERYTHING = { everything: true } as const;

describe('the receipt page', function () {
  this.timeout(120_000);
  let http: RunningHttp;
  let browser: Browser;
  let receipt: Receipt;
  let folder: TemporaryFolder;

  const told = async (change: Parameters<typeof tellSession>[2] = {}) => {
    const { store, clock } = http.access;
    const id = await tellSession(store, clock, change);
    return makeReceipt(id, await store.provenSession(id, EVERYTHING), {
      organisation: 'Northwind IT Services',
      madeAt: new Date(clock.now()).toISOString(),
    });
  };
  const toldBy = async (story: SignedStory) => {
    const { store } = http.access;
    await store.append(story.told());
    return makeReceipt(story.sessionId, await store.provenSession(story.sessionId, EVERYTHING), {
      organisation: 'Northwind IT Services',
      madeAt: '2026-03-02T10:00:00.000Z',
    });
  };
  const opened = async (options: Parameters<typeof newPerson>[1] = {}) => {
    const { page, errors } = await newPerson(browser, options);
    const customer = new ReceiptPage(page);
    await customer.open(http.origin);
    return { customer, page, errors };
  };

  before(async () => {
    http = await startHttp({ consoleFolder: CONSOLE });
    receipt = await told();
    browser = await startBrowser();
    folder = await temporaryFolder();
  });
  after(async () => {
    await browser.close();
    await http.stop();
    await folder.remove();
  });

  it('tells who helped, why, when, what was asked, refused, used and taken back, and which files', async () => {
    const { customer, errors } = await opened();
    await customer.read(JSON.stringify(receipt));
    assert(await customer.isRight());
    const words = await customer.words();
    for (const told of [
      'Tove Ström, team \u2068North\u2069',
      'Northwind IT Services',
      'Dana Whitfield, Harbour Logistics',
      'Printer prints only blank pages',
      'INC-4711',
      '9 min 4 s',
      'You took it back at',
      'Used once, 5 min in all, between',
      'You did not allow it, at',
      'printer-driver_4.2_amd64.deb',
      'Both computers measured the same file.',
      '2026-01',
      text.missing.what(2, 'technician.noted'),
      'a note of the technician',
      text.signed.states.unsigned,
      'Nobody signed entry 5 of this session, the answer, at',
      receipt.checkpoint.origin,
      receipt.checkpoint.keys[0]!,
      'countersign verify receipt.json',
    ])
      assert(words.includes(told), `${told} in: ${words}`);
    for (const kept of ['in a hurry', '10.1.0.7', 'tove@helpdesk.example'])
      assert(!words.includes(kept) && !JSON.stringify(receipt).includes(kept), kept);
    assert.deepEqual(errors, []);
  });

  it('asks nothing of anybody once it has loaded, whatever alphabet a name is in', async () => {
    const foreign = await told({ contact: { name: 'Αθηνά Ярослава Nguyễn' } });
    const { customer, page } = await opened();
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    await page.context().setOffline(true);
    await customer.read(JSON.stringify(foreign));
    await customer.giveKey(receipt.checkpoint.keys[0]!);
    await page.getByText(text.rightWithKey).waitFor();
    await page.emulateMedia({ media: 'print' });
    await page.evaluate(() => document.fonts.ready);
    assert.deepEqual(
      // The icon of the window comes when the browser has time for it.
      asked.filter((url) => !/\/mark-[^/]*\.svg$/.test(url)),
      [],
    );
  });

  it('names the entry that was changed, and shows none of what a changed receipt says', async () => {
    const { customer } = await opened();
    const changed = structuredClone(receipt);
    Object.assign(changed.entries[3]!.entry, { refused: [] });
    await customer.read(JSON.stringify(changed), 'changed.json');
    assert(!(await customer.isRight()));
    assert.match(await customer.verdict(), /Log entry \d+ \(consent\.answered, .*is not what the log holds/);
    assert(!(await customer.words()).includes('Tove'));
    const whole = JSON.stringify(receipt);
    for (const damaged of [JSON.stringify({ ...receipt, entries: [] }), whole.slice(0, whole.length / 2)]) {
      await customer.read(damaged);
      assert.match(await customer.verdict(), /not a receipt, or it was changed beyond reading/);
    }
    await customer.read(whole);
    assert(await customer.isRight());
  });

  it('says at which line and byte a broken file is broken, as the command does', async () => {
    const { customer } = await opened();
    const printed = JSON.stringify(receipt, null, 2);
    const broken = printed.replace('"organisation": ', '"organisation"; ');
    const file = join(folder.path, 'broken.json');
    await writeFile(file, broken);
    const said = await verifyFile(file).then(
      () => '',
      (error: unknown) => (error instanceof ProofProblem ? error.message : String(error)),
    );
    const [place = ''] = /It is no JSON from line \d+, byte 17 on\./.exec(said) ?? [];
    assert.notEqual(place, '', said);
    await customer.read(broken);
    assert((await customer.verdict()).endsWith(`changed beyond reading. ${place}`), await customer.verdict());
  });

  it('says of a print, an export or anything else what it is, and warns of no receipt', async () => {
    const { customer } = await opened();
    await customer.read('%PDF-1.7 a print', 'receipt.pdf');
    assert((await customer.verdict()).includes(text.otherIsPdf));
    for (const other of [
      '',
      '[]',
      'PK\u0003',
      '"Opened at","Technician"',
      '{"sessions":[]}',
      '{"a":1}\n{"b":2}',
    ]) {
      await customer.read(other);
      assert((await customer.verdict()).includes(text.otherIs), other);
      assert(!(await customer.words()).includes(text.wrong));
    }
  });

  it('says which entry was left out', async () => {
    const { customer } = await opened();
    const index = receipt.entries.findIndex(({ entry }) => entry.type === 'grant.revoked');
    await customer.read(JSON.stringify({ ...receipt, entries: receipt.entries.toSpliced(index, 1) }));
    assert(!(await customer.isRight()));
    assert.match(
      await customer.verdict(),
      /Entry \d+ of the session is missing, between entry \d+ \(lane\.opened, .*\) and entry \d+ \(lane\.closed, /,
    );
  });

  it('checks what both ends signed, and says by whose key', async () => {
    const story = new SignedStory();
    const { customer } = await opened();
    await customer.read(JSON.stringify(await toldBy(story)));
    assert(await customer.isRight());
    const words = await customer.words();
    for (const { signingKey } of [story.customer, story.technician])
      assert(words.includes(fingerprint(Buffer.from(signingKey, 'base64'))), words);
    assert(words.includes(text.signed.statements(9, 1)));
    assert.equal(words.split(text.signed.states.signed).length, 3);
  });

  it('is not taken in by a broker that logged another answer than the customer signed', async () => {
    const story = new SignedStory();
    story.spoil('consent.answered', (entry) => ({ ...entry, allowed: ['view', 'chat'], refused: [] }));
    const { customer, page } = await opened();
    await customer.read(JSON.stringify(await toldBy(story)));
    assert(!(await customer.isRight()));
    assert.match(
      await customer.verdict(),
      /What was signed is not what this receipt says\..* Entry \d+ of this session: The customer signed another answer\./,
    );
    assert.deepEqual(await violationsOf(page, 'receipt, contradicted', 'AAA'), []);
  });

  it('tells a stranger’s key from the organisation’s', async () => {
    const { customer, page } = await opened();
    await customer.read(JSON.stringify(receipt));
    await customer.giveKey('not a key');
    await page.getByText(text.givenWrong).waitFor();
    const stranger = {
      name: receipt.checkpoint.origin,
      publicKey: logSigner(Buffer.alloc(32, 9)).publicKey,
    };
    await customer.giveKey(keyText(stranger, sha256));
    await page.getByText(text.otherKey).waitFor();
    assert.match(await customer.verdict(), /not signed by the key that you gave/);
    // It may be the key of another day, so what the receipt says stays in sight.
    assert((await customer.words()).includes('Tove'));
    await customer.giveKey(` ${receipt.checkpoint.keys[0]!}\n`);
    await page.getByText(text.rightWithKey).waitFor();
  });

  it('takes the fingerprint too, however it is written down', async () => {
    const { customer, page } = await opened();
    await customer.read(JSON.stringify(receipt));
    const [, digits = ''] = /Fingerprint ([0-9a-f]{16})\b/.exec(await customer.words()) ?? [];
    const told = (groups: number, between: string) =>
      (digits.match(new RegExp(`.{${groups}}`, 'g')) ?? []).join(between);
    for (const typed of [
      digits,
      `Fingerprint ${digits}`,
      `  ${told(4, ' ').toUpperCase()}\n`,
      told(2, ':'),
      told(4, '\u2011'),
    ]) {
      await customer.giveKey(typed);
      await page.getByText(text.rightWithFingerprint).waitFor();
      await customer.giveKey('');
      await page.getByText(text.unchangedWhose).waitFor();
    }
    await customer.giveKey(digits.slice(1));
    await page.getByText(text.givenWrong).waitFor();
    await customer.giveKey(fingerprint(logSigner(Buffer.alloc(32, 9)).publicKey));
    await page.getByText(text.otherKey).waitFor();
    assert((await customer.verdict()).includes(text.otherFingerprint));
    assert((await customer.words()).includes('Tove'));
    assert.deepEqual(await violationsOf(page, 'receipt, another fingerprint', 'AAA'), []);
  });

  it('opens a file that is dropped on it', async () => {
    const { customer } = await opened();
    const file = join(folder.path, 'mine.json');
    await writeFile(file, JSON.stringify(receipt));
    await customer.drop(file);
    assert(await customer.isRight());
  });

  it('prints on one or two sheets of A4, black on white in the dark too', async () => {
    for (const dark of [false, true]) {
      const { customer, page } = await opened({ dark });
      await customer.read(JSON.stringify(receipt));
      const pdf = await page.pdf({ preferCSSPageSize: true, printBackground: false });
      const sheets = pdf.toString('latin1').match(/\/Type\s*\/Page\b(?!s)/g)?.length ?? 0;
      assert(sheets === 1 || sheets === 2, `${sheets} sheets`);
      await page.emulateMedia({ media: 'print', colorScheme: dark ? 'dark' : 'light' });
      const [ink, paper] = await page
        .locator('article')
        .evaluate((article) => [
          getComputedStyle(article).color,
          getComputedStyle(document.body).backgroundColor,
        ]);
      assert.deepEqual([ink, paper], ['rgb(0, 0, 0)', 'rgb(255, 255, 255)']);
      assert.equal(await page.getByRole('button').filter({ visible: true }).count(), 0);
    }
  });

  it('is for everybody: axe finds nothing', async () => {
    const { customer, page } = await opened();
    const found = await violationsOf(page, 'receipt, empty', 'AAA');
    await customer.read('nothing');
    found.push(...(await violationsOf(page, 'receipt, wrong', 'AAA')));
    await customer.read(JSON.stringify(receipt));
    found.push(...(await violationsOf(page, 'receipt', 'AAA')));
    assert.deepEqual(found, []);
  });
});
