import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { ToConsole } from '../../protocol/console-messages.ts';
import { ERRORS } from '../../protocol/errors.ts';
import { LanePass } from '../../protocol/lane.ts';
import { ReadingPolicy } from '../../protocol/reading-policy.ts';
import { WATCHER_BACK_WITHIN_MS } from '../../server/sessions/watcher-presence.ts';
import { Settings } from '../../server/settings/settings.ts';
import { closeCode, nextMessage } from '../lanes/lane-client.ts';
import {
  addPeople,
  manager,
  type RunningStore,
  startStore,
  technician,
  anotherTechnician as theo,
  wish,
} from '../sessions/start-sessions.ts';
import { until } from '../support/until.ts';
import { hungUp, type RunningSignalling, startSignalling } from './start-signalling.ts';

describe('signalling with one who watches', () => {
  let record: RunningStore;
  let broker: RunningSignalling;
  before(async () => {
    record = await startStore();
    await addPeople(record, [technician, theo, manager]);
  });
  beforeEach(async () => {
    broker = await startSignalling(record);
  });
  afterEach(() => broker.stop());
  after(() => record.stop());

  /** A session in which the technician and a manager see the picture. */
  async function begin() {
    const opened = await broker.sessions.open(technician, wish(['view', 'control']));
    const sessionId = opened.id;
    const page = await broker.console();
    await page.ask({ type: 'session.watch', sessionId });
    const { agentToken } = await broker.join(opened);
    const agent = await broker.agent(agentToken);
    const [question] = broker.sessions.agentState(sessionId).pending;
    await page.ask({ type: 'session.admit', sessionId });
    await agent.ask({
      type: 'consent.answered',
      requestId: question!.requestId,
      allowed: ['view', 'control'],
      mode: 'person',
    });
    const watcher = await broker.console('who=max');
    await watcher.ask({ type: 'watching.follow', sessionId });
    await watcher.ask({ type: 'watching.ask', sessionId });
    const [asked] = broker.sessions.agentState(sessionId).watchers;
    const { watchingId } = asked!;
    await agent.ask({ type: 'watching.answered', watchingId, allowed: true, mode: 'person' });
    const lane = async (of: typeof page) => {
      const { ok, ...answer } = await of.ask({ type: 'lane.open', sessionId, tool: 'view' });
      assert.equal(ok, true);
      const pass = LanePass.parse(answer);
      const offered = await agent.hears(
        'the lane',
        (message) => message.type === 'lane.offered' && message.pass.laneId === pass.laneId,
      );
      assert(offered.type === 'lane.offered');
      assert.equal(offered.pass.watchingId, pass.watchingId);
      const [staffEnd, customerEnd] = [
        broker.lane(pass, { origin: broker.origin }),
        broker.lane(offered.pass),
      ];
      await Promise.all([once(staffEnd, 'open'), once(customerEnd, 'open')]);
      return { pass, staffEnd, customerEnd };
    };
    const [technicians, watchers] = [await lane(page), await lane(watcher)];
    await until('both flow', async () => {
      const types = await broker.types(sessionId);
      return types.filter((type) => type === 'lane.opened').length === 2;
    });
    return { sessionId, page, agent, watcher, watchingId, technicians, watchers };
  }

  it('relays the picture to each by a lane of their own', async () => {
    const { technicians, watchers } = await begin();
    assert.equal(technicians.pass.watchingId, undefined);
    const [toTechnician, toWatcher] = [nextMessage(technicians.staffEnd), nextMessage(watchers.staffEnd)];
    technicians.customerEnd.send(Buffer.from('theirs'));
    watchers.customerEnd.send(Buffer.from('the watcher’s'));
    assert.equal(String(await toTechnician), 'theirs');
    assert.equal(String(await toWatcher), 'the watcher’s');
  });

  it('tells a watcher what a watcher may know, and nothing of what the technician hears', async () => {
    const { sessionId, watcher, page } = await begin();
    await page.ask({ type: 'grant.return', sessionId, tool: 'control' });
    await watcher.hears('a state', ({ type }) => type === 'watching.state');
    const kinds = new Set(watcher.pushed.map(({ type }) => type));
    assert.deepEqual([...kinds], ['watching.state']);
    assert(!JSON.stringify(watcher.pushed).includes('192.0.2'), 'nor where anybody is');
    assert.equal(await watcher.refused({ type: 'session.watch', sessionId }), 'permission.missing');
    assert.equal(
      await watcher.refused({ type: 'lane.open', sessionId, tool: 'control' }),
      'permission.missing',
    );
  });

  it('records that they read whom the session is for: once when they follow, not with every change', async () => {
    const { sessionId, page, watcher } = await begin();
    const read = async () =>
      (await record.store.entries({ types: ['record.read'], limit: 100 })).filter(
        (entry) => entry.type === 'record.read' && entry.sessionId === sessionId,
      );
    await page.ask({ type: 'grant.return', sessionId, tool: 'control' });
    await watcher.hears('a state', ({ type }) => type === 'watching.state');
    const [first, ...more] = await read();
    assert(first?.type === 'record.read');
    assert.notEqual(first.userId, technician.userId);
    assert.deepEqual(more, []);
    const again = await broker.console('who=max');
    await again.ask({ type: 'watching.follow', sessionId });
    assert.equal((await read()).length, 2);
    const twice = await Promise.all([1, 2].map(() => again.ask({ type: 'watching.follow', sessionId })));
    assert(twice.every(({ ok, watched }) => ok === true && watched !== undefined));
    assert.equal((await read()).length, 2, 'a page that follows already reads nothing new');
  });

  it('lets nobody fill the record by following over and over, and takes them up again later', async () => {
    const { sessionId, watcher } = await begin();
    const again = async () => {
      await watcher.ask({ type: 'watching.unfollow', sessionId });
      return watcher.refused({ type: 'watching.follow', sessionId });
    };
    for (let times = 1; times < 20; times += 1) assert.equal(await again(), undefined);
    assert.equal(await again(), 'tries.too-many');
    record.clock.advance(10_000);
    assert.equal(await again(), undefined);
    assert.equal(await again(), 'tries.too-many');
  });

  it('knows no page of one who left while it was on its way to follow, and ends what they watch', async () => {
    const { sessionId, watcher } = await begin();
    await watcher.ask({ type: 'watching.unfollow', sessionId });
    broker.recorder.hold();
    const following = watcher.ask({ type: 'watching.follow', sessionId });
    await until('that they read it waits for the disk', () => broker.recorder.waiting > 0);
    const left = await watcher.ask({ type: 'watching.unfollow', sessionId });
    assert.equal(left.ok, true);
    broker.recorder.release();
    assert.equal((await following).ok, true);
    assert.equal(await watcher.refused({ type: 'watching.ask', sessionId }), 'request.out-of-order');
    record.clock.advance(WATCHER_BACK_WITHIN_MS);
    await until('it is over', async () => (await broker.types(sessionId)).includes('watching.ended'));
    assert.deepEqual(broker.sessions.agentState(sessionId).watchers, []);
  });

  it('ends a watcher’s lane with the customer’s word, and leaves the technician’s open', async () => {
    const { agent, watchingId, watchers, technicians } = await begin();
    const closed = closeCode(watchers.staffEnd);
    await agent.ask({ type: 'watching.stop', watchingId });
    assert.equal(await closed, ERRORS['consent.withdrawn'].close);
    const still = nextMessage(technicians.staffEnd);
    technicians.customerEnd.send(Buffer.from('still here'));
    assert.equal(String(await still), 'still here');
  });

  it('ends every lane when the picture is taken back', async () => {
    const { agent, watchers, technicians } = await begin();
    const closed = [closeCode(watchers.staffEnd), closeCode(technicians.staffEnd)];
    await agent.ask({ type: 'grant.revoke', tool: 'view' });
    assert.deepEqual(await Promise.all(closed), [
      ERRORS['consent.withdrawn'].close,
      ERRORS['consent.withdrawn'].close,
    ]);
  });

  it('leaves a watcher’s lane open when the technician is done with their own', async () => {
    const { sessionId, page, watchers, technicians } = await begin();
    const closed = closeCode(technicians.staffEnd);
    await page.ask({ type: 'lane.close', sessionId, tool: 'view' });
    assert.equal(await closed, ERRORS['lane.finished'].close);
    const still = nextMessage(watchers.staffEnd);
    watchers.customerEnd.send(Buffer.from('still here'));
    assert.equal(String(await still), 'still here');
  });

  it('closes the watcher’s lane when the technician’s page or the watcher’s sign-in is gone', async () => {
    const first = await begin();
    const behindTheirBack = closeCode(first.watchers.staffEnd);
    first.page.socket.disconnect();
    assert.equal(await behindTheirBack, ERRORS['lane.peer-gone'].close);
    const second = await begin();
    const signedOut = closeCode(second.watchers.staffEnd);
    broker.signalling.closeSignIn('a manager’s sign-in');
    assert.equal(await signedOut, ERRORS['lane.peer-gone'].close);
  });

  it('ends with what the organisation lets managers read, and leaves everybody else their pages', async () => {
    const { sessionId, watcher, watchers, technicians } = await begin();
    const [closed, left] = [closeCode(watchers.staffEnd), hungUp(watcher.socket)];
    broker.signalling.readingChanged(ReadingPolicy.parse({ manager: { sessions: 'none' } }));
    await left;
    assert.equal(await closed, ERRORS['lane.peer-gone'].close);
    const still = nextMessage(technicians.staffEnd);
    technicians.customerEnd.send(Buffer.from('still here'));
    assert.equal(String(await still), 'still here');
    record.clock.advance(WATCHER_BACK_WITHIN_MS);
    await until('it is over', async () => (await broker.types(sessionId)).includes('watching.ended'));
    assert.deepEqual(broker.sessions.agentState(sessionId).watchers, []);
  });

  it('tells each who follows of every change, though one before them may not look any more', async () => {
    const { sessionId, page, watcher: managers } = await begin();
    await page.ask({ type: 'watching.invite', sessionId, userId: theo.userId });
    const theos = await broker.console('who=theo');
    await theos.ask({ type: 'watching.follow', sessionId });
    broker.settings.now = Settings.parse({ reading: { manager: { sessions: 'none' } } });
    await page.ask({ type: 'grant.return', sessionId, tool: 'view' });
    const isEnd = (message: ToConsole) => message.type === 'watching.state' && !message.state.isShown;
    await theos.hears('the end of the picture', isEnd);
    assert(!managers.pushed.some(isEnd));
  });

  it('tells those who follow of every change, though one of them has the session now and looked on before', async () => {
    const { sessionId, page, agent } = await begin();
    await page.ask({ type: 'watching.invite', sessionId, userId: theo.userId });
    const looksOn = await broker.console('who=theo');
    await looksOn.ask({ type: 'watching.follow', sessionId });
    const managers = await broker.console('who=max');
    await managers.ask({ type: 'watching.follow', sessionId });
    const goesOn = await broker.console('who=theo');
    await page.ask({ type: 'passing.offer', sessionId, userId: theo.userId });
    const [{ passingId } = assert.fail('nothing is offered')] = broker.sessions.passing.offers(theo.userId);
    await goesOn.ask({ type: 'passing.take', sessionId, passingId });
    await agent.ask({ type: 'passing.answered', passingId, allowed: true, mode: 'person' });
    await managers.hears(
      'who goes on',
      (message) => message.type === 'watching.state' && message.state.technician.name === theo.name,
    );
    await goesOn.ask({ type: 'watching.invite', sessionId, userId: manager.userId });
    await managers.hears(
      'the invitation',
      (message) => message.type === 'invitations.state' && message.items[0]?.sessionId === sessionId,
    );
    assert(
      !looksOn.pushed.some(
        (message) => message.type === 'watching.state' && message.state.technician.name === theo.name,
      ),
    );
  });
});
