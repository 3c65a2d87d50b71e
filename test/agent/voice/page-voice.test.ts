import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { PageVoice, type VoicePage } from '../../../agent/voice/page-voice.ts';
import { NoAnswer } from '../../../protocol/customer-end/broker-answer.ts';
import type { CountedLane } from '../../../protocol/customer-end/lane-channel.ts';
import { SignalledMedia } from '../../../protocol/customer-end/media-signal.ts';
import type { LanePass } from '../../../protocol/lane.ts';
import type { FromVoicePage, ToVoicePage } from '../../../protocol/local-voice.ts';
import type { MediaMessage } from '../../../protocol/media.ts';

const aPass = (): LanePass => ({
  laneId: randomUUID(),
  tool: 'voice',
  ticket: randomUUID(),
  path: 'webrtc',
});

/** A page as the program sees it: what it is told, and whether it was sent away. */
class PageSeen implements VoicePage {
  readonly pageId = randomUUID();
  readonly told: ToVoicePage[] = [];
  isDismissed = false;

  tell(message: ToVoicePage): void {
    this.told.push(message);
  }

  dismiss(): void {
    this.isDismissed = true;
  }

  answerTo(asking: number): ToVoicePage | undefined {
    return this.told.find((message) => 'asking' in message && message.asking === asking);
  }
}

describe('The voice in a page of the program', () => {
  let voice: PageVoice;
  let lefts: boolean[];
  let page: PageSeen;
  let asked: MediaMessage[];
  let refusal: Error | undefined;
  let signal: SignalledMedia;

  beforeEach(() => {
    lefts = [];
    asked = [];
    refusal = undefined;
    voice = new PageVoice((onPurpose) => lefts.push(onPurpose));
    page = new PageSeen();
    signal = new SignalledMedia(async (message) => {
      asked.push(message);
      if (refusal) throw refusal;
      return { laneId: 'as the broker answers' };
    });
  });

  /** A page carries it, and its end of a lane is there. */
  const talking = async () => {
    const carried = voice.carry(page)!;
    const pass = aPass();
    const opening = voice.open(pass, signal);
    carried.heard({ type: 'lane.joined', laneId: pass.laneId });
    return { carried, pass, lane: await opening };
  };
  const ask = (message: MediaMessage, asking = 1): FromVoicePage => ({ type: 'media.ask', asking, message });
  const settled = () => new Promise((resolve) => setImmediate(resolve));
  const closings = (lane: CountedLane) => {
    const seen: string[] = [];
    lane.onClose(() => seen.push('closed'));
    return seen;
  };

  it('has one page at a time, no lane without one, and no lane of another tool', async () => {
    await assert.rejects(voice.open(aPass(), signal), /no page/);
    assert.notEqual(voice.carry(page), undefined);
    await assert.rejects(voice.open({ ...aPass(), tool: 'view' }, signal), /no page/);
    assert.deepEqual(page.told, []);
    assert.equal(voice.pageId, page.pageId);
    assert.equal(voice.carry(new PageSeen()), undefined);
    assert.equal(voice.pageId, page.pageId);
  });

  it('gives the page its pass, and its words to the broker, and the answers back', async () => {
    const { carried, pass } = await talking();
    assert.deepEqual(page.told, [{ type: 'lane.offered', pass }]);
    carried.heard(ask({ type: 'media.join', ticket: pass.ticket }, 1));
    carried.heard(ask({ type: 'media.mute', laneId: pass.laneId, muted: true }, 2));
    await settled();
    assert.deepEqual(asked, [
      { type: 'media.join', ticket: pass.ticket },
      { type: 'media.mute', laneId: pass.laneId, muted: true },
    ]);
    const answer = { laneId: 'as the broker answers' };
    assert.deepEqual(page.answerTo(1), { type: 'media.answered', asking: 1, answer });
    assert.deepEqual(page.answerTo(2), { type: 'media.answered', asking: 2, answer });
    refusal = new Error('This lane is over.');
    carried.heard(ask({ type: 'media.mute', laneId: pass.laneId, muted: false }, 3));
    await settled();
    const denied = { type: 'media.denied', asking: 3, message: 'This lane is over.', isSilence: false };
    assert.deepEqual(page.answerTo(3), denied);
  });

  it('tells the page a broker’s silence as silence, so that nobody takes it for what the browser cannot', async () => {
    const { carried, pass } = await talking();
    const message = 'the broker did not answer';
    refusal = new NoAnswer(message);
    carried.heard(ask({ type: 'media.mute', laneId: pass.laneId, muted: true }));
    await settled();
    assert.deepEqual(page.answerTo(1), { type: 'media.denied', asking: 1, message, isSilence: true });
  });

  it('lets a page speak of its own lane alone', async () => {
    const { carried } = await talking();
    carried.heard(ask({ type: 'media.join', ticket: 'of the screen' }, 1));
    carried.heard(ask({ type: 'media.leave', laneId: randomUUID(), because: 'withdrawn' }, 2));
    await settled();
    assert.deepEqual(asked, []);
    for (const asking of [1, 2]) assert.equal(page.answerTo(asking)?.type, 'media.denied');
  });

  it('tells the page what the broker says of its lane, from before it joined, and of no other', async () => {
    voice.carry(page);
    const pass = aPass();
    const opening = voice.open(pass, signal);
    const muted = { type: 'media.muted' as const, laneId: pass.laneId, muted: true };
    signal.heard(muted);
    signal.heard({ ...muted, laneId: randomUUID() });
    assert.deepEqual(page.told.slice(1), [{ type: 'media.told', news: muted }]);
    signal.heard({ type: 'media.closed', laneId: pass.laneId, tool: 'voice', code: 'lane.peer-gone' });
    await assert.rejects(opening);
  });

  it('counts what the page counted', async () => {
    const { carried, lane, pass } = await talking();
    carried.heard({ type: 'lane.counted', laneId: randomUUID(), sent: 1, received: 1 });
    assert.deepEqual([lane.sentBytes, lane.receivedBytes], [0, 0]);
    carried.heard({ type: 'lane.counted', laneId: pass.laneId, sent: 4000, received: 3000 });
    assert.deepEqual([lane.sentBytes, lane.receivedBytes], [4000, 3000]);
  });

  it('closes a lane at both ends by itself, without waiting for the page', async () => {
    const { lane, pass } = await talking();
    const seen = closings(lane);
    lane.close('consent.withdrawn');
    assert.deepEqual(seen, ['closed']);
    assert.deepEqual(asked, [{ type: 'media.leave', laneId: pass.laneId, because: 'withdrawn' }]);
    assert.deepEqual(page.told.at(-1), {
      type: 'media.told',
      news: { type: 'media.closed', laneId: pass.laneId, tool: 'voice', code: 'consent.withdrawn' },
    });
    lane.close();
    assert.equal(asked.length, 1);
  });

  it('ends a lane that the page gives up, and takes the next one', async () => {
    const { carried, lane, pass } = await talking();
    const seen = closings(lane);
    carried.heard(ask({ type: 'media.leave', laneId: pass.laneId, because: 'unable' }));
    assert.deepEqual(seen, ['closed']);
    const next = aPass();
    const opening = voice.open(next, signal);
    carried.heard({ type: 'lane.failed', laneId: next.laneId });
    await assert.rejects(opening);
    const last = aPass();
    const again = voice.open(last, signal);
    carried.heard({ type: 'lane.joined', laneId: last.laneId });
    await again;
  });

  it('sends the page away when it is released, in the same turn, and hears it no more', async () => {
    const { carried, lane, pass } = await talking();
    const seen = closings(lane);
    voice.release();
    assert.deepEqual([page.isDismissed, seen, voice.pageId], [true, ['closed'], undefined]);
    carried.heard(ask({ type: 'media.mute', laneId: pass.laneId, muted: false }));
    carried.left(false);
    await settled();
    assert.deepEqual(
      asked.map(({ type }) => type),
      ['media.leave'],
    );
    assert.deepEqual(lefts, []);
    voice.release();
  });

  it('knows a page that went by itself from one that let go, and its lane goes with it', async () => {
    const first = await talking();
    const seen = closings(first.lane);
    first.carried.left(false);
    assert.deepEqual([seen, lefts, voice.pageId], [['closed'], [false], undefined]);
    page = new PageSeen();
    const second = await talking();
    second.carried.left(true);
    assert.deepEqual(lefts, [false, true]);
  });
});
