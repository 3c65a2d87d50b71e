import assert from 'node:assert/strict';
import { Code } from '../../protocol/session.ts';
import { until } from '../support/until.ts';
import {
  type RunningSessions,
  type RunningStore,
  startSession,
  startSessions,
  startStore,
  technician,
  wish,
} from './start-sessions.ts';

const MINUTE = 60_000;

describe('sessions of a broker that was killed', () => {
  let record: RunningStore;
  let running: RunningSessions;
  let next: RunningSessions | undefined;
  before(async () => {
    record = await startStore();
  });
  beforeEach(() => {
    running = startSessions(record);
    next = undefined;
  });
  afterEach(async () => {
    await running.stop();
    await next?.stop();
  });
  after(() => record.stop());

  const restart = async () => {
    next = await running.restart();
    return next;
  };
  const statusOf = async (sessionId: string) =>
    (await record.store.session(sessionId, { everything: true })).record.status;

  it('go on when both sides come back within the grace period', async () => {
    const session = await startSession(running);
    const before = session.state();
    record.clock.advance(1_000);
    const { sessions, clock } = await restart();
    const after = sessions.consoleState(session.sessionId, technician);
    assert.equal(after.status, 'active');
    assert.equal(after.tools.control.standing, 'granted');
    assert.deepEqual(after.presence, { technician: 'away', customer: 'away' });
    assert(after.revision > before.revision, 'an older state would hide the new one');
    const { sessionId } = await sessions.authenticateAgent(session.joined.agentToken);
    await sessions.connected(sessionId, 'customer', 'agent 2');
    await sessions.connected(sessionId, 'technician', 'console 2');
    clock.advance(10 * MINUTE);
    assert.equal(sessions.agentState(sessionId).status, 'active');
  });

  it('are lost when one side does not come back', async () => {
    const session = await startSession(running);
    const { sessions, clock } = await restart();
    await sessions.connected(session.sessionId, 'technician', 'console 2');
    clock.advance(2 * MINUTE);
    await until('the end is in the record', async () => (await statusOf(session.sessionId)) === 'lost');
    const { endReason, endedBy } = sessions.consoleState(session.sessionId, technician);
    assert.deepEqual([endedBy, endReason], ['broker', 'broker-restarted']);
  });

  it('end as gone by the side that was gone before the broker was killed, and not by its restart', async () => {
    const session = await startSession(running);
    await running.sessions.disconnected(session.sessionId, 'customer', 'agent 1');
    const { sessions, clock, entries } = await restart();
    await sessions.connected(session.sessionId, 'technician', 'console 2');
    clock.advance(2 * MINUTE);
    await until('the end is in the record', async () => (await statusOf(session.sessionId)) === 'lost');
    const ended = (await entries(session.sessionId)).find(({ type }) => type === 'session.ended');
    assert(ended?.type === 'session.ended');
    assert.equal(ended.reason, 'customer-gone');
  });

  it('can still be joined while their code is good', async () => {
    const opened = await running.sessions.open(technician, wish());
    const again = await restart();
    assert.equal(again.sessions.consoleState(opened.id, technician).code, undefined);
    await again.join(opened);
    assert.equal(again.sessions.consoleState(opened.id, technician).status, 'joined');
  });

  it('expire when their code ran out meanwhile', async () => {
    const opened = await running.sessions.open(technician, wish());
    await running.stop();
    record.clock.advance(11 * MINUTE);
    await restart();
    record.clock.advance(0);
    await until('it expired', async () => (await statusOf(opened.id)) === 'expired');
  });

  it('close in the record the lanes that were open', async () => {
    const session = await startSession(running);
    const laneId = '01890000-0000-7000-8000-0000000000aa';
    await record.store.append([{ type: 'lane.opened', sessionId: session.sessionId, laneId, tool: 'view' }]);
    const { entries, sessions } = await restart();
    const closed = (await entries(session.sessionId)).find(({ type }) => type === 'lane.closed');
    assert(closed?.type === 'lane.closed');
    assert.equal(closed.reason, 'broker-restarted');
    assert.equal(sessions.agentState(session.sessionId).tools.view.standing, 'granted');
  });

  it('leave none open in the log', async () => {
    await startSession(running);
    await startSession(running, { allow: [] });
    await running.sessions.open(technician, wish());
    const { clock, store } = await restart();
    clock.advance(10 * MINUTE);
    await until('no session is open', async () => (await store.openSessions()).length === 0);
  });

  it('do not take the same code twice', async () => {
    const opened = await running.sessions.open(technician, wish());
    await running.join(opened);
    const again = await restart();
    await assert.rejects(again.sessions.lookAt(Code.parse(opened.code), '198.51.100.9'));
  });
});
