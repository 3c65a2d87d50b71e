import assert from 'node:assert/strict';
import { deflateSync } from 'node:zlib';
import { ClipboardLane } from '../../../agent/screen/clipboard-lane.ts';
import { clipboardProvide, readProvidedText } from '../../../agent/screen/rfb/extended-clipboard.ts';
import { PageClipboardLane } from '../../../console/customer/browser/page-clipboard-lane.ts';
import {
  ClipboardFlag,
  extendedCutText,
  MAX_CLIPBOARD_BYTES,
  packText,
} from '../../../console/shared/cut-text.ts';
import type { LaneChannel } from '../../../console/shared/lane-channel.ts';
import { SharedClipboard } from '../../../console/technician/shared-clipboard.ts';
import { type MemoryLaneEnd, memoryLane } from '../../support/memory-lane.ts';
import { until } from '../../support/until.ts';

const { text, caps, request, notify, provide, peek } = ClipboardFlag;
const TEXT = 'naïve\n€ 漢字 👋\ttab';

function startPage() {
  const { a, b } = memoryLane();
  const came: string[] = [];
  const happened: string[] = [];
  const lane = new PageClipboardLane(a, {
    came: (one) => came.push(one),
    wanted: () => happened.push('wanted'),
    given: () => happened.push('given'),
    unreadable: () => happened.push('unreadable'),
  });
  return { lane, near: a, far: b, came, happened };
}

/** What the page says, heard by whoever writes the bytes themself. */
function startHeard() {
  const page = startPage();
  const heard: Buffer[] = [];
  page.far.onMessage((message) => heard.push(message));
  return { ...page, heard, say: (flags: number, data?: Uint8Array) => page.far.send(viewers(flags, data)) };
}

const viewers = (flags: number, data?: Uint8Array) => extendedCutText('viewer', flags, data);

/** The page's end and the technician's, as they are, with a lane between them. */
function startBoth() {
  const page = startPage();
  const technician = startTechnician();
  technician.join(page.far);
  return { ...page, ...technician };
}

function startTechnician({ opensLanes = false } = {}) {
  const busy: boolean[] = [];
  const technician: SharedClipboard = new SharedClipboard({
    laneNeeded: () => opensLanes,
    changed: () => busy.push(technician.isBusy),
  });
  const news: unknown[] = [];
  technician.news.subscribe(() => news.push(technician.news.get()));
  const join = (far: MemoryLaneEnd) => {
    const channel = {
      isOpen: true,
      bufferedBytes: 0,
      send: (bytes: Uint8Array) => far.send(bytes),
      onOpen() {},
      onMessage(_bytes: Uint8Array) {},
      onClose(_code: number) {},
    } as unknown as LaneChannel;
    technician.serve(channel);
    channel.onOpen();
    far.onMessage((bytes) => channel.onMessage(bytes));
    far.onClose(() => channel.onClose(1006));
  };
  return { technician, news, join, busy };
}

describe('clipboard lane of a page', () => {
  it('hears the technician’s text, and tells nobody of its own', async () => {
    const { technician, came, happened } = startBoth();
    assert.equal(technician.give(TEXT), 'given');
    await until('it came', () => came.length === 1);
    assert.deepEqual([came, happened], [[TEXT], []]);
  });

  it('gives a text once, after it was offered', async () => {
    const { lane, technician, news, happened } = startBoth();
    lane.offer(TEXT);
    await until('it is there', () => technician.received === TEXT);
    await until('and said to be', () => happened.length === 1);
    assert.deepEqual([news, happened], [[{ text: TEXT }], ['given']]);
    assert.equal(technician.ask(), true);
    await until('the next is a wish again', () => happened.length === 2);
    assert.deepEqual(happened, ['given', 'wanted']);
  });

  it('answers a wish with a text, or with none: each no is heard', async () => {
    const { lane, technician, news, happened } = startBoth();
    for (const time of [1, 2]) {
      technician.ask();
      await until('it is wanted', () => happened.length === time);
      lane.decline();
      await until('the no is there', () => news.filter((one) => one === 'declined').length === time);
    }
    technician.ask();
    await until('it is wanted', () => happened.length === 3);
    lane.offer('yes');
    await until('it is there', () => technician.received === 'yes');
  });

  it('is told nothing of before it was taken back, and shown nothing that came', async () => {
    const { lane, technician, far, join } = startBoth();
    lane.offer(TEXT);
    await until('it is there', () => technician.received === TEXT);
    technician.ask();
    technician.give('not fetched');
    far.close();
    technician.forget();
    assert.equal(technician.received, undefined);
    assert.equal(technician.isBusy, false);
    const next = startPage();
    join(next.far);
    technician.give('new');
    await until('it came', () => next.came.length === 1);
    assert.deepEqual([next.came, next.happened], [['new'], []]);
  });

  it('shows nothing a second time when the lane had to be opened anew', async () => {
    const { technician, came, far, join } = startBoth();
    technician.give('once');
    await until('it came', () => came.length === 1);
    far.close();
    assert.equal(technician.give('nowhere'), 'no-lane');
    const again = startPage();
    join(again.far);
    technician.give('new');
    await until('the new one came', () => again.came.length > 0);
    assert.deepEqual(again.came, ['new']);
  });

  it('takes back what was offered and not fetched', async () => {
    const { lane, heard, happened, say } = startHeard();
    lane.offer('secret');
    lane.offer(undefined);
    say(request | text);
    await until('it is a wish', () => happened.length === 1);
    assert.deepEqual(happened, ['wanted']);
    const gave = heard.filter((message) => message.readUInt32BE(8) === (provide | text));
    assert.deepEqual(gave, []);
  });

  it('speaks as the program does', async () => {
    const { lane, heard, came, say } = startHeard();
    lane.offer(TEXT);
    await until('it said what it can, and offered', () => heard.length === 2);
    const [first, second] = heard.map((message) => message.readUInt32BE(8));
    assert.equal(first! & caps, caps);
    assert.equal(heard[0]!.readUInt32BE(12), MAX_CLIPBOARD_BYTES);
    assert.equal(second, notify | text);
    say(request | text);
    await until('it gave', () => heard.length === 3);
    assert.deepEqual([heard[2]![0], heard[2]!.readUInt32BE(8)], [3, provide | text]);
    assert.equal(readProvidedText(heard[2]!.subarray(12)), TEXT);
    say(peek);
    await until('it has nothing now', () => heard.length === 4);
    assert.equal(heard[3]!.readUInt32BE(8), notify);
    say(provide | text, Buffer.from(clipboardProvide(TEXT)).subarray(12));
    await until('it took what the program packs', () => came.length === 1);
    assert.deepEqual(came, [TEXT]);
  });

  it('takes cut text of a viewer that knows no extension', async () => {
    const { far, came } = startPage();
    far.send(Buffer.concat([Buffer.from('0600000000000003', 'hex'), Buffer.from('é\r\n', 'latin1')]));
    await until('it came', () => came.length === 1);
    assert.deepEqual(came, ['é\n']);
  });

  it('hears of many texts at once only the newest', async () => {
    const { came, say } = startHeard();
    const packed = await Promise.all(Array.from({ length: 50 }, (_, number) => packText(`text ${number}`)));
    for (const data of packed) say(provide | text, data);
    await until('the last came', () => came.at(-1) === 'text 49');
    assert(came.length < 50, `${came.length} were shown`);
  });

  it('answers nobody who asks and does not read', async () => {
    const { far, near, lane, happened, say } = startHeard();
    far.onMessage(undefined);
    lane.offer('x'.repeat(10));
    for (let asked = 0; asked < 200_000; asked++) near.send(new Uint8Array(8));
    const before = near.bufferedBytes;
    say(peek);
    say(request | text);
    await until('it was given up', () => happened.length === 1);
    assert.equal(near.bufferedBytes, before);
  });

  for (const [what, message] of [
    ['a key event', Buffer.from('0401000000000061', 'hex')],
    ['half a message', viewers(provide | text, new Uint8Array(40)).subarray(0, 30)],
    ['data that do not unpack', viewers(provide | text, Buffer.from('nonsense'))],
    ['data that unpack to more than fits', viewers(provide | text, deflateSync(Buffer.alloc(64 << 20)))],
  ] as const) {
    it(`closes on ${what}`, async () => {
      const { far, came, happened } = startPage();
      far.send(message);
      await until('it is closed', () => far.closed);
      assert.deepEqual([came, happened], [[], ['unreadable']]);
    });
  }
});

describe('the technician’s clipboard', () => {
  it('keeps alike without a word about what is there already', async () => {
    const { technician, came, lane } = startBoth();
    technician.keepAlike('mine');
    technician.keepAlike('mine');
    technician.keepAlike('');
    await until('it came', () => came.length === 1);
    lane.offer('theirs');
    await until('it is here', () => technician.received === 'theirs');
    technician.keepAlike('theirs');
    technician.give('last');
    await until('the last came', () => came.at(-1) === 'last');
    assert.deepEqual(came, ['mine', 'last']);
  });

  it('gives to a program and takes from it as to a page, and the same text again after another one', async () => {
    const { technician, news, join } = startTechnician();
    const { a, b } = memoryLane();
    const written: string[] = [];
    let copy = (_text: string) => {};
    const program = new ClipboardLane(
      a,
      async (changed) => {
        copy = changed;
        return { write: async (one) => void written.push(one), close: async () => {} };
      },
      () => {},
    );
    join(b);
    program.speak('extended');
    technician.give(TEXT);
    await until('it is written', () => written.length === 1);
    copy('theirs');
    await until('it is here', () => technician.received === 'theirs');
    technician.give(TEXT);
    await until('it is written again', () => written.length === 2);
    assert.deepEqual([written, news], [[TEXT, TEXT], [{ text: 'theirs' }]]);
    program.close();
  });

  it('goes as soon as there is a lane for it, and needs none any more when it went', async () => {
    const { technician, join, busy } = startTechnician({ opensLanes: true });
    assert.equal(technician.give(TEXT), 'given');
    assert.equal(busy.at(-1), true);
    const page = startPage();
    join(page.far);
    await until('it came', () => page.came.length === 1);
    assert.deepEqual([page.came, busy.at(-1)], [[TEXT], false]);
    page.far.close();

    assert.equal(technician.ask(), true);
    const asked = startPage();
    join(asked.far);
    await until('it is wanted', () => asked.happened.length === 1);
    assert.equal(busy.at(-1), true, 'while the customer thinks');
    asked.lane.decline();
    await until('the no is there', () => busy.at(-1) === false);
    assert.equal(asked.came.length, 0, 'what went does not go again');
  });

  it('asks again over the next lane, where the first one broke before an answer', async () => {
    const { technician, join } = startTechnician({ opensLanes: true });
    technician.ask();
    for (const page of [startPage(), startPage()]) {
      join(page.far);
      await until('it is wanted', () => page.happened.length === 1);
      page.far.close();
    }
    assert.equal(technician.isBusy, true);
  });

  it('is busy from the offer of a text until it is there', async () => {
    const { technician, join, busy } = startTechnician({ opensLanes: true });
    const page = startPage();
    join(page.far);
    assert.equal(technician.isBusy, false);
    page.lane.offer(TEXT);
    await until('it is there', () => technician.received === TEXT);
    assert.deepEqual(busy, [false, true, false]);
  });

  it('refuses what is too much as it is carried', () => {
    const { technician } = startBoth();
    assert.equal(technician.give('\n'.repeat(MAX_CLIPBOARD_BYTES / 2)), 'too-large');
  });
});
