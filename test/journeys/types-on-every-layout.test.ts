import assert from 'node:assert/strict';
import { setKeyboardLayout } from '../support/keyboard-layout.ts';
import { openSupportDesk, type SupportDesk } from '../support/support-desk.ts';
import { startTerminalWindow } from '../support/terminal-window.ts';
import { until } from '../support/until.ts';

const TEXT = 'aZ1!@/ é€漢ñß{}|~';

describe('journey: what the technician types arrives exactly', function () {
  this.timeout(180_000);
  let desk: SupportDesk;
  before(async () => {
    desk = await openSupportDesk();
  });
  after(() => desk.close());

  for (const layout of ['us', 'fr', 'ru']) {
    it(`on a customer’s ${layout} keyboard`, async () => {
      await setKeyboardLayout(desk.display.display, layout);
      const terminal = await startTerminalWindow(desk.display.display);
      const { technician, record } = await desk.session({
        tools: ['view', 'control'],
        allow: ['view', 'control'],
      });
      await technician.sees('control', 'in-use');

      await technician.click({ x: 300, y: 200 });
      await technician.type(TEXT);
      await technician.page.keyboard.press('Enter');
      await until('the line reached the program', async () => (await terminal.textSoFar()).endsWith('\n'));
      assert.equal(await terminal.textSoFar(), `${TEXT}\n`);

      await technician.end('Solved', 'Typed.');
      await terminal.stop();
      const control = (await record()).record.tools.find(({ tool }) => tool === 'control');
      assert.equal(control?.uses, 1);
      assert(control.bytesFromTechnician > 0);
    });
  }
});
