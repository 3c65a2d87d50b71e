import assert from 'node:assert/strict';
import type { NothingShown, Surface } from '../../protocol/surface.ts';
import { Refusal } from '../../server/refusal.ts';
import { MAX_SURFACE_CHANGES } from '../../server/sessions/surface-decisions.ts';
import { SigningEnd } from '../support/signing-end.ts';
import {
  type RunningSession,
  type RunningSessions,
  type RunningStore,
  startSession,
  startSessions,
  startStore,
} from './start-sessions.ts';

const outOfOrder = (error: unknown) => error instanceof Refusal && error.code === 'request.out-of-order';
const shares = (session: RunningSession, surface: Surface) =>
  session.agent({ type: 'surface.shared', surface });
const refuses = (session: RunningSession, reason: NothingShown = 'not-chosen') =>
  session.agent({ type: 'surface.refused', reason });

describe('what a browser shows', () => {
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

  const told = async ({ sessionId }: RunningSession) =>
    (await running.entries(sessionId)).flatMap((entry) => {
      if (entry.type === 'surface.shared') return [entry.surface];
      return entry.type === 'surface.refused' ? [entry.reason] : [];
    });

  it('is written down each time it is chosen, for the same kind may be another tab, and after the screen was taken back', async () => {
    const session = await startSession(running, { kind: 'browser', tools: ['view', 'chat'] });
    await shares(session, 'tab');
    await shares(session, 'tab');
    await shares(session, 'window');
    assert.equal(session.state().surface?.surface, 'window');
    await session.agent({ type: 'grant.revoke', tool: 'view' });
    assert.equal(session.state().surface, undefined);
    await session.agent({ type: 'consent.volunteered', tool: 'view' });
    await shares(session, 'window');
    assert.deepEqual(await told(session), ['tab', 'tab', 'window', 'window']);
  });

  it('is not written down without the customer’s yes, nor of a program', async () => {
    const session = await startSession(running, {
      kind: 'browser',
      tools: ['view', 'chat'],
      allow: ['chat'],
    });
    await assert.rejects(shares(session, 'tab'), outOfOrder);
    const program = await startSession(running);
    await assert.rejects(shares(program, 'tab'), outOfOrder);
    await assert.rejects(refuses(program), outOfOrder);
    assert.deepEqual([await told(session), await told(program)], [[], []]);
  });

  it('leaves nothing of a statement behind that claims it without a yes', async () => {
    const customer = new SigningEnd('customer');
    const session = await startSession(running, { kind: 'browser', allow: [], customer });
    const statement = customer.say({ type: 'surface.shared', surface: 'tab' });
    await assert.rejects(session.agent({ type: 'surface.shared', surface: 'tab', statement }), outOfOrder);
    assert(!(await running.types(session.sessionId)).includes('account.stated'));
  });

  it('may be nothing only while the customer is asked for the screen, and is written down once for each reason', async () => {
    const session = await startSession(running, { kind: 'browser', tools: ['view'], allow: [] });
    await refuses(session);
    await refuses(session);
    await refuses(session, 'not-possible');
    assert.deepEqual(await told(session), ['not-chosen', 'not-possible']);
    assert.equal(session.state().surface?.refused, 'not-possible');
    const { requestId } = session.state().pending[0]!;
    await session.agent({ type: 'consent.answered', requestId, allowed: ['view'], mode: 'person' });
    await assert.rejects(refuses(session), outOfOrder);
  });

  it('went with the page that was loaded anew, which is written down once, until it is chosen again', async () => {
    const session = await startSession(running, { kind: 'browser', tools: ['view', 'chat'] });
    await shares(session, 'screen');
    await refuses(session, 'loaded-anew');
    await refuses(session, 'loaded-anew');
    const { surface, refused } = session.state().surface ?? {};
    assert.deepEqual([surface, refused], [undefined, 'loaded-anew']);
    await shares(session, 'tab');
    assert.equal(session.state().surface?.refused, undefined);
    assert.deepEqual(await told(session), ['screen', 'loaded-anew', 'tab']);
    await session.agent({ type: 'grant.revoke', tool: 'view' });
    await assert.rejects(refuses(session, 'loaded-anew'), outOfOrder);
  });

  it('does not fill the record, however often it is told', async () => {
    const session = await startSession(running, { kind: 'browser' });
    for (let time = 0; time < MAX_SURFACE_CHANGES; time += 1)
      await shares(session, time % 2 === 0 ? 'tab' : 'window');
    await assert.rejects(shares(session, 'screen'), outOfOrder);
    assert.equal((await told(session)).length, MAX_SURFACE_CHANGES);
    await session.agent({ type: 'grant.revoke', tool: 'view' });
    assert.equal(session.state().tools.view.standing, 'revoked', 'what takes back is always heard');
  });
});
