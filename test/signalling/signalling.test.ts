import assert from 'node:assert/strict';
import { once } from 'node:events';
import { LanePass } from '../../protocol/lane.ts';
import type { Tool } from '../../protocol/tool.ts';
import { PROTOCOL_VERSION } from '../../protocol/version.ts';
import { closeCode, nextMessage } from '../lanes/lane-client.ts';
import { type RunningStore, startStore, technician, wish } from '../sessions/start-sessions.ts';
import { until } from '../support/until.ts';
import { hungUp, type RunningSignalling, startSignalling } from './start-signalling.ts';

describe('signalling', () => {
  let record: RunningStore;
  let broker: RunningSignalling;
  before(async () => {
    record = await startStore();
  });
  beforeEach(async () => {
    broker = await startSignalling(record);
  });
  afterEach(() => broker.stop());
  after(() => record.stop());

  /** A session that has started, with a page and an agent connected. */
  async function begin(tools: Tool[] = ['view', 'control']) {
    const opened = await broker.sessions.open(technician, wish(tools));
    const sessionId = opened.id;
    const page = await broker.console();
    await page.ask({ type: 'session.watch', sessionId });
    const { agentToken } = await broker.join(opened);
    const agent = await broker.agent(agentToken);
    const asked = await agent.hears(
      'the question',
      (message) => message.type === 'session.state' && message.state.pending.length > 0,
    );
    assert(asked.type === 'session.state');
    const { requestId } = asked.state.pending[0]!;
    assert.deepEqual(await page.ask({ type: 'session.admit', sessionId }), { ok: true });
    const answer = { type: 'consent.answered', requestId, allowed: tools, mode: 'person' };
    assert.deepEqual(await agent.ask(answer), { ok: true });
    await page.hears(
      'the start',
      (message) => message.type === 'session.state' && message.state.status === 'active',
    );
    return { sessionId, page, agent, agentToken };
  }

  async function openLane({ sessionId, page, agent }: Awaited<ReturnType<typeof begin>>, tool: Tool) {
    const { ok, ...pass } = await page.ask({ type: 'lane.open', sessionId, tool });
    assert.equal(ok, true);
    const offered = await agent.hears(
      'the lane',
      (message) => message.type === 'lane.offered' && message.pass.laneId === pass.laneId,
    );
    assert(offered.type === 'lane.offered');
    const technicianEnd = broker.lane(LanePass.parse(pass), { origin: broker.origin });
    const customerEnd = broker.lane(offered.pass);
    await Promise.all([once(technicianEnd, 'open'), once(customerEnd, 'open')]);
    return { technicianEnd, customerEnd };
  }

  it('answers a watch with the whole state, and pushes it after every change', async () => {
    const { id: sessionId } = await broker.sessions.open(technician, wish());
    const page = await broker.console();
    const answer = await page.ask({ type: 'session.watch', sessionId });
    assert.equal((answer.state as { status: string }).status, 'created');
    await broker.sessions.end(technician, sessionId, {});
    const last = await page.hears(
      'the end',
      (message) => message.type === 'session.state' && message.state.status === 'cancelled',
    );
    assert(last.type === 'session.state');
    const revisions = page.pushed.map(
      (message) => message.type === 'session.state' && message.state.revision,
    );
    assert.deepEqual(
      revisions,
      [...revisions].sort((a, b) => Number(a) - Number(b)),
    );
  });

  it('opens a lane between page and agent, and says that it is in use', async () => {
    const session = await begin();
    const { technicianEnd, customerEnd } = await openLane(session, 'view');
    technicianEnd.send(Buffer.from('hello'));
    assert.equal(String(await nextMessage(customerEnd)), 'hello');
    await session.agent.hears(
      'that it is in use',
      (message) => message.type === 'session.state' && message.state.tools.view.standing === 'in-use',
    );
    assert((await broker.types(session.sessionId)).includes('lane.opened'));
  });

  it('closes a revoked tool’s lane at the broker, whatever the ends do', async () => {
    const session = await begin();
    const { technicianEnd, customerEnd } = await openLane(session, 'control');
    await until('it is open', () => broker.lanes.openByTool().control === 1);
    const closed = Promise.all([closeCode(technicianEnd), closeCode(customerEnd)]);
    await session.agent.ask({ type: 'grant.revoke', tool: 'control' });
    assert.equal(broker.lanes.openByTool().control, 0);
    assert.deepEqual(await closed, [4410, 4410]);
    // Narrowing does not wait for the record: the sockets may be closed before it says so.
    await until('it is in the record', async () =>
      (await broker.types(session.sessionId)).includes('lane.closed'),
    );
    const types = await broker.types(session.sessionId);
    assert.deepEqual(types.slice(-2), ['grant.revoked', 'lane.closed']);
    const again = { type: 'lane.open', sessionId: session.sessionId, tool: 'control' };
    assert.equal(await session.page.refused(again), 'consent.missing');
  });

  it('closes everything when the customer stops', async () => {
    const session = await begin();
    const { technicianEnd } = await openLane(session, 'view');
    await until('it is open', () => broker.lanes.openByTool().view === 1);
    const closed = closeCode(technicianEnd);
    await session.agent.ask({ type: 'session.stop', reason: 'stopped-by-customer' });
    assert.equal(await closed, 4410);
    assert.equal(await session.agent.refused({ type: 'lane.open', tool: 'view' }), 'session.over');
    const types = await broker.types(session.sessionId);
    assert.deepEqual(types.slice(-3), ['lane.opened', 'lane.closed', 'session.ended']);
  });

  it('lets the same agent back in after a break: the newest connection counts', async () => {
    const session = await begin();
    const gone = hungUp(session.agent.socket);
    const again = await broker.agent(session.agentToken);
    await gone;
    await again.hears('its state', (message) => message.type === 'session.state');
    assert.equal(broker.sessions.agentState(session.sessionId).presence.customer, 'here');
    assert(!(await broker.types(session.sessionId)).includes('connection.lost'));
  });

  it('sees a side go and come back', async () => {
    const session = await begin();
    session.page.socket.disconnect();
    await session.agent.hears(
      'that the technician is away',
      (message) => message.type === 'session.state' && message.state.presence.technician === 'away',
    );
    const page = await broker.console();
    await page.ask({ type: 'session.watch', sessionId: session.sessionId });
    await session.agent.hears(
      'that the technician is back',
      (message) =>
        message.type === 'session.state' &&
        message.state.presence.technician === 'here' &&
        message.state.graceEndsAt === undefined,
    );
    const types = await broker.types(session.sessionId);
    assert.deepEqual(types.slice(-2), ['connection.lost', 'connection.resumed']);
  });

  it('offers a lane again to an agent that was away when it was opened', async () => {
    const session = await begin();
    session.agent.socket.disconnect();
    await until(
      'it is away',
      () => broker.sessions.agentState(session.sessionId).presence.customer === 'away',
    );
    await session.page.ask({ type: 'lane.open', sessionId: session.sessionId, tool: 'view' });
    const back = await broker.agent(session.agentToken);
    await back.hears('the lane', (message) => message.type === 'lane.offered');
  });

  it('keeps two technicians with two customers apart', async () => {
    const mine = await begin();
    const theirs = await broker.console('who=theo');
    const { sessionId } = mine;
    for (const message of [
      { type: 'session.watch', sessionId },
      { type: 'lane.open', sessionId, tool: 'view' },
      { type: 'session.end', sessionId },
    ]) {
      assert.equal(await theirs.refused(message), 'not-found');
    }
    await mine.agent.ask({ type: 'grant.revoke', tool: 'control' });
    assert.deepEqual(theirs.pushed, []);
  });

  it('tells the pages of an ended sign-in, and closes them', async () => {
    const page = await broker.console();
    const other = await broker.console('who=theo');
    const gone = hungUp(page.socket);
    broker.signalling.closeSignIn(technician.signInId!);
    await gone;
    assert.deepEqual(page.pushed, [{ type: 'sign-in.ended' }]);
    assert(other.socket.connected);
  });

  it('does the same for all sign-ins of one person', async () => {
    const pages = [await broker.console(), await broker.console('who=tess-elsewhere')];
    const other = await broker.console('who=theo');
    const gone = Promise.all(pages.map(({ socket }) => hungUp(socket)));
    broker.signalling.closeSignInsOf(technician.userId);
    await gone;
    for (const page of pages) assert.deepEqual(page.pushed, [{ type: 'sign-in.ended' }]);
    assert(other.socket.connected);
    const page = { auth: { protocolVersion: PROTOCOL_VERSION }, origin: broker.origin, cookie: 'who=tess' };
    broker.whileIdentifying = () => broker.signalling.closeSignInsOf(technician.userId);
    assert.equal(await broker.refusal('/console', page), 'sign-in.needed');
  });

  describe('when a sign-in ends', () => {
    const ended = technician.signInId!;

    it('closes the lanes of its pages, and leaves those of the technician’s other sign-in', async () => {
      const session = await begin(['view', 'chat']);
      const elsewhere = await broker.console('who=tess-elsewhere');
      await elsewhere.ask({ type: 'session.watch', sessionId: session.sessionId });
      const viewed = await openLane(session, 'view');
      const chatted = await openLane({ ...session, page: elsewhere }, 'chat');
      await until('both are open', () => {
        const { view, chat } = broker.lanes.openByTool();
        return view === 1 && chat === 1;
      });
      const closed = Promise.all([closeCode(viewed.technicianEnd), closeCode(viewed.customerEnd)]);
      broker.signalling.closeSignIn(ended);
      const { view, chat } = broker.lanes.openByTool();
      assert.deepEqual([view, chat], [0, 1]);
      assert.deepEqual(await closed, [4412, 4412]);
      chatted.technicianEnd.send(Buffer.from('still here'));
      assert.equal(String(await nextMessage(chatted.customerEnd)), 'still here');
      await until('its end is written', async () =>
        (await broker.types(session.sessionId)).includes('lane.closed'),
      );
    });

    it('closes a lane that the customer’s side asked for and it was offered', async () => {
      const session = await begin();
      const { ok, ...pass } = await session.agent.ask({ type: 'lane.open', tool: 'view' });
      assert.equal(ok, true);
      const offered = await session.page.hears('the lane', ({ type }) => type === 'lane.offered');
      assert(offered.type === 'lane.offered');
      const customerEnd = broker.lane(LanePass.parse(pass));
      const technicianEnd = broker.lane(offered.pass, { origin: broker.origin });
      await Promise.all([once(technicianEnd, 'open'), once(customerEnd, 'open')]);
      await until('it is open', () => broker.lanes.openByTool().view === 1);
      const closed = closeCode(technicianEnd);
      broker.signalling.closeSignIn(ended);
      assert.equal(broker.lanes.openByTool().view, 0);
      assert.equal(await closed, 4412);
    });

    it('is not let in when it was being looked up', async () => {
      broker.whileIdentifying = () => broker.signalling.closeSignIn(ended);
      const page = { auth: { protocolVersion: PROTOCOL_VERSION }, origin: broker.origin, cookie: 'who=tess' };
      assert.equal(await broker.refusal('/console', page), 'sign-in.needed');
    });

    it('opens nothing with the tickets that it was given', async () => {
      const session = await begin();
      const { ok, ...pass } = await session.page.ask({
        type: 'lane.open',
        sessionId: session.sessionId,
        tool: 'view',
      });
      assert.equal(ok, true);
      broker.signalling.closeSignIn(ended);
      assert.equal(await closeCode(broker.lane(LanePass.parse(pass))), 4401);
    });
  });

  it('closes lanes with a reason when the broker stops, and ends nothing', async () => {
    const session = await begin();
    const { technicianEnd, customerEnd } = await openLane(session, 'view');
    await until('it is open', () => broker.lanes.openByTool().view === 1);
    const closed = Promise.all([closeCode(technicianEnd), closeCode(customerEnd)]);
    await broker.signalling.close();
    broker.lanes.close();
    await broker.sessions.close();
    assert.deepEqual(await closed, [4504, 4504]);
    const last = (await broker.entries(session.sessionId)).find(({ type }) => type === 'lane.closed');
    assert(last?.type === 'lane.closed' && last.reason === 'broker-restarted');
    const open = (await record.store.openSessions()).map(([first]) => first?.sessionId);
    assert(open.includes(session.sessionId));
  });

  it('tells an agent that comes back too late how its session ended, and takes nothing more', async () => {
    const session = await begin();
    await session.page.ask({ type: 'session.end', sessionId: session.sessionId, outcome: 'solved' });
    const entries = await broker.types(session.sessionId);
    const late = await broker.agent(session.agentToken);
    const told = await late.hears('the end', (message) => message.type === 'session.state');
    assert(told.type === 'session.state');
    assert.deepEqual([told.state.status, told.state.endReason], ['ended', 'done']);
    assert.equal(await late.refused({ type: 'lane.open', tool: 'view' }), 'session.over');
    assert.deepEqual(await broker.types(session.sessionId), entries, 'nor leaves a trace');
  });
});
