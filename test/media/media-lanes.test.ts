import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { FromConsole } from '../../protocol/console-messages.ts';
import type { LanePass } from '../../protocol/lane.ts';
import type { MediaJoined, MediaNews, RtpParameters } from '../../protocol/media.ts';
import type { EntryOf } from '../../protocol/record.ts';
import { Refusal } from '../../server/refusal.ts';
import {
  addPeople,
  anotherTechnician,
  type RunningSession,
  type RunningSessions,
  type RunningStore,
  startSession,
  startSessions,
  startStore,
} from '../sessions/start-sessions.ts';
import { h264, type RunningMedia, startMedia, vp8 } from '../support/start-media.ts';
import { isRunning, startsGetStuck } from '../support/stuck-worker.ts';
import { until } from '../support/until.ts';

describe('lanes of the path webrtc', () => {
  let record: RunningStore;
  let media: RunningMedia;
  let running: RunningSessions;
  let told: { sessionId: string; side: string; news: MediaNews }[];

  before(async () => {
    record = await startStore();
  });
  after(() => record.stop());
  beforeEach(async () => {
    media = await startMedia(record.clock);
    running = startSessions(record, undefined, media.rooms);
    told = [];
    running.sessions.onMediaTold((sessionId, { side }, news) => told.push({ sessionId, side, news }));
  });
  afterEach(async () => {
    await running.stop();
    await media.close();
  });

  const start = (allow?: ['view'] | []) =>
    startSession(running, { tools: ['view'], webrtc: true, ...(allow ? { allow } : {}) });

  const offers = (side: 'customer' | 'technician', sessionId: string) => {
    const passes: LanePass[] = [];
    running.sessions.onLaneOffered((id, to, offer) => {
      if (id === sessionId && to === side) passes.push(offer());
    });
    return passes;
  };

  async function joinBoth(session: RunningSession) {
    const offered = offers('customer', session.sessionId);
    const pass = (await session.console({ type: 'lane.open', tool: 'view' })) as LanePass;
    const technician = (await session.console({ type: 'media.join', ticket: pass.ticket })) as MediaJoined;
    const { ticket } = offered.at(-1)!;
    const customer = (await session.agent({ type: 'media.join', ticket })) as MediaJoined;
    await until('the lane is open', async () =>
      (await running.types(session.sessionId)).includes('lane.opened'),
    );
    return { pass, technician, customer };
  }

  const produce = (
    session: RunningSession,
    { laneId, send }: MediaJoined,
    rtpParameters: RtpParameters = vp8(),
  ) =>
    session.agent({
      type: 'media.produce',
      laneId,
      transportId: send!.id,
      kind: 'video',
      rtpParameters,
    }) as Promise<{ producerId: string }>;

  const refusal = async (work: Promise<unknown>) => {
    const error = await work.then(
      () => assert.fail('it was let through'),
      (refused: unknown) => refused,
    );
    assert(error instanceof Refusal, String(error));
    return error.code;
  };

  const entry = async <Type extends 'lane.opened' | 'lane.closed' | 'media.refused'>(
    session: RunningSession,
    type: Type,
  ) => {
    await until(type, async () => (await running.types(session.sessionId)).includes(type));
    return (await running.entries(session.sessionId)).find((each) => each.type === type) as EntryOf<Type>;
  };

  it('open like any other: by a ticket for each end, with the path in the record before anything is sent', async () => {
    const session = await start();
    const { technician, customer } = await joinBoth(session);
    assert(customer.send && !customer.receive && technician.receive && !technician.send);
    assert.equal((await entry(session, 'lane.opened')).path, 'webrtc');
    assert((await produce(session, customer)).producerId);
    assert.equal(session.state().tools.view.standing, 'in-use');
  });

  it('let nothing be produced before their opening is durable', async () => {
    const session = await start();
    const offered = offers('customer', session.sessionId);
    const pass = (await session.console({ type: 'lane.open', tool: 'view' })) as LanePass;
    const customer = (await session.agent({
      type: 'media.join',
      ticket: offered[0]!.ticket,
    })) as MediaJoined;
    let isProduced = false;
    const producing = produce(session, customer).then(() => {
      isProduced = true;
    });
    running.recorder.hold();
    await session.console({ type: 'media.join', ticket: pass.ticket });
    await until('the opening waits for the disk', () => running.recorder.waiting > 0);
    assert.equal(isProduced, false);
    running.recorder.release();
    await producing;
  });

  it('never opened when they were closed before their turn: the next technician’s has none of them', async () => {
    await addPeople(record, [anotherTechnician]);
    const session = await start();
    const { sessionId } = session;
    const next = (message: object) =>
      running.sessions.fromConsole(anotherTechnician, { ...message, sessionId } as FromConsole);
    const offered = offers('customer', sessionId);
    await session.console({ type: 'passing.offer', userId: anotherTechnician.userId });
    const { passingId } = session.state().passing!;
    await next({ type: 'passing.take', passingId });
    running.sessions.passing.takerCame(sessionId, anotherTechnician.userId, 'their page');
    const pass = (await session.console({ type: 'lane.open', tool: 'view' })) as LanePass;
    await session.console({ type: 'media.join', ticket: pass.ticket });

    running.recorder.hold();
    const yes = session.agent({ type: 'passing.answered', passingId, allowed: true, mode: 'person' });
    await until('the yes waits for the disk', () => running.recorder.waiting > 0);
    await session.agent({ type: 'media.join', ticket: offered.at(-1)!.ticket });
    running.recorder.release();
    await yes;
    // What is asked now has its turn behind the lane's.
    await next({ type: 'tools.request', tools: ['chat'] });
    const types = await running.types(sessionId);
    assert.equal(types.at(-1), 'consent.requested');
    assert(types.includes('session.passed'));
    assert(!types.includes('lane.opened') && !types.includes('lane.closed'));
  });

  it('refuse who comes with another side’s ticket or another session’s, write it down, and leave it to whose it is', async () => {
    const session = await start();
    const other = await start();
    const offered = offers('customer', session.sessionId);
    const { ticket } = (await session.console({ type: 'lane.open', tool: 'view' })) as LanePass;
    const strangers = [other.console, other.agent, session.agent];
    for (const stranger of strangers)
      assert.equal(await refusal(stranger({ type: 'media.join', ticket })), 'permission.missing');
    const tried = async (one: RunningSession) =>
      (await running.entries(one.sessionId)).flatMap((each) =>
        each.type === 'media.refused' ? [`${each.side} ${each.fault}`] : [],
      );
    assert.deepEqual(await tried(other), ['technician foreign', 'customer foreign']);
    assert.deepEqual(await tried(session), ['customer foreign']);
    assert(await session.console({ type: 'media.join', ticket }));
    assert(await session.agent({ type: 'media.join', ticket: offered.at(-1)!.ticket }));
    await entry(session, 'lane.opened');
  });

  it('refuse a used ticket, and give one that is not used yet a second time', async () => {
    const session = await start();
    const pass = (await session.console({ type: 'lane.open', tool: 'view' })) as LanePass;
    assert.equal(pass.path, 'webrtc');
    const again = (await session.console({ type: 'lane.open', tool: 'view' })) as LanePass;
    assert.equal(again.ticket, pass.ticket);
    await session.console({ type: 'media.join', ticket: pass.ticket });
    assert.equal(await refusal(session.console({ type: 'media.join', ticket: pass.ticket })), 'ticket.wrong');
  });

  it('let nobody produce without a live grant, and write down who tried', async () => {
    const session = await start([]);
    assert.equal(await refusal(session.console({ type: 'lane.open', tool: 'view' })), 'consent.missing');
    const attempt = session.agent({
      type: 'media.produce',
      laneId: randomUUID(),
      transportId: randomUUID(),
      kind: 'video',
      rtpParameters: vp8(),
    });
    assert.equal(await refusal(attempt), 'consent.missing');
    const { side, fault } = await entry(session, 'media.refused');
    assert.deepEqual([side, fault], ['customer', 'no-grant']);
  });

  it('refuse another session’s transports and lanes, and write down who tried', async () => {
    const session = await start();
    const other = await start();
    const mine = await joinBoth(session);
    const theirs = await joinBoth(other);
    const foreign = { ...mine.customer, send: theirs.customer.send };
    assert.equal(await refusal(produce(session, foreign)), 'permission.missing');
    assert.equal((await entry(session, 'media.refused')).fault, 'foreign');
    assert.equal(await refusal(produce(session, theirs.customer)), 'permission.missing');
    assert((await produce(other, theirs.customer)).producerId);
    assert((await produce(session, mine.customer)).producerId);
    assert(!(await running.types(other.sessionId)).includes('media.refused'));
  });

  it('refuse RTP parameters that lie, and let the honest ones through afterwards', async () => {
    const session = await start();
    const { customer } = await joinBoth(session);
    const honest = vp8();
    const lies = [
      { ...honest, codecs: [{ ...honest.codecs[0]!, mimeType: 'video/none' }] },
      {
        ...honest,
        codecs: [{ ...honest.codecs[0]!, mimeType: 'audio/opus', clockRate: 48_000, channels: 2 }],
      },
      { ...honest, encodings: [{ ssrc: 1 }, { ssrc: 1 }] },
      { ...honest, headerExtensions: [{ uri: 'urn:ietf:params:rtp-hdrext:sdes:mid', id: 0 }] },
    ];
    for (const lie of lies)
      assert.equal(
        await refusal(produce(session, customer, lie as never)),
        'request.invalid',
        JSON.stringify(lie),
      );
    const attempt = session.console({
      type: 'media.produce',
      laneId: customer.laneId,
      transportId: customer.send!.id,
      kind: 'video',
      rtpParameters: honest,
    });
    assert.equal(await refusal(attempt), 'permission.missing');
    assert((await produce(session, customer)).producerId);
    assert.equal((await entry(session, 'media.refused')).fault, 'parameters');
    assert.equal(media.workers.counts().died, 0);
  });

  it('send one stream only from one side', async () => {
    const session = await start();
    const { customer } = await joinBoth(session);
    await produce(session, customer);
    assert.equal(await refusal(produce(session, customer, vp8(2222))), 'request.out-of-order');
  });

  it('close in the turn in which the customer takes the grant back, and say what passed', async () => {
    const session = await start();
    const { customer } = await joinBoth(session);
    await produce(session, customer);
    await session.agent({
      type: 'media.measured',
      laneId: customer.laneId,
      width: 1920,
      height: 1080,
      framesPerSecond: 30,
    });
    await session.agent({ type: 'grant.revoke', tool: 'view' });
    const codes = told.flatMap(({ side, news }) => (news.type === 'media.closed' ? [[side, news.code]] : []));
    assert.deepEqual(codes.sort(), [
      ['customer', 'consent.withdrawn'],
      ['technician', 'consent.withdrawn'],
    ]);
    const closed = await entry(session, 'lane.closed');
    assert.equal(closed.reason, 'revoked');
    assert.deepEqual(closed.media, {
      packets: 0,
      packetsLost: 0,
      width: 1920,
      height: 1080,
      framesPerSecond: 30,
    });
    const types = await running.types(session.sessionId);
    assert(types.indexOf('grant.revoked') < types.indexOf('lane.closed'));
    assert.equal(await refusal(produce(session, customer)), 'consent.missing');
  });

  it('go over WebSockets for the rest of the session when a page does not get to the worker in time', async () => {
    const session = await start();
    const { customer } = await joinBoth(session);
    const fingerprints = customer.send!.dtlsParameters.fingerprints;
    await session.agent({
      type: 'media.connect',
      laneId: customer.laneId,
      transportId: customer.send!.id,
      dtlsParameters: { role: 'client', fingerprints },
    });
    record.clock.advance(2_999);
    assert.equal(session.state().tools.view.standing, 'in-use');
    record.clock.advance(1);
    assert.equal((await entry(session, 'lane.closed')).reason, 'unreachable');
    const pass = (await session.console({ type: 'lane.open', tool: 'view' })) as LanePass;
    assert.equal(pass.path, undefined);
    const another = await start();
    assert.equal(((await another.console({ type: 'lane.open', tool: 'view' })) as LanePass).path, 'webrtc');
  });

  it('go over WebSockets too when the other end has none of the codecs', async () => {
    const session = await start();
    const { technician, customer } = await joinBoth(session);
    const rtpCapabilities = { codecs: [], headerExtensions: [] };
    await session.console({ type: 'media.receive', laneId: technician.laneId, rtpCapabilities });
    await produce(session, customer);
    assert.equal((await entry(session, 'lane.closed')).reason, 'no-codec');
    assert.equal(((await session.console({ type: 'lane.open', tool: 'view' })) as LanePass).path, undefined);
  });

  for (const first of ['the stream', 'what can be shown'] as const)
    it(`are sent anew in a codec that the other end has, whether ${first} is known first`, async () => {
      const session = await start();
      const { technician, customer } = await joinBoth(session);
      const { laneId, rtpCapabilities } = technician;
      const isH264 = ({ mimeType }: { mimeType: string }) => /h264|rtx/i.test(mimeType);
      const withLess = { ...rtpCapabilities, codecs: rtpCapabilities.codecs.filter(isH264) };
      const receive = () => session.console({ type: 'media.receive', laneId, rtpCapabilities: withLess });
      const steps = [() => produce(session, customer), receive];
      for (const step of first === 'the stream' ? steps : steps.reverse()) await step();
      assert.deepEqual(
        told.map(({ side, news }) => ({ side, news })),
        [{ side: 'customer', news: { type: 'media.wanted', laneId, codecs: ['video/H264'] } }],
      );
      await produce(session, customer, h264(2222));
      const offered = () => told.map(({ news }) => news).find(({ type }) => type === 'media.offered');
      await until('it is offered', () => offered() !== undefined);
      const news = offered();
      assert(news?.type === 'media.offered' && news.rtpParameters.codecs[0]?.mimeType === 'video/H264');
      assert.equal(session.state().tools.view.standing, 'in-use');
    });

  it('go over WebSockets too when the sender has no other codec', async () => {
    const session = await start();
    const { technician, customer } = await joinBoth(session);
    const { laneId, rtpCapabilities } = technician;
    const codecs = rtpCapabilities.codecs.filter(({ mimeType }) => mimeType === 'video/H264');
    await session.console({ type: 'media.receive', laneId, rtpCapabilities: { ...rtpCapabilities, codecs } });
    await produce(session, customer);
    await produce(session, customer, vp8(2222));
    assert.equal((await entry(session, 'lane.closed')).reason, 'no-codec');
  });

  it('go over WebSockets too when the sender says that it has none of the codecs that are wanted', async () => {
    const session = await start();
    const { customer } = await joinBoth(session);
    await session.agent({ type: 'media.leave', laneId: customer.laneId, because: 'no-codec' });
    assert.equal((await entry(session, 'lane.closed')).reason, 'no-codec');
    assert.equal(((await session.console({ type: 'lane.open', tool: 'view' })) as LanePass).path, undefined);
  });

  it('go over WebSockets too when a browser finds that it cannot do it', async () => {
    const session = await start();
    const { technician } = await joinBoth(session);
    await session.console({ type: 'media.leave', laneId: technician.laneId, because: 'unable' });
    assert.equal((await entry(session, 'lane.closed')).reason, 'unreachable');
    assert.equal(((await session.console({ type: 'lane.open', tool: 'view' })) as LanePass).path, undefined);
  });

  it('offer each stream once, still, until its receiver is ready, and tell it of silence', async () => {
    const session = await start();
    const { technician, customer } = await joinBoth(session);
    const { laneId, rtpCapabilities } = technician;
    await session.console({ type: 'media.receive', laneId, rtpCapabilities });
    const { producerId } = await produce(session, customer);
    const news = (type: MediaNews['type']) => told.filter(({ news: each }) => each.type === type);
    await until('it is offered', () => news('media.offered').length > 0);
    const [{ side, news: offered }] = news('media.offered') as [(typeof told)[number]];
    assert(side === 'technician' && offered.type === 'media.offered' && offered.producerId === producerId);
    await session.console({ type: 'media.receive', laneId, rtpCapabilities });
    await session.console({ type: 'media.resume', laneId, consumerId: offered.consumerId });
    assert.equal(
      await refusal(session.console({ type: 'media.resume', laneId, consumerId: 'another' })),
      'not-found',
    );
    await session.agent({ type: 'media.mute', laneId, muted: true });
    assert.deepEqual(
      news('media.muted').map((each) => [each.side, 'muted' in each.news && each.news.muted]),
      [['technician', true]],
    );
    assert.equal(news('media.offered').length, 1);
  });

  it('find another way when the network changed, for their own transports alone', async () => {
    const session = await start();
    const other = await start();
    const { customer } = await joinBoth(session);
    const { laneId, send } = customer;
    const restarted = (await session.agent({ type: 'media.restart', laneId, transportId: send!.id })) as {
      iceParameters: { usernameFragment: string };
    };
    assert.notEqual(restarted.iceParameters.usernameFragment, send!.iceParameters.usernameFragment);
    const theirs = (await joinBoth(other)).customer;
    const attempt = session.agent({ type: 'media.restart', laneId, transportId: theirs.send!.id });
    assert.equal(await refusal(attempt), 'permission.missing');
  });

  it('give way to another window of the technician, and tell the first one so', async () => {
    const session = await start();
    const { technician, pass } = await joinBoth(session);
    const next = (await session.console({ type: 'lane.open', tool: 'view' })) as LanePass;
    assert.notEqual(next.laneId, pass.laneId);
    const [{ news }] = told.filter(({ side }) => side === 'technician') as [(typeof told)[number]];
    assert(news.type === 'media.closed' && news.laneId === technician.laneId);
    assert.equal(news.code, 'lane.replaced');
  });

  it('are taken back by the customer’s own end before the word about it, and the record says so', async () => {
    const session = await start();
    const { technician, customer } = await joinBoth(session);
    await session.console({ type: 'media.leave', laneId: technician.laneId, because: 'withdrawn' });
    // Consent is not the technician's to take back.
    assert.equal((await entry(session, 'lane.closed')).reason, 'connection-lost');
    const another = await start();
    const { laneId } = (await joinBoth(another)).customer;
    await another.agent({ type: 'media.leave', laneId, because: 'withdrawn' });
    assert.equal((await entry(another, 'lane.closed')).reason, 'revoked');
    assert.notEqual(laneId, customer.laneId);
  });

  it('are for agents that can, and only where a worker runs', async () => {
    const native = await startSession(running, { tools: ['view'] });
    assert.equal(((await native.console({ type: 'lane.open', tool: 'view' })) as LanePass).path, undefined);
    const session = await start();
    await media.close();
    await until('no worker is left', () => !media.workers.ready);
    assert.equal(((await session.console({ type: 'lane.open', tool: 'view' })) as LanePass).path, undefined);
  });

  it('end with their session, and leave nothing in the worker', async () => {
    const session = await start();
    const { customer } = await joinBoth(session);
    await produce(session, customer);
    assert.equal(media.workers.counts().rooms, 1);
    await session.console({ type: 'session.end' });
    await until('the room is gone', () => media.workers.counts().rooms === 0);
    const types = await running.types(session.sessionId);
    assert.deepEqual(types.slice(-2), ['lane.closed', 'session.ended']);
  });

  it('are back in another worker when theirs is killed, and the record says so', async () => {
    const session = await start();
    const { customer, pass } = await joinBoth(session);
    await produce(session, customer);
    const { worker } = await media.workers.take();
    process.kill(worker.pid, 'SIGKILL');
    assert.equal((await entry(session, 'lane.closed')).reason, 'media-worker-died');
    // It died young, and it may be the first of many: within two seconds is soon enough.
    record.clock.advance(2_000);
    await until('another worker runs', () => media.workers.ready);
    const next = (await session.console({ type: 'lane.open', tool: 'view' })) as LanePass;
    assert.notEqual(next.laneId, pass.laneId);
    assert.equal(next.path, 'webrtc');
    const joined = (await session.console({ type: 'media.join', ticket: next.ticket })) as MediaJoined;
    assert(joined.receive);
    assert.equal(media.workers.counts().died, 1);
  });

  it('are had of another worker when theirs hangs', async () => {
    const { worker } = await media.workers.take();
    process.kill(worker.pid, 'SIGSTOP');
    const session = await start();
    const pass = (await session.console({ type: 'lane.open', tool: 'view' })) as LanePass;
    const joining = session.console({ type: 'media.join', ticket: pass.ticket });
    joining.catch(() => {});
    await until('it is ended', () => {
      record.clock.advance(1_000);
      return media.workers.counts().died === 1;
    });
    assert.equal(await refusal(joining), 'media.unavailable');
    record.clock.advance(2_000);
    await until('another worker runs', () => media.workers.ready);
    const next = (await session.console({ type: 'lane.open', tool: 'view' })) as LanePass;
    const joined = (await session.console({ type: 'media.join', ticket: next.ticket })) as MediaJoined;
    assert(joined.receive);
  });

  it('wait no longer than five seconds for another worker, and then go over WebSockets', async () => {
    const session = await start();
    const stuck = await startsGetStuck();
    try {
      const { worker, release } = await media.workers.take();
      release();
      process.kill(worker.pid, 'SIGKILL');
      await until('it died', () => media.workers.counts().died === 1);
      const open = async () => (await session.console({ type: 'lane.open', tool: 'view' })) as LanePass;
      const { path, ticket } = await open();
      assert.equal(path, 'webrtc');
      const refused = refusal(session.console({ type: 'media.join', ticket }));
      record.clock.advance(100);
      await until('another one starts', async () => (await stuck.pids()).length === 1);
      record.clock.advance(5_000);
      assert.equal(await refused, 'media.unavailable');
      assert.equal((await open()).path, undefined);
      record.clock.advance(5_000);
      const [pid] = await stuck.pids();
      await until('it is ended', () => !isRunning(pid!));
    } finally {
      await stuck.close();
    }
  });

  it('end with a worker that hangs while they are open, whoever asked it meanwhile hears so, and are had of another', async () => {
    const session = await start();
    const { customer } = await joinBoth(session);
    await produce(session, customer);
    const { laneId, send } = customer;
    const { worker } = await media.workers.take();
    process.kill(worker.pid, 'SIGSTOP');
    const refused = refusal(session.agent({ type: 'media.restart', laneId, transportId: send!.id }));
    await until('it is ended', () => {
      record.clock.advance(1_000);
      return media.workers.counts().died === 1;
    });
    assert.equal(await refused, 'lane.peer-gone');
    assert.equal((await entry(session, 'lane.closed')).reason, 'media-worker-died');
    record.clock.advance(2_000);
    await until('another worker runs', () => media.workers.ready);
    const next = await joinBoth(session);
    assert((await produce(session, next.customer)).producerId);
  });

  it('go over WebSockets once their worker has refused an end twice, though it lives', async () => {
    const { server, release } = await media.workers.take();
    release();
    server.close();
    const session = await start();
    const open = async () => (await session.console({ type: 'lane.open', tool: 'view' })) as LanePass;
    for (const _ of ['first', 'second']) {
      const { path, ticket } = await open();
      assert.equal(path, 'webrtc');
      assert.equal(await refusal(session.console({ type: 'media.join', ticket })), 'media.unavailable');
    }
    assert.equal((await open()).path, undefined);
    assert.equal(media.workers.ready, true);
  });

  it('give no longer to connect to who says it again, and cut off nobody later for it', async () => {
    const session = await start();
    const { customer } = await joinBoth(session);
    const { laneId, send } = customer;
    const { fingerprints } = send!.dtlsParameters;
    const connect = () =>
      session.agent({
        type: 'media.connect',
        laneId,
        transportId: send!.id,
        dtlsParameters: { role: 'client', fingerprints },
      });
    await connect();
    record.clock.advance(2_000);
    assert.equal(await refusal(connect()), 'request.out-of-order');
    record.clock.advance(1_000);
    assert.equal((await entry(session, 'lane.closed')).reason, 'unreachable');
  });

  it('offer a stream once to who asks for it twice at once', async () => {
    const session = await start();
    const { technician, customer } = await joinBoth(session);
    const { laneId, rtpCapabilities } = technician;
    await produce(session, customer);
    const receive = () => session.console({ type: 'media.receive', laneId, rtpCapabilities });
    await Promise.all([receive(), receive()]);
    const offered = () => told.filter(({ news }) => news.type === 'media.offered').length;
    await until('it is offered', () => offered() > 0);
    // The worker answers in order: a second offer would have come before this.
    await session.console({ type: 'media.restart', laneId, transportId: technician.receive!.id });
    assert.equal(offered(), 1);
  });

  it('refuse what the worker did not do because it died, and call it no defect', async () => {
    const session = await start();
    const { customer } = await joinBoth(session);
    const { worker } = await media.workers.take();
    const { laneId, send } = customer;
    process.kill(worker.pid, 'SIGSTOP');
    const restart = session.agent({ type: 'media.restart', laneId, transportId: send!.id });
    process.kill(worker.pid, 'SIGKILL');
    assert.equal(await refusal(restart), 'lane.peer-gone');
  });

  it('write nothing down of what was on its way while the technician gave the tool back', async () => {
    const session = await start();
    const { customer } = await joinBoth(session);
    await session.console({ type: 'grant.return', tool: 'view' });
    assert.equal(await refusal(produce(session, customer)), 'consent.missing');
    assert(!(await running.types(session.sessionId)).includes('media.refused'));
    // Long afterwards it was not on its way.
    record.clock.advance(6_000);
    assert.equal(await refusal(produce(session, customer)), 'consent.missing');
    assert.equal((await entry(session, 'media.refused')).fault, 'no-grant');
  });

  it('write down who measures or leaves another session’s', async () => {
    const session = await start();
    const { customer } = await joinBoth(await start());
    const attempt = session.agent({ type: 'media.leave', laneId: customer.laneId, because: 'done' });
    assert.equal(await refusal(attempt), 'permission.missing');
    assert.equal((await entry(session, 'media.refused')).fault, 'foreign');
  });

  describe('of one who watches', () => {
    const watchingId = '01890000-0000-4000-8000-000000000077';
    const watchers = ({ sessionId }: RunningSession) =>
      running.lanes.open(sessionId, 'view', 'technician', { webrtc: true, watchingId });

    it('are theirs alone: the technician’s page spends no ticket of theirs and reaches no end of theirs', async () => {
      const session = await start();
      const pass = watchers(session);
      assert.deepEqual([pass.watchingId, pass.path], [watchingId, 'webrtc']);
      assert.equal(
        await refusal(session.console({ type: 'media.join', ticket: pass.ticket })),
        'permission.missing',
      );
      const party = { side: 'technician' as const, watchingId };
      const joined = await running.lanes.joinMedia(session.sessionId, party, pass.ticket);
      assert.equal(joined.send, undefined, 'who watches sends nothing');
      const leave = { type: 'media.leave' as const, laneId: joined.laneId, because: 'done' as const };
      assert.equal(await refusal(session.console(leave)), 'permission.missing');
      assert.throws(() =>
        running.lanes.mediaEnd(
          session.sessionId,
          { side: 'technician', watchingId: 'another' },
          joined.laneId,
        ),
      );
      assert(running.lanes.mediaEnd(session.sessionId, party, joined.laneId));
    });

    it('that get nowhere do not take the technician’s off WebRTC', async () => {
      const session = await start();
      const party = { side: 'technician' as const, watchingId };
      const { laneId } = await running.lanes.joinMedia(session.sessionId, party, watchers(session).ticket);
      running.lanes.mediaEnd(session.sessionId, party, laneId).leave({ because: 'unable' });
      assert.equal(watchers(session).path, undefined);
      assert.equal(
        running.lanes.open(session.sessionId, 'view', 'technician', { webrtc: true }).path,
        'webrtc',
      );
    });
  });

  describe('whose end is still being made', () => {
    const open = ({ sessionId }: RunningSession, signInId?: string) =>
      running.lanes.open(sessionId, 'view', 'technician', { webrtc: true, signInId });
    const join = ({ sessionId }: RunningSession, { ticket }: LanePass) =>
      running.lanes.joinMedia(sessionId, { side: 'technician' }, ticket);

    it('go with the side that goes meanwhile, and it is offered a new one when it is back', async () => {
      const session = await start();
      const pass = open(session);
      const joining = join(session, pass);
      running.lanes.sideGone(session.sessionId, 'technician');
      assert.equal(await refusal(joining), 'lane.peer-gone');
      assert.notEqual(open(session).laneId, pass.laneId);
    });

    it('do not count as refused by the worker when their lane ended before it did', async () => {
      const { server, release } = await media.workers.take();
      release();
      server.close();
      const session = await start();
      const joining = join(session, open(session));
      running.lanes.sideGone(session.sessionId, 'technician');
      assert.equal(await refusal(joining), 'media.unavailable');
      assert.equal(await refusal(join(session, open(session))), 'media.unavailable');
      assert.equal(open(session).path, 'webrtc', 'it was the first time');
    });

    it('go with the sign-in that ends meanwhile', async () => {
      const session = await start();
      const joining = join(session, open(session, 'a sign-in'));
      running.lanes.closeSignIn('a sign-in');
      assert.equal(await refusal(joining), 'lane.peer-gone');
    });

    it('are of the first of two pages, which hears nothing of the second', async () => {
      const session = await start();
      const offered = offers('customer', session.sessionId);
      const first = open(session);
      const second = open(session);
      assert.equal(second.laneId, first.laneId);
      const joining = join(session, first);
      assert.equal(await refusal(join(session, second)), 'ticket.wrong');
      await joining;
      await session.agent({ type: 'media.join', ticket: offered.at(-1)!.ticket });
      await entry(session, 'lane.opened');
      assert.deepEqual(told, []);
    });
  });
});
