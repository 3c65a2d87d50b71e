import assert from 'node:assert/strict';
import { X11Display } from '../../../../agent/platform/x11/display.ts';
import { SelectionOwner } from '../../../../agent/platform/x11/selection-owner.ts';
import { SelectionWindow } from '../../../../agent/platform/x11/selection-window.ts';
import { MAX_CLIPBOARD_BYTES, X11Clipboard } from '../../../../agent/platform/x11/x11-clipboard.ts';
import { until } from '../../../support/until.ts';
import { startVirtualDisplay, type VirtualDisplay } from '../../../support/virtual-display.ts';

describe('the X11 clipboard', () => {
  let screen: VirtualDisplay;
  let clipboard: X11Clipboard;
  let otherProgram: X11Clipboard;
  let heard: string[];
  let heardByOther: string[];

  before(async () => {
    screen = await startVirtualDisplay();
  });
  after(() => screen.stop());
  beforeEach(async () => {
    heard = [];
    heardByOther = [];
    clipboard = await X11Clipboard.open((text) => heard.push(text), screen.display);
    otherProgram = await X11Clipboard.open((text) => heardByOther.push(text), screen.display);
  });
  afterEach(async () => {
    await clipboard.close();
    await otherProgram.close();
  });

  it('tells of text that a program copied', async () => {
    await otherProgram.write('grüße, 漢字 🙂');
    await until('the text is heard', () => heard.length > 0);
    assert.deepEqual(heard, ['grüße, 漢字 🙂']);
  });

  it('gives the text that was written to a program, and does not hear itself', async () => {
    await clipboard.write('from the technician');
    await until('the text is there', () => heardByOther.length > 0);
    await otherProgram.write('from the customer');
    await until('the text is heard', () => heard.length > 0);
    assert.deepEqual(heardByOther, ['from the technician']);
    assert.deepEqual(heard, ['from the customer']);
  });

  it('says nothing of what was copied before it was opened', async () => {
    await otherProgram.write('private');
    const late: string[] = [];
    const opened = await X11Clipboard.open((text) => late.push(text), screen.display);
    await otherProgram.write('public');
    await until('the text is heard', () => late.length > 0);
    await opened.close();
    assert.deepEqual(late, ['public']);
  });

  it('reads a large text in instalments', async () => {
    const large = 'ä0123456789'.repeat(80_000);
    await otherProgram.write(large);
    await until('the text is heard', () => heard.length > 0);
    assert.equal(heard[0], large);
  });

  it('refuses to write more than its limit', async () => {
    await assert.rejects(clipboard.write('x'.repeat(MAX_CLIPBOARD_BYTES + 1)), /bytes of text/);
  });

  it('does not read more than its limit, and goes on', async () => {
    const window = await SelectionWindow.create(await X11Display.connect(screen.display));
    const owner = new SelectionOwner(window);
    for (const length of [MAX_CLIPBOARD_BYTES + 1, 20_000_000]) await owner.offer('x'.repeat(length));
    await owner.offer('short');
    await until('the short text is heard', () => heard.length > 0);
    await window.close();
    assert.deepEqual(
      heard.map((text) => text.length),
      [5],
    );
  });

  it('survives a display that goes away', async () => {
    const other = await startVirtualDisplay();
    const opened = await X11Clipboard.open(() => {}, other.display);
    await opened.write('x');
    await other.stop();
    await assert.rejects(opened.write('y'));
    await opened.close();
  });

  it('tells only of the last of two texts when the second follows at once', async () => {
    await Promise.all([otherProgram.write('x'.repeat(500_000)), otherProgram.write('second')]);
    await until('the second is heard', () => heard.at(-1) === 'second');
  });

  it('survives an owner that goes away', async () => {
    await otherProgram.write('x'.repeat(900_000));
    await otherProgram.close();
    otherProgram = await X11Clipboard.open(() => {}, screen.display);
    await otherProgram.write('still here');
    await until('the text is heard', () => heard.at(-1) === 'still here');
  });
});
