import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { accountWords } from '../../console/shared/strings/accounts.ts';
import { t } from '../../console/shared/strings.ts';
import type { SessionDetail } from '../../protocol/session-record.ts';
import { PASSWORD, PEOPLE } from '../support/api-client.ts';
import { newPerson } from '../support/browser.ts';
import { openSupportDesk, type SupportDesk, type SupportSession } from '../support/support-desk.ts';
import { TechnicianPage } from '../support/technician-page.ts';
import { until } from '../support/until.ts';

const { states, findings } = accountWords;

describe('journey: both ends sign what happened', function () {
  this.timeout(180_000);
  let desk: SupportDesk;
  let manager: Page;
  before(async () => {
    desk = await openSupportDesk();
    const { page } = await newPerson(desk.browser);
    await new TechnicianPage(page, desk.broker.url).signIn(PEOPLE.max.email, PASSWORD);
    manager = page;
  });
  after(() => desk.close());

  const found = ({ accounts }: SessionDetail) =>
    (['customer', 'technician'] as const).map((side) => {
      const report = accounts[side];
      return [report?.state, ...(report?.findings ?? []).map(({ about }) => about)].join(' ');
    });
  /** The accounts once both ends have said all that they will, which may be a moment after the end. */
  const settled = async ({ record }: SupportSession, ...expected: string[]) => {
    let detail = await record();
    await until('the accounts are closed', async () => {
      detail = await record();
      return found(detail).join() === expected.join();
    }).catch(() => {});
    assert.deepEqual(found(detail), expected);
    return detail;
  };
  /** What the manager reads beside `Customer’s account` and `Technician’s account`. */
  const read = async ({ id }: SupportSession) => {
    await manager.goto(new URL(`/log/${id}`, desk.broker.url).href);
    const line = (name: string) =>
      manager.locator('dl > div', { hasText: name }).locator('dd').first().textContent();
    return [await line(accountWords.customer), await line(accountWords.technician)];
  };

  it('and the record of an honest session says the same as both', async () => {
    const session = await desk.session({
      tools: ['view', 'control', 'file-upload'],
      allow: ['view', 'control', 'file-upload'],
    });
    const { technician, customer, home } = session;
    await technician.sees('control', 'in-use');
    await writeFile(join(home, 'driver.bin'), Buffer.alloc(300_000, 7));
    await technician.sendFile(join(home, 'driver.bin'));
    await customer.acceptFile();
    await until(
      'the file is there',
      async () => (await session.record()).record.files[0]?.bothSidesAgree === true,
    );
    await customer.stop('control');
    await technician.sees('control', 'revoked');
    await technician.end('Solved', 'A new driver.');

    const { timeline } = await settled(session, 'signed', 'signed');
    const stated = timeline.filter(({ type }) => type === 'account.stated');
    const said = (side: string) =>
      stated
        .filter((entry) => entry.side === side)
        .map((entry) => (JSON.parse(entry.text as string) as { says: { type: string } }).says.type);
    const tools = ['tool.started', 'tool.stopped'].flatMap((type) => [type, type, type]);
    assert.deepEqual(
      said('customer').sort(),
      ['consent.answered', 'file.finished', 'grant.revoked', 'session.ended', ...tools].sort(),
    );
    assert.deepEqual(
      said('technician').sort(),
      ['computer.admitted', 'file.finished', 'session.ended', ...tools].sort(),
    );
    assert(!stated.some((entry) => (entry.text as string).includes('driver')));
    assert.deepEqual(await read(session), [states.signed, states.signed]);
    const lines = manager.getByRole('listitem');
    const before = await lines.count();
    await manager.getByText(accountWords.showSigned(stated.length + 3)).click();
    assert.equal(await lines.count(), before + stated.length + 3);
  });

  it('and what is missing of an agent that was killed shows, without a word against it', async () => {
    const session = await desk.session({ allow: ['view'] });
    await session.agent.program.stop('SIGKILL');
    await session.technician.end('Not solved', 'Their computer went off.');
    await settled(session, 'incomplete not-closed left-open', 'signed');
    const [customer, technician] = await read(session);
    assert(customer!.startsWith(states.incomplete) && customer!.includes(findings['not-closed']), customer!);
    assert.equal(technician, states.signed);
  });

  it('also while the technician looks at another page, and when they come back to one that was loaded anew', async () => {
    const session = await desk.session({ allow: ['view'] });
    const { technician, customer } = session;
    await technician.page.goBack();
    await technician.page.getByRole('button', { name: t.technician.open.action }).waitFor();
    await customer.stopEverything();
    await settled(session, 'signed', 'signed');

    const second = await desk.session({ allow: ['view'], technician });
    await technician.page.reload();
    await technician.sees('view', 'in-use');
    await technician.end('Solved', 'Loaded anew.');
    await settled(second, 'signed', 'signed');
  });

  it('but not a browser that cannot: the session goes on, and its manager reads why', async () => {
    const { page } = await newPerson(desk.browser);
    await page.addInitScript(() => {
      (crypto.subtle as { generateKey: unknown }).generateKey = () =>
        Promise.reject(new DOMException('no such curve', 'NotSupportedError'));
    });
    const technician = new TechnicianPage(page, desk.broker.url);
    await technician.signIn(PEOPLE.tess.email, PASSWORD);
    const session = await desk.session({ allow: ['view'], technician });
    await technician.end('Solved', 'Unsigned.');
    await settled(session, 'signed', 'unsigned');
    assert.deepEqual(await read(session), [states.signed, states.unsigned]);
    await manager.getByText(accountWords.unsigned['no-ed25519']).waitFor();
  });

  it('with a key that no script can read, and that is gone when its technician signs out', async () => {
    const technician = await desk.technician('tess');
    const keys = () =>
      technician.page.evaluate(async () => {
        const opening = indexedDB.open('countersign');
        await new Promise((resolve) => {
          opening.onsuccess = resolve;
        });
        const stored = opening.result.transaction('keys').objectStore('keys').getAll();
        await new Promise((resolve) => {
          stored.onsuccess = resolve;
        });
        opening.result.close();
        return Promise.all(
          (stored.result as CryptoKey[]).map((key) =>
            crypto.subtle.exportKey('pkcs8', key).then(
              () => 'read',
              (error: Error) => error.name,
            ),
          ),
        );
      });
    assert.deepEqual(await keys(), ['InvalidAccessError']);
    await technician.page.getByRole('button', { name: new RegExp(`^${t.account.label}`) }).click();
    await technician.page.getByRole('menuitem', { name: t.account.signOut }).click();
    await until('the key is gone', async () => (await keys()).length === 0);
  });
});
