import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { Code } from '../../protocol/session.ts';
import { Refusal } from '../../server/refusal.ts';
import { until } from '../support/until.ts';
import {
  anotherTechnician,
  type RunningSessions,
  type RunningStore,
  startSession,
  startSessions,
  startStore,
  technician,
  wish,
} from './start-sessions.ts';

const refused = (code: string) => (error: unknown) => error instanceof Refusal && error.code === code;
const MINUTE = 60_000;

describe('sessions', () => {
  let record: RunningStore;
  let running: RunningSessions;
  before(async () => {
    record = await startStore();
  });
  beforeEach(() => {
    running = startSessions(record);
  });
  afterEach(() => running.stop());
  after(() => record.stop());

  const ended = (sessionId: string) =>
    until('the end is in the record', async () => (await running.types(sessionId)).includes('session.ended'));

  it('lead from a code to granted tools, each step in the record before it holds', async () => {
    const session = await startSession(running);
    const state = session.state();
    assert.equal(state.status, 'active');
    assert.deepEqual(state.presence, { technician: 'here', customer: 'here' });
    assert.equal(state.tools.control.standing, 'granted');
    assert.equal(state.computer?.address, '198.51.100.7');
    assert.deepEqual(await running.types(session.sessionId), [
      'session.created',
      'technician.noted',
      'session.joined',
      'consent.requested',
      'session.admitted',
      'consent.answered',
      'session.started',
    ]);
  });

  it('show the code to its technician only while it can be used', async () => {
    const opened = await running.sessions.open(technician, wish());
    assert.match(opened.code, /^\d{3}-\d{3}-\d{3}$/);
    assert.equal(opened.joinUrl, `https://support.example.com/join#${Code.parse(opened.code)}`);
    assert.equal(running.sessions.consoleState(opened.id, technician).code, opened.code);
    await running.join(opened);
    assert.equal(running.sessions.consoleState(opened.id, technician).code, undefined);
    assert.equal(running.sessions.consoleState(opened.id, technician).joinUrl, undefined);
  });

  it('keep neither code nor agent token', async () => {
    const session = await startSession(running);
    const record = JSON.stringify(await running.entries(session.sessionId));
    assert(!record.includes(Code.parse(session.opened.code)));
    assert(!record.includes(session.joined.agentToken));
  });

  it('take a code once, also from two agents at the same moment', async () => {
    const opened = await running.sessions.open(technician, wish());
    const answers = await Promise.allSettled([running.join(opened), running.join(opened)]);
    assert.deepEqual(answers.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
    await assert.rejects(running.join(opened), refused('code.wrong'));
  });

  it('expire a code that nobody used', async () => {
    const opened = await running.sessions.open(technician, wish());
    running.clock.advance(10 * MINUTE);
    await ended(opened.id);
    assert.equal(running.sessions.consoleState(opened.id, technician).status, 'expired');
    await assert.rejects(running.join(opened), refused('code.wrong'));
  });

  it('hide a session from other technicians', async () => {
    const { sessionId } = await startSession(running);
    assert.throws(() => running.sessions.consoleState(sessionId, anotherTechnician), refused('not-found'));
    const message = { type: 'lane.open', sessionId, tool: 'view' } as const;
    await assert.rejects(running.sessions.fromConsole(anotherTechnician, message), refused('not-found'));
    await assert.rejects(running.sessions.end(anotherTechnician, sessionId, {}), refused('not-found'));
  });

  it('stop at once, also while the disk is slow', async () => {
    const session = await startSession(running);
    running.recorder.hold();
    const stopped = session.agent({ type: 'session.stop', reason: 'stopped-by-customer' });
    assert.equal(session.state().status, 'ended');
    await assert.rejects(session.console({ type: 'lane.open', tool: 'view' }), refused('session.over'));
    running.recorder.release();
    await stopped;
    const [last] = (await running.entries(session.sessionId)).slice(-1);
    assert(last?.type === 'session.ended' && last.endedBy === 'customer');
  });

  it('end when the record cannot be written, and the record says so once it can', async () => {
    const session = await startSession(running, { tools: ['view'] });
    running.recorder.fill();
    await assert.rejects(
      session.agent({ type: 'consent.volunteered', tool: 'chat' }),
      refused('record.unavailable'),
    );
    const { status, endedBy, endReason, tools } = session.state();
    assert.deepEqual([status, endedBy, endReason], ['ended', 'broker', 'record-unavailable']);
    assert.equal(tools.chat.standing, 'off');
    running.recorder.makeRoom();
    running.clock.advance(MINUTE);
    await ended(session.sessionId);
    const [last] = (await running.entries(session.sessionId)).slice(-1);
    assert(last?.type === 'session.ended' && last.reason === 'record-unavailable');
  });

  it('open nothing when the record cannot be written', async () => {
    running.recorder.fill();
    await assert.rejects(running.sessions.open(technician, wish()), refused('record.unavailable'));
    assert.equal(running.sessions.counts().created, 0);
  });

  it('are not more than one technician can hold, also when all are opened at once', async () => {
    const wishes = Array.from({ length: 60 }, () => running.sessions.open(technician, wish()));
    const answers = await Promise.allSettled(wishes);
    assert.equal(answers.filter(({ status }) => status === 'fulfilled').length, 50);
    await assert.rejects(running.sessions.open(technician, wish()), refused('tries.too-many'));
    await running.sessions.open(anotherTechnician, wish());
  });

  it('wait out a broken network on either side, and go on without asking again', async () => {
    const session = await startSession(running);
    const { sessions, clock } = running;
    await sessions.disconnected(session.sessionId, 'customer', 'agent 1');
    assert.equal(session.state().presence.customer, 'away');
    clock.advance(100_000);
    await sessions.connected(session.sessionId, 'customer', 'agent 2');
    assert.equal(session.state().presence.customer, 'here');
    assert.equal(session.state().graceEndsAt, undefined);
    clock.advance(10 * MINUTE);
    assert.equal(session.state().status, 'active');
    await sessions.disconnected(session.sessionId, 'technician', 'console 1');
    clock.advance(2 * MINUTE);
    await ended(session.sessionId);
    const { status, endReason } = session.state();
    assert.deepEqual([status, endReason], ['lost', 'technician-gone']);
  });

  it('are there for a side as long as one of its connections is', async () => {
    const session = await startSession(running);
    await running.sessions.connected(session.sessionId, 'technician', 'console 2');
    await running.sessions.disconnected(session.sessionId, 'technician', 'console 1');
    assert.equal(session.state().presence.technician, 'here');
  });

  it('keep the outcome and the note, also after the customer ended it', async () => {
    const session = await startSession(running);
    await session.agent({ type: 'session.stop', reason: 'stopped-by-customer' });
    await running.sessions.end(technician, session.sessionId, { outcome: 'solved', note: 'New cable.' });
    await assert.rejects(running.sessions.end(technician, session.sessionId, {}), refused('session.over'));
    const { record } = await running.store.session(session.sessionId, { everything: true });
    assert.equal(record.outcome, 'solved');
    assert.equal(record.endReason, 'stopped-by-customer');
    assert.deepEqual(
      record.notes.map(({ note }) => note),
      ['New cable.'],
    );
  });

  it('take a few notes after the end, one after the other, and no more', async () => {
    const session = await startSession(running);
    await running.sessions.end(technician, session.sessionId, { note: 'The first of them.' });
    const said = Array.from({ length: 30 }, (_, i) =>
      running.sessions.end(technician, session.sessionId, { note: `And another thing, ${i}.` }),
    );
    const answers = await Promise.allSettled(said);
    assert.equal(answers.filter(({ status }) => status === 'fulfilled').length, 19);
    assert.equal(
      (await running.types(session.sessionId)).filter((type) => type === 'session.noted').length,
      20,
    );
    await assert.rejects(
      running.sessions.end(technician, session.sessionId, { outcome: 'solved' }),
      refused('tries.too-many'),
    );
  });

  it('end when the technician is not allowed any more', async () => {
    const session = await startSession(running);
    await running.sessions.endSessionsOf(technician.userId);
    assert.equal(session.state().endReason, 'user-disabled');
  });

  it('know an agent by its token, and tell it how the session ended', async () => {
    const session = await startSession(running);
    const { agentToken } = session.joined;
    const known = await running.sessions.authenticateAgent(agentToken);
    assert.equal(known.sessionId, session.sessionId);
    await assert.rejects(running.sessions.authenticateAgent('x'.repeat(43)), refused('sign-in.needed'));
    await running.sessions.end(technician, session.sessionId, {});
    const late = await running.sessions.authenticateAgent(agentToken);
    const { status, endReason } = running.sessions.agentState(late.sessionId);
    assert.deepEqual([status, endReason], ['ended', 'done']);
  });

  it('refuse a team that is not the technician’s, and ask for one of several', async () => {
    const both = { ...technician, teams: ['first line', 'second line'] };
    await assert.rejects(running.sessions.open(both, wish()), refused('request.invalid'));
    const foreign = { ...wish(), team: 'managers' };
    await assert.rejects(running.sessions.open(both, foreign), refused('permission.missing'));
    const opened = await running.sessions.open(both, { ...wish(), team: 'second line' });
    assert.equal(running.sessions.consoleState(opened.id, both).technician.team, 'second line');
  });

  it('refuse an agent of another protocol version before its code is used up', async () => {
    const opened = await running.sessions.open(technician, wish());
    const request = {
      code: Code.parse(opened.code),
      protocolVersion: 99,
      agent: { kind: 'native' as const, version: '9', capable: [] },
      computer: { hostName: 'h', platform: 'p', architecture: 'a' },
    };
    await assert.rejects(running.sessions.join(request, '198.51.100.7'), refused('protocol.mismatch'));
    await running.join(opened);
  });

  it('do not find a file message’s file in another session', async () => {
    const session = await startSession(running, { tools: ['view', 'file-upload'] });
    await assert.rejects(session.agent({ type: 'file.accept', fileId: randomUUID() }), refused('not-found'));
  });
});
