import assert from 'node:assert/strict';
import { once } from 'node:events';
import { ERRORS } from '../../protocol/errors.ts';
import { LanePass } from '../../protocol/lane.ts';
import { closeCode, nextMessage } from '../lanes/lane-client.ts';
import {
  addPeople,
  type RunningStore,
  startStore,
  technician,
  anotherTechnician as theo,
  wish,
} from '../sessions/start-sessions.ts';
import { until } from '../support/until.ts';
import { hungUp, type RunningSignalling, startSignalling } from './start-signalling.ts';

describe('signalling of a session that is passed on', () => {
  let record: RunningStore;
  let broker: RunningSignalling;
  before(async () => {
    record = await startStore();
    await addPeople(record, [technician, theo]);
  });
  beforeEach(async () => {
    broker = await startSignalling(record);
  });
  afterEach(() => broker.stop());
  after(() => record.stop());

  /** Tess sees the picture, and Theo has taken her offer. */
  async function begin() {
    const opened = await broker.sessions.open(technician, wish(['view', 'control']));
    const sessionId = opened.id;
    const page = await broker.console();
    const second = await broker.console('who=tess-elsewhere');
    for (const each of [page, second]) await each.ask({ type: 'session.watch', sessionId });
    const { agentToken } = await broker.join(opened);
    const agent = await broker.agent(agentToken);
    const [question] = broker.sessions.agentState(sessionId).pending;
    await page.ask({ type: 'session.admit', sessionId });
    const allowed = ['view', 'control'];
    await agent.ask({
      type: 'consent.answered',
      requestId: question!.requestId,
      allowed,
      mode: 'person',
    });
    const lane = async (of: typeof page) => {
      const { ok, ...answer } = await of.ask({ type: 'lane.open', sessionId, tool: 'view' });
      assert.equal(ok, true);
      const pass = LanePass.parse(answer);
      const offered = await agent.hears(
        'the lane',
        (message) => message.type === 'lane.offered' && message.pass.laneId === pass.laneId,
      );
      assert(offered.type === 'lane.offered');
      const [staffEnd, customerEnd] = [
        broker.lane(pass, { origin: broker.origin }),
        broker.lane(offered.pass),
      ];
      await Promise.all([once(staffEnd, 'open'), once(customerEnd, 'open')]);
      return { staffEnd, customerEnd };
    };
    const theirs = await lane(page);
    await until('it flows', async () => (await broker.types(sessionId)).includes('lane.opened'));
    const other = await broker.console('who=theo');
    await page.ask({ type: 'passing.offer', sessionId, userId: theo.userId, reason: 'Printers' });
    const told = await other.hears('the offer', ({ type }) => type === 'offers.state');
    assert(told.type === 'offers.state' && told.items[0]?.reason === 'Printers');
    const { passingId } = told.items[0];
    await other.ask({ type: 'passing.take', sessionId, passingId });
    const answer = (isYes: boolean) =>
      agent.ask({ type: 'passing.answered', passingId, allowed: isYes, mode: 'person' });
    return { sessionId, page, second, agent, other, theirs, lane, answer, passingId };
  }

  it('ends the lanes of the first one with the yes, and tells every page of theirs to whom it went', async () => {
    const { page, second, theirs, answer, sessionId, passingId } = await begin();
    const closed = closeCode(theirs.staffEnd);
    await answer(true);
    assert.equal(await closed, ERRORS['lane.peer-gone'].close);
    for (const each of [page, second]) {
      const told = await each.hears('that it was passed on', ({ type }) => type === 'session.passed');
      assert.deepEqual(told, { type: 'session.passed', sessionId, passingId, to: 'Theo Technician' });
      const at = each.pushed.indexOf(told);
      const later = each.pushed.slice(at + 1).map(({ type }) => type);
      assert.deepEqual(later, [], 'and nothing more');
      assert.equal(await each.refused({ type: 'session.watch', sessionId }), 'session.passed-on');
      assert.equal(await each.refused({ type: 'lane.open', sessionId, tool: 'view' }), 'session.passed-on');
    }
  });

  it('makes the page that took it its technician’s, without a word of it', async () => {
    const { other, agent, answer, lane, sessionId } = await begin();
    await answer(true);
    const pushed = await other.hears('the session', ({ type }) => type === 'session.state');
    assert(pushed.type === 'session.state');
    assert.equal(pushed.state.technician.name, 'Theo Technician');
    assert.equal(pushed.state.presence.technician, 'here');
    const { staffEnd, customerEnd } = await lane(other);
    const next = nextMessage(staffEnd);
    customerEnd.send(Buffer.from('the picture'));
    assert.equal(String(await next), 'the picture');
    const gone = agent.hears(
      'that they are gone',
      (message) => message.type === 'session.state' && message.state.presence.technician === 'away',
    );
    other.socket.disconnect();
    await gone;
    await until('it is written', async () => (await broker.types(sessionId)).includes('connection.lost'));
  });

  it('counts no page of an earlier turn of its technician’s', async () => {
    const { other: theosFirst, page, agent, answer, sessionId } = await begin();
    const pass = async (from: typeof page, to: typeof page, userId: string) => {
      await from.ask({ type: 'passing.offer', sessionId, userId });
      const { passingId } = broker.sessions.passing
        .offers(userId)
        .find((each) => each.sessionId === sessionId)!;
      await to.ask({ type: 'passing.take', sessionId, passingId });
      const yes = { type: 'passing.answered', passingId, allowed: true, mode: 'person' };
      assert.equal((await agent.ask(yes)).ok, true);
    };
    await answer(true);
    const theosSecond = await broker.console('who=theo');
    await theosSecond.ask({ type: 'session.watch', sessionId });
    const { consoles } = broker.signalling.counts();
    theosFirst.socket.disconnect();
    await until('the page is gone', () => broker.signalling.counts().consoles === consoles - 1);
    await pass(theosSecond, page, technician.userId);
    await pass(page, theosSecond, theo.userId);
    assert.equal(broker.sessions.agentState(sessionId).presence.technician, 'here');
    const isAway = (message: (typeof agent.pushed)[number]) =>
      message.type === 'session.state' && message.state.presence.technician === 'away';
    theosSecond.socket.disconnect();
    await agent.hears('that they are gone', isAway);
  });

  it('ends a ticket of the first one that was not used yet', async () => {
    const { page, answer, sessionId } = await begin();
    const { ok, ...pass } = await page.ask({ type: 'lane.open', sessionId, tool: 'control' });
    assert.equal(ok, true);
    await answer(true);
    const late = broker.lane(LanePass.parse(pass), { origin: broker.origin });
    assert.equal(await closeCode(late), ERRORS['ticket.wrong'].close);
  });

  it('takes no yes to somebody whose sign-in ended, as it does with their role', async () => {
    const { other, page, agent, sessionId, passingId } = await begin();
    const left = hungUp(other.socket);
    broker.signalling.closeSignIn(theo.signInId!);
    await left;
    const yes = { type: 'passing.answered', passingId, allowed: true, mode: 'person' };
    assert.equal(await agent.refused(yes), 'request.out-of-order');
    assert.equal(broker.sessions.agentState(sessionId).card.technician.name, technician.name);
    await page.hears(
      'the end of the offer',
      (message) => message.type === 'session.state' && message.state.passing?.endReason === 'gone',
    );
  });

  it('tells both what became of it after a no, and moves nobody', async () => {
    const { page, other, theirs, answer } = await begin();
    await answer(false);
    await page.hears(
      'the no',
      (message) => message.type === 'session.state' && message.state.passing?.standing === 'refused',
    );
    await other.hears(
      'the no',
      (message) => message.type === 'offers.state' && message.items[0]?.standing === 'refused',
    );
    const next = nextMessage(theirs.staffEnd);
    theirs.customerEnd.send(Buffer.from('still here'));
    assert.equal(String(await next), 'still here');
  });
});
