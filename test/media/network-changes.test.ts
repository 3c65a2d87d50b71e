import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import type { LanePass } from '../../protocol/lane.ts';
import type { EntryOf } from '../../protocol/record.ts';
import {
  type RunningSession,
  type RunningSessions,
  type RunningStore,
  startSession,
  startSessions,
  startStore,
} from '../sessions/start-sessions.ts';
import { type DatagramCable, layDatagramCable } from '../support/datagram-cable.ts';
import { type RunningMedia, startMedia } from '../support/start-media.ts';
import { until } from '../support/until.ts';
import { joinLane, type MediaPages, sees, startMediaPages } from './media-pages.ts';

const RED = [255, 0, 0];
const BLUE = [0, 0, 255];
/** A browser takes its time to give a way up (RFC 7675), and this machine may be busy. */
const GIVEN_UP_WITHIN_MS = 60_000;

describe('a picture by WebRTC, when the customer’s network changes', function () {
  this.timeout(120_000);
  let record: RunningStore;
  let media: RunningMedia;
  let running: RunningSessions;
  let pages: MediaPages;
  let cable: DatagramCable | undefined;
  const opened: Page[] = [];

  before(async () => {
    record = await startStore();
    pages = await startMediaPages();
    media = await startMedia(record.clock);
    running = startSessions(record, undefined, media.rooms);
  });
  afterEach(async () => {
    for (const page of opened.splice(0)) await page.context().close();
    cable?.unplug();
    cable = undefined;
  });
  after(async () => {
    await running.stop();
    await media.close();
    await pages.close();
    await record.stop();
  });

  /** A customer whose picture has one way, over the cable. */
  async function meet() {
    const said: string[] = [];
    const session = await startSession(running, { tools: ['view'], webrtc: true });
    const technician = await pages.open(running, session, 'technician');
    const customer = await pages.open(running, session, 'customer', {
      said(message) {
        said.push(message.type);
        return message;
      },
      async heard(joined) {
        const send = joined.send!;
        const udp = send.iceCandidates.find(({ protocol }) => protocol === 'udp')!;
        cable = await layDatagramCable({ host: '127.0.0.1', port: udp.port });
        return { ...joined, send: { ...send, iceCandidates: [{ ...udp, port: cable.port }] } };
      },
    });
    opened.push(technician, customer);
    let offered: LanePass | undefined;
    const stop = running.sessions.onLaneOffered((_id, side, offer) => {
      if (side === 'customer') offered = offer();
    });
    const pass = (await session.console({ type: 'lane.open', tool: 'view' })) as LanePass;
    stop();
    await Promise.all([joinLane(technician, pass), joinLane(customer, offered!)]);
    await paint(customer, 'rgb(255, 0, 0)');
    await sees(technician, RED);
    return { session, technician, customer, said };
  }

  const paint = (page: Page, colour: string) => page.evaluate((given) => window.media.paint(given), colour);
  const isClosed = ({ type }: { type: string }) => type === 'lane.closed';
  const entries = ({ sessionId }: RunningSession) => running.entries(sessionId);

  it('goes on from its new address after an ICE restart: the lane stays, and nobody is asked', async () => {
    const { session, technician, customer, said } = await meet();
    cable!.cut();
    await paint(customer, 'rgb(0, 0, 255)');
    await until('the page looks for another way', () => said.includes('media.restart'), GIVEN_UP_WITHIN_MS);
    cable!.mend();
    await sees(technician, BLUE, GIVEN_UP_WITHIN_MS);
    assert(!(await entries(session)).some(isClosed), 'the same lane');
  });

  it('is over when there is no way for ten seconds: the record says so, and the session goes on', async () => {
    const { session, customer } = await meet();
    cable!.cut();
    await until(
      'the lane is closed',
      async () => {
        // The ten seconds are the test's; the worker finds out by itself that nobody answers.
        // No faster than the worker answers: a broker ends one that is silent for as long.
        record.clock.advance(100);
        return (await entries(session)).some(isClosed);
      },
      GIVEN_UP_WITHIN_MS,
    );
    const closed = (await entries(session)).find(isClosed) as EntryOf<'lane.closed'>;
    assert.equal(closed.reason, 'connection-lost');
    await until('the page knows', () => customer.evaluate(() => window.media.closed().length === 1));
    const again = (await session.console({ type: 'lane.open', tool: 'view' })) as LanePass;
    assert.equal(again.path, 'webrtc', 'that way is tried again');
  });
});
