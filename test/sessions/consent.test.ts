import assert from 'node:assert/strict';
import { Refusal } from '../../server/refusal.ts';
import { until } from '../support/until.ts';
import {
  type RunningSessions,
  type RunningStore,
  startSession,
  startSessions,
  startStore,
} from './start-sessions.ts';

const refused = (code: string) => (error: unknown) => error instanceof Refusal && error.code === code;
const MINUTE = 60_000;

describe('consent', () => {
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

  it('gives the technician only what the customer allowed', async () => {
    const session = await startSession(running, { allow: ['view'] });
    assert.equal(session.state().tools.view.standing, 'granted');
    assert.equal(session.state().tools.control.standing, 'refused');
    await assert.rejects(session.console({ type: 'lane.open', tool: 'control' }), refused('consent.missing'));
    await assert.rejects(session.agent({ type: 'lane.open', tool: 'chat' }), refused('consent.missing'));
  });

  it('declines the session when the customer refuses everything', async () => {
    const session = await startSession(running, { allow: [] });
    const [question] = session.state().pending;
    await session.agent({
      type: 'consent.answered',
      requestId: question!.requestId,
      allowed: [],
      mode: 'person',
    });
    const { status, endedBy, endReason } = session.state();
    assert.deepEqual([status, endedBy, endReason], ['declined', 'customer', 'refused-by-customer']);
  });

  it('takes silence for a refusal: after five minutes before the session, after one within it', async () => {
    const session = await startSession(running, { allow: [] });
    running.clock.advance(5 * MINUTE - 1);
    assert.equal(session.state().pending.length, 1);
    running.clock.advance(1);
    await ended(session.sessionId);
    const { status, endedBy, endReason } = session.state();
    assert.deepEqual([status, endedBy, endReason], ['declined', 'broker', 'consent-timed-out']);
    const answer = (await running.entries(session.sessionId)).find(({ type }) => type === 'consent.answered');
    assert(answer?.type === 'consent.answered' && answer.mode === 'timed-out');

    const other = await startSession(running, { allow: ['view'] });
    await other.console({ type: 'tools.request', tools: ['clipboard'] });
    running.clock.advance(MINUTE);
    await until('the question is over', () => other.state().pending.length === 0);
    assert.equal(other.state().tools.clipboard.standing, 'refused');
  });

  it('is worth nothing until the technician lets the computer in', async () => {
    const session = await startSession(running, { allow: [] });
    const [question] = session.state().pending;
    const { requestId } = question!;
    await session.agent({ type: 'consent.answered', requestId, allowed: ['view'], mode: 'in-advance' });
    assert.equal(session.state().status, 'joined');
    assert.equal(session.state().answeredInAdvance, true);
    await assert.rejects(
      session.console({ type: 'lane.open', tool: 'view' }),
      refused('request.out-of-order'),
    );
    running.clock.advance(10 * MINUTE);
    await ended(session.sessionId);
    assert.equal(session.state().endReason, 'not-admitted');
  });

  it('can be asked for one more tool, and not again right after a refusal', async () => {
    const session = await startSession(running, { tools: ['view'] });
    await session.console({ type: 'tools.request', tools: ['view', 'chat'] });
    const [question] = session.state().pending;
    assert.deepEqual(question?.tools, ['chat']);
    await session.console({ type: 'tools.request', tools: ['chat'] });
    assert.equal(session.state().pending.length, 1);
    const { requestId } = question!;
    await session.agent({ type: 'consent.answered', requestId, allowed: [], mode: 'person' });
    assert.equal(session.state().status, 'active');
    const again = () => session.console({ type: 'tools.request', tools: ['chat'] });
    await assert.rejects(again, refused('tries.too-many'));
    running.clock.advance(5_000);
    await again();
    assert.equal(session.state().tools.chat.standing, 'asked');
  });

  it('is not asked for what this computer cannot serve', async () => {
    const session = await startSession(running, { tools: ['view', 'control'], capable: ['view'] });
    assert.equal(session.state().tools.control.standing, 'unable');
    await assert.rejects(
      session.console({ type: 'tools.request', tools: ['control'] }),
      refused('request.invalid'),
    );
  });

  it('may be given to what nobody asked for, but to control only with the picture', async () => {
    const session = await startSession(running, { tools: ['chat'] });
    const allow = (tool: 'view' | 'control') => session.agent({ type: 'consent.volunteered', tool });
    await assert.rejects(allow('control'), refused('request.out-of-order'));
    await allow('view');
    await allow('control');
    assert.equal(session.state().tools.control.standing, 'granted');
  });

  it('to control goes with the consent to the picture', async () => {
    const session = await startSession(running);
    await session.agent({ type: 'grant.revoke', tool: 'view' });
    assert.equal(session.state().tools.view.standing, 'revoked');
    assert.equal(session.state().tools.control.standing, 'revoked');
    assert.equal(session.state().status, 'active');
  });

  it('that is taken back overtakes the grant that is still being written', async () => {
    const session = await startSession(running, { tools: ['view'] });
    await session.console({ type: 'tools.request', tools: ['chat'] });
    const { requestId } = session.state().pending[0]!;
    running.recorder.hold();
    const granted = session.agent({
      type: 'consent.answered',
      requestId,
      allowed: ['chat'],
      mode: 'person',
    });
    await until('the grant is on its way', () => running.recorder.waiting === 1);
    const seen: string[] = [];
    running.sessions.onChange(() => seen.push(session.state().tools.chat.standing));
    const revoked = session.agent({ type: 'grant.revoke', tool: 'chat' });
    const used = session.console({ type: 'lane.open', tool: 'chat' });
    await assert.rejects(used, refused('consent.missing'));
    running.recorder.release();
    await Promise.all([granted, revoked]);
    assert.equal(session.state().tools.chat.standing, 'revoked');
    assert.deepEqual((await running.types(session.sessionId)).slice(-2), [
      'consent.answered',
      'grant.revoked',
    ]);
  });

  it('to control that is still being written is never told of once the picture is taken back', async () => {
    const session = await startSession(running, { tools: ['view'] });
    running.recorder.hold();
    const granted = session.agent({ type: 'consent.volunteered', tool: 'control' });
    await until('the grant is on its way', () => running.recorder.waiting === 1);
    const seen: string[] = [];
    running.sessions.onChange(() => seen.push(session.state().tools.control.standing));
    const revoked = session.agent({ type: 'grant.revoke', tool: 'view' });
    running.recorder.release();
    await Promise.all([granted, revoked]);
    assert.equal(session.state().tools.control.standing, 'revoked');
    assert(!seen.includes('granted'), seen.join(', '));
  });
});
