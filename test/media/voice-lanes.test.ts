import assert from 'node:assert/strict';
import type { LanePass } from '../../protocol/lane.ts';
import type { MediaJoined, MediaNews } from '../../protocol/media.ts';
import type { EntryOf } from '../../protocol/record.ts';
import type { Side } from '../../protocol/session.ts';
import type { Refusal } from '../../server/refusal.ts';
import {
  type RunningSession,
  type RunningSessions,
  type RunningStore,
  startSession,
  startSessions,
  startStore,
} from '../sessions/start-sessions.ts';
import { opus, type RunningMedia, startMedia, vp8 } from '../support/start-media.ts';
import { until } from '../support/until.ts';

describe('lanes of the voice', () => {
  let record: RunningStore;
  let media: RunningMedia;
  let running: RunningSessions;
  let told: { side: Side; news: MediaNews }[];

  before(async () => {
    record = await startStore();
  });
  after(() => record.stop());
  beforeEach(async () => {
    media = await startMedia(record.clock);
    running = startSessions(record, undefined, media.rooms);
    told = [];
    running.sessions.onMediaTold((_sessionId, { side }, news) => told.push({ side, news }));
  });
  afterEach(async () => {
    await running.stop();
    await media.close();
  });

  // No agent says of itself that it can do WebRTC for the voice: there is no other way.
  const start = () => startSession(running, { tools: ['voice'] });
  const say = (session: RunningSession, side: Side) =>
    (side === 'customer' ? session.agent : session.console) as RunningSession['agent'];

  async function meet(session: RunningSession) {
    let offered: LanePass | undefined;
    const stop = running.sessions.onLaneOffered((_id, side, offer) => {
      if (side === 'customer') offered = offer();
    });
    const pass = (await session.console({ type: 'lane.open', tool: 'voice' })) as LanePass;
    stop();
    assert.equal(pass.path, 'webrtc');
    const technician = (await session.console({ type: 'media.join', ticket: pass.ticket })) as MediaJoined;
    const customer = (await session.agent({ type: 'media.join', ticket: offered!.ticket })) as MediaJoined;
    await until('the lane is open', async () =>
      (await running.types(session.sessionId)).includes('lane.opened'),
    );
    return { technician, customer };
  }

  const speak = (session: RunningSession, side: Side, { laneId, send }: MediaJoined, ssrc: number) =>
    say(
      session,
      side,
    )({
      type: 'media.produce',
      laneId,
      transportId: send!.id,
      kind: 'audio',
      rtpParameters: opus(ssrc),
    }) as Promise<{ producerId: string }>;

  const listen = (session: RunningSession, side: Side, { laneId, rtpCapabilities }: MediaJoined) =>
    say(session, side)({ type: 'media.receive', laneId, rtpCapabilities });

  const closed = async ({ sessionId }: RunningSession) => {
    await until('the lane is closed', async () => (await running.types(sessionId)).includes('lane.closed'));
    return (await running.entries(sessionId)).find(
      ({ type }) => type === 'lane.closed',
    ) as EntryOf<'lane.closed'>;
  };
  const refusal = async (work: Promise<unknown>) =>
    work.then(
      () => assert.fail('it was let through'),
      (error: unknown) => (error as Refusal).code,
    );

  it('carry sound from both ends, and each hears the other one and not itself', async () => {
    const session = await start();
    const { technician, customer } = await meet(session);
    assert(technician.send && technician.receive && customer.send && customer.receive);
    await listen(session, 'technician', technician);
    await listen(session, 'customer', customer);
    const fromCustomer = await speak(session, 'customer', customer, 1111);
    const fromTechnician = await speak(session, 'technician', technician, 2222);
    const offers = () =>
      told.flatMap(({ side, news }) => (news.type === 'media.offered' ? [[side, news.producerId]] : []));
    await until('each is offered the other', () => offers().length === 2);
    assert.deepEqual(offers().sort(), [
      ['customer', fromTechnician.producerId],
      ['technician', fromCustomer.producerId],
    ]);
  });

  it('carry no picture, whoever sends it', async () => {
    const session = await start();
    const { technician } = await meet(session);
    const attempt = session.console({
      type: 'media.produce',
      laneId: technician.laneId,
      transportId: technician.send!.id,
      kind: 'video',
      rtpParameters: vp8(),
    });
    assert.equal(await refusal(attempt), 'request.invalid');
  });

  it('fall silent at both ends in the turn in which the customer takes the voice back', async () => {
    const session = await start();
    const { technician, customer } = await meet(session);
    await speak(session, 'customer', customer, 1111);
    await speak(session, 'technician', technician, 2222);
    const producers = await producersIn(media);
    assert.equal(producers, 2);
    const revoking = session.agent({ type: 'grant.revoke', tool: 'voice' });
    const codes = told.flatMap(({ side, news }) => (news.type === 'media.closed' ? [[side, news.code]] : []));
    assert.deepEqual(codes.sort(), [
      ['customer', 'consent.withdrawn'],
      ['technician', 'consent.withdrawn'],
    ]);
    await revoking;
    await until('nothing is produced in the worker', async () => (await producersIn(media)) === 0);
    const { reason, media: figures } = await closed(session);
    assert.equal(reason, 'revoked');
    assert.deepEqual(figures, { packets: 0, packetsLost: 0 });
    assert.equal(await refusal(speak(session, 'technician', technician, 3333)), 'consent.missing');
  });

  it('begin silent for who muted themselves before they spoke, and the other side is told', async () => {
    const session = await start();
    const { technician, customer } = await meet(session);
    await session.agent({ type: 'media.mute', laneId: customer.laneId, muted: true });
    await speak(session, 'customer', customer, 1111);
    await speak(session, 'technician', technician, 2222);
    const muted = told.flatMap(({ side, news }) => (news.type === 'media.muted' ? [[side, news.muted]] : []));
    assert.deepEqual(muted, [['technician', true]]);
    const types = await running.types(session.sessionId);
    assert(!types.some((type) => type.includes('mute')), 'who is silent when is nobody’s record');
  });

  for (const refused of ['its second half', 'its limit'] as const)
    it(`leave nothing in the worker of an end that was refused ${refused}`, async () => {
      const session = await start();
      const { worker, release } = await media.workers.take();
      release();
      const no = () => Promise.reject(new Error('not now'));
      const made: { readonly closed: boolean }[] = [];
      worker.observer.once('newrouter', (router) => {
        router.observer.once('newtransport', (transport) => {
          made.push(transport);
          if (refused === 'its limit') transport.setMaxIncomingBitrate = no;
          else router.createWebRtcTransport = no;
        });
      });
      const { ticket } = (await session.console({ type: 'lane.open', tool: 'voice' })) as LanePass;
      assert.equal(await refusal(session.console({ type: 'media.join', ticket })), 'media.unavailable');
      assert.deepEqual(
        made.map(({ closed }) => closed),
        [true],
      );
      assert.equal(media.workers.counts().rooms, 1, 'its room is there still');
    });

  it('have no other way: where none leads to the worker both sides read it, until it is allowed anew', async () => {
    const session = await start();
    const { technician } = await meet(session);
    await session.console({ type: 'media.leave', laneId: technician.laneId, because: 'unable' });
    assert.equal((await closed(session)).reason, 'unreachable');
    assert.deepEqual(session.state().voice, { obstacle: 'unreachable' });
    assert.deepEqual(session.agentState().voice, { obstacle: 'unreachable' });
    const again = session.console({ type: 'lane.open', tool: 'voice' });
    assert.equal(await refusal(again), 'media.unavailable');
    await session.console({ type: 'grant.return', tool: 'voice' });
    assert.equal(session.state().voice, undefined);
    await session.console({ type: 'tools.request', tools: ['voice'] });
    assert.equal(session.state().tools.voice.standing, 'asked');
  });

  it('wait longer than a picture for a page to get there: nothing else is to be had', async () => {
    const session = await start();
    const { customer } = await meet(session);
    const { fingerprints } = customer.send!.dtlsParameters;
    await session.agent({
      type: 'media.connect',
      laneId: customer.laneId,
      transportId: customer.send!.id,
      dtlsParameters: { role: 'client', fingerprints },
    });
    record.clock.advance(9_999);
    assert.equal(session.state().tools.voice.standing, 'in-use');
    record.clock.advance(1);
    assert.equal((await closed(session)).reason, 'unreachable');
  });

  it('tell both sides that no way was found also when only one of them ever came', async () => {
    const session = await start();
    const pass = (await session.console({ type: 'lane.open', tool: 'voice' })) as LanePass;
    const { laneId } = (await session.console({ type: 'media.join', ticket: pass.ticket })) as MediaJoined;
    let isTold = false;
    running.sessions.onChange(() => {
      isTold = true;
    });
    await session.console({ type: 'media.leave', laneId, because: 'unable' });
    assert(isTold);
    assert.deepEqual(session.agentState().voice, { obstacle: 'unreachable' });
  });
});

/** What the worker itself says that it has. */
async function producersIn({ workers }: RunningMedia): Promise<number> {
  const { worker, release } = await workers.take();
  release();
  const { routersForTesting } = worker as unknown as {
    routersForTesting: Set<Awaited<ReturnType<typeof worker.createRouter>>>;
  };
  const dumps = await Promise.all([...routersForTesting].map((router) => router.dump()));
  return dumps.reduce((sum, { mapProducerIdConsumerIds }) => sum + mapProducerIdConsumerIds.length, 0);
}
