import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import type { Page } from 'playwright-core';
import { ERRORS } from '../../protocol/errors.ts';
import type { LanePass } from '../../protocol/lane.ts';
import type { MediaJoined } from '../../protocol/media.ts';
import type { EntryOf } from '../../protocol/record.ts';
import {
  type RunningSession,
  type RunningSessions,
  type RunningStore,
  startSession,
  startSessions,
  startStore,
} from '../sessions/start-sessions.ts';
import { type RunningMedia, startMedia } from '../support/start-media.ts';
import { until } from '../support/until.ts';
import { joinLane, type Meddling, type MediaPages, sees, startMediaPages } from './media-pages.ts';

const RED = [255, 0, 0];
const BLUE = [0, 0, 255];

describe('a picture by WebRTC between two browsers', function () {
  this.timeout(60_000);
  let record: RunningStore;
  let media: RunningMedia;
  let running: RunningSessions;
  let pages: MediaPages;
  const opened: Page[] = [];

  before(async () => {
    record = await startStore();
    pages = await startMediaPages();
  });
  after(async () => {
    await pages.close();
    await record.stop();
  });
  beforeEach(async () => {
    media = await startMedia(record.clock);
    running = startSessions(record, undefined, media.rooms);
  });
  afterEach(async () => {
    for (const page of opened.splice(0)) await page.context().close();
    await running.stop();
    await media.close();
  });

  async function meet(meddling: Partial<Record<'customer' | 'technician', Meddling>> = {}) {
    const session = await startSession(running, { tools: ['view'], webrtc: true });
    const technician = await pages.open(running, session, 'technician', meddling.technician);
    const customer = await pages.open(running, session, 'customer', meddling.customer);
    opened.push(technician, customer);
    return { session, technician, customer, ...(await joinBoth(session, technician, customer)) };
  }

  async function joinBoth(session: RunningSession, technician: Page, customer: Page) {
    let offered: LanePass | undefined;
    const stop = running.sessions.onLaneOffered((_id, side, offer) => {
      if (side === 'customer') offered = offer();
    });
    const pass = (await session.console({ type: 'lane.open', tool: 'view' })) as LanePass;
    stop();
    assert.equal(pass.path, 'webrtc');
    await Promise.all([joinLane(technician, pass), joinLane(customer, offered!)]);
    return { pass };
  }

  const paint = (page: Page, colour: string) => page.evaluate((given) => window.media.paint(given), colour);
  const closed = (page: Page) => page.evaluate(() => window.media.closed());
  const lastClosed = async ({ sessionId }: RunningSession) => {
    const isClosed = ({ type }: { type: string }) => type === 'lane.closed';
    await until('the lane is closed', async () => (await running.entries(sessionId)).some(isClosed));
    return (await running.entries(sessionId)).findLast(isClosed) as EntryOf<'lane.closed'>;
  };

  it('shows what the customer shows, in its own size, and the record says how much of it there was', async () => {
    let isMeasured = false;
    const { session, technician, customer } = await meet({
      customer: {
        said: (message) => {
          isMeasured ||= message.type === 'media.measured';
          return message;
        },
      },
    });
    await paint(customer, 'rgb(255, 0, 0)');
    await sees(technician, RED);
    await paint(customer, 'rgb(0, 0, 255)');
    await sees(technician, BLUE);
    assert.deepEqual(await technician.evaluate(() => window.media.size()), [1280, 720]);
    await until('everybody has counted', async () => {
      record.clock.advance(100);
      const sent = await customer.evaluate(() => window.media.bytes().sent);
      const received = await technician.evaluate(() => window.media.bytes().received);
      return sent > 0 && received > 0 && isMeasured && running.lanes.relayedBytes().customer > 1000;
    });
    await session.agent({ type: 'grant.revoke', tool: 'view' });
    const { reason, bytesFromCustomer, bytesFromTechnician, media: figures } = await lastClosed(session);
    assert.equal(reason, 'revoked');
    assert((bytesFromCustomer ?? 0) > 1000, `${bytesFromCustomer} bytes`);
    assert.equal(bytesFromTechnician, 0);
    assert((figures?.packets ?? 0) > 0);
    assert.deepEqual([figures?.width, figures?.height], [1280, 720]);
    await until(
      'both pages know',
      async () => (await closed(technician)).length === 1 && (await closed(customer)).length === 1,
    );
    assert.deepEqual(await closed(technician), [ERRORS['consent.withdrawn'].close]);
  });

  it('goes on while somebody throws nonsense at the port', async () => {
    let port = 0;
    const { technician, customer } = await meet({
      customer: {
        heard: (joined) => {
          port = joined.send!.iceCandidates.find(({ protocol }) => protocol === 'udp')!.port;
          return joined;
        },
      },
    });
    await paint(customer, 'rgb(255, 0, 0)');
    await sees(technician, RED);
    const socket = createSocket('udp4');
    // STUN binding requests (RFC 8489) of nobody, and things that are nothing at all.
    const stun = Buffer.from(`000100082112a442${'ab'.repeat(12)}0006000461626364`, 'hex');
    for (let count = 0; count < 10_000; count += 1) {
      const nonsense = count % 2 === 0 ? stun : randomBytes(1 + (count % 1200));
      await new Promise((sent) => socket.send(nonsense, port, '127.0.0.1', sent));
    }
    socket.close();
    await paint(customer, 'rgb(0, 0, 255)');
    await sees(technician, BLUE);
    assert.equal(media.workers.counts().died, 0);
  });

  it('is sent in another codec where the technician’s browser has not the best one, and the lane stays', async () => {
    const offered: string[] = [];
    const stop = running.sessions.onMediaTold((_id, _party, news) => {
      if (news.type === 'media.offered') offered.push(news.rtpParameters.codecs[0]!.mimeType);
    });
    const { session, technician, customer } = await meet({
      technician: {
        said(message) {
          if (message.type !== 'media.receive') return message;
          const { rtpCapabilities } = message;
          const codecs = rtpCapabilities.codecs.filter(({ mimeType }) => !/vp9|av1/i.test(mimeType));
          return { ...message, rtpCapabilities: { ...rtpCapabilities, codecs } };
        },
      },
    });
    await paint(customer, 'rgb(255, 0, 0)');
    await sees(technician, RED);
    await paint(customer, 'rgb(0, 0, 255)');
    await sees(technician, BLUE);
    stop();
    assert.deepEqual(offered, ['video/VP8']);
    assert(!(await running.types(session.sessionId)).includes('lane.closed'), 'the same lane');
  });

  it('goes another way within three seconds when no candidate answers, and nobody is asked', async () => {
    const nowhere = (joined: MediaJoined): MediaJoined => {
      const half = joined.send!;
      // RFC 5737: nobody is there.
      const iceCandidates = half.iceCandidates.map((each) => ({
        ...each,
        ip: '192.0.2.1',
        address: '192.0.2.1',
      }));
      return { ...joined, send: { ...half, iceCandidates } };
    };
    const { session, customer } = await meet({ customer: { heard: nowhere } });
    const painting = paint(customer, 'rgb(255, 0, 0)').catch(() => {});
    // The three seconds are the test's: browsers may be slow here. It goes no faster than the worker answers.
    await until('the lane is closed', async () => {
      record.clock.advance(100);
      return (await running.types(session.sessionId)).includes('lane.closed');
    });
    assert.equal((await lastClosed(session)).reason, 'unreachable');
    await painting;
    const again = (await session.console({ type: 'lane.open', tool: 'view' })) as LanePass;
    assert.equal(again.path, undefined);
  });

  it('lets nobody in whose DTLS certificate is not the one that was named', async () => {
    const another = 'AB'.repeat(32).replace(/..(?=.)/g, '$&:');
    const { session, customer } = await meet({
      customer: {
        said: (message) =>
          message.type === 'media.connect'
            ? {
                ...message,
                dtlsParameters: {
                  ...message.dtlsParameters,
                  fingerprints: [{ algorithm: 'sha-256', value: another }],
                },
              }
            : message,
      },
    });
    await paint(customer, 'rgb(255, 0, 0)').catch(() => {});
    const { reason, bytesFromCustomer } = await lastClosed(session);
    assert.deepEqual([reason, bytesFromCustomer], ['protocol', 0]);
    assert.equal(media.workers.counts().died, 0);
    // Nor is it tried the same way for ever.
    const again = (await session.console({ type: 'lane.open', tool: 'view' })) as LanePass;
    assert.equal(again.path, undefined);
  });

  it('is back after its worker was killed', async () => {
    const { session, technician, customer } = await meet();
    await paint(customer, 'rgb(255, 0, 0)');
    await sees(technician, RED);
    const { worker } = await media.workers.take();
    process.kill(worker.pid, 'SIGKILL');
    assert.equal((await lastClosed(session)).reason, 'media-worker-died');
    record.clock.advance(2_000);
    await until('another worker runs', () => media.workers.ready);
    const seer = await pages.open(running, session, 'technician');
    const shower = await pages.open(running, session, 'customer');
    opened.push(seer, shower);
    await joinBoth(session, seer, shower);
    await paint(shower, 'rgb(0, 0, 255)');
    await sees(seer, BLUE);
  });

  it('is tried again where a part of the page could not be loaded, and goes another way when it never comes', async () => {
    const session = await startSession(running, { tools: ['view'], webrtc: true });
    const left: string[] = [];
    const page = await pages.open(running, session, 'technician', {
      said(message) {
        if (message.type === 'media.leave') left.push(message.because);
        return message;
      },
    });
    opened.push(page);
    const open = async () => (await session.console({ type: 'lane.open', tool: 'view' })) as LanePass;
    const join = async () => joinLane(page, await open());
    await page.route('**/*.js', (route) => route.abort());
    await assert.rejects(join());
    await page.unroute('**/*.js');
    await join();
    assert.deepEqual(left, ['done'], 'and the second time it was there');
    await page.evaluate(() => window.media.leave());
    await until('it left', () => left.length === 2);

    const another = await pages.open(running, session, 'technician', {
      said(message) {
        if (message.type === 'media.leave') left.push(message.because);
        return message;
      },
    });
    opened.push(another);
    await another.route('**/*.js', (route) => route.abort());
    for (const _ of ['first', 'second', 'third']) {
      const pass = await open();
      assert.equal(pass.path, 'webrtc');
      await assert.rejects(joinLane(another, pass));
    }
    assert.deepEqual(left.slice(2), ['done', 'done', 'unable']);
    assert.equal((await open()).path, undefined);
  });

  it('ends with its page’s connection, which tells that a page was closed before media does', async () => {
    const { session, technician, customer } = await meet();
    await paint(customer, 'rgb(255, 0, 0)');
    await sees(technician, RED);
    await technician.context().close();
    await running.sessions.disconnected(session.sessionId, 'technician', 'console 1');
    assert.equal((await lastClosed(session)).reason, 'connection-lost');
  });
});
