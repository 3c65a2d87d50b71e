import assert from 'node:assert/strict';
import { checkAccounts } from '../../protocol/proof/account.ts';
import type { NewSessionEntry, SessionEntry } from '../../protocol/record.ts';
import { hashBytes, verifySignature } from '../../server/records/node-signatures.ts';
import { decideTakeBack } from '../../server/sessions/lifecycle.ts';
import { foldSession } from '../../server/sessions/session.ts';
import { SessionJournal } from '../../server/sessions/session-journal.ts';
import { begin, end } from '../records/stories.ts';
import { SigningEnd } from '../support/signing-end.ts';
import { until } from '../support/until.ts';
import {
  type RunningSession,
  type RunningSessions,
  type RunningStore,
  shown,
  startSession,
  startSessions,
  startStore,
  technician,
  wish,
} from './start-sessions.ts';

const unavailable = { code: 'record.unavailable' };

describe('sessions, when the disk hangs and what was given up may be written', function () {
  this.timeout(60_000); // a store starts two threads, on a busy machine that takes a while
  let running: RunningSessions;
  let store: RunningStore;
  let customer: SigningEnd;

  before(async () => {
    store = await startStore();
  });
  after(() => store.stop());
  beforeEach(() => {
    customer = new SigningEnd('customer');
    running = startSessions(store);
  });
  afterEach(() => running.stop());

  const start = () => startSession(running, { tools: ['view'], customer });
  /** What came after the first `before` entries, once the session's end is among them. */
  async function rest({ sessionId }: Pick<RunningSession, 'sessionId'>, before: number) {
    await until('its end is written', async () => {
      // What failed is tried again after a while.
      running.clock.advance(1000);
      return (await running.types(sessionId)).includes('session.ended');
    });
    return (await running.types(sessionId)).slice(before);
  }
  const count = async ({ sessionId }: RunningSession) => (await running.entries(sessionId)).length;
  const customersAccount = async ({ sessionId }: RunningSession) =>
    (await checkAccounts(await running.entries(sessionId), verifySignature, hashBytes)).customer;

  for (const wrote of [true, false])
    it(`say once what was taken back, ${wrote ? 'written late' : 'not written at first'}`, async () => {
      const session = await start();
      const before = await count(session);
      running.recorder.hang();
      const statement = customer.say({ type: 'grant.revoked', tool: 'view' });
      await session.agent({ type: 'grant.revoke', tool: 'view', statement });
      assert.deepEqual([session.state().status, session.state().tools.view.standing], ['ended', 'revoked']);
      running.recorder.comeBack(wrote);
      assert.deepEqual(await rest(session, before), ['account.stated', 'grant.revoked', 'session.ended']);
    });

  for (const wrote of [true, false])
    it(`hear a statement once that was refused, and ${wrote ? 'written late' : 'not written'}`, async () => {
      const session = await start();
      const before = await count(session);
      running.recorder.hang();
      const statement = customer.say({ type: 'consent.volunteered', tool: 'chat', ...shown(session) });
      const asked = session.agent({ type: 'consent.volunteered', tool: 'chat', statement });
      await assert.rejects(asked, unavailable);
      assert.equal(session.state().status, 'ended');
      const again = () => session.agent({ type: 'account.state', statements: [statement] });
      await assert.rejects(
        again(),
        unavailable,
        'whoever says it again would wait as long as the disk hangs',
      );
      running.recorder.comeBack(wrote);
      const late = wrote ? ['account.stated', 'consent.volunteered'] : [];
      assert.deepEqual(await rest(session, before), [...late, 'session.ended']);
      await again();
      const ending = customer.say({
        type: 'session.ended',
        status: 'ended',
        endedBy: 'broker',
        statements: customer.number + 1,
      });
      await session.agent({ type: 'account.state', statements: [ending] });
      assert.deepEqual(await customersAccount(session), { state: 'signed', statements: 3, findings: [] });
    });

  it('end when their beginning was refused and is written late: nobody has their code', async () => {
    running.recorder.hang();
    await assert.rejects(running.sessions.open(technician, wish()), unavailable);
    assert.equal(running.sessions.counts().created, 0);
    running.recorder.comeBack(true);
    await until('it is there', () => running.sessions.counts().created === 1);
    running.clock.advance(11 * 60_000);
    assert.equal(running.sessions.counts().created, 0);
  });

  it('end when their customer was turned away, and had come in after all', async () => {
    const opened = await running.sessions.open(technician, wish());
    const sessionId = opened.id;
    const before = (await running.entries(sessionId)).length;
    running.recorder.hang();
    await assert.rejects(running.join(opened), unavailable);
    running.recorder.comeBack(true);
    assert.deepEqual(await rest({ sessionId }, before), [
      'session.joined',
      'consent.requested',
      'session.ended',
    ]);
  });

  it('close a lane in the record whose opening was refused and is written late', async () => {
    const created = begin();
    const { sessionId } = created;
    const session = foldSession((await running.recorder.append([created])) as SessionEntry[]);
    const journal = new SessionJournal(session, {
      recorder: running.recorder,
      clock: running.clock,
      changed: () => {},
      unavailable: () => void (journal.isSettled && journal.enact([end(sessionId)])),
      takeBack: decideTakeBack,
      defect: assert.ifError,
    });
    running.recorder.hang();
    const lane = { sessionId, laneId: crypto.randomUUID(), tool: 'view' } as const;
    const opened: NewSessionEntry = { type: 'lane.opened', ...lane };
    await assert.rejects(journal.commit([opened]), unavailable);
    await assert.rejects(journal.commit([opened]), unavailable, 'nobody knows yet what stands in the record');
    running.recorder.comeBack(true);
    assert.deepEqual(await rest({ sessionId }, 1), ['lane.opened', 'lane.closed', 'session.ended']);
    await until('all is folded', () => journal.isSettled);
    const { entries } = await running.store.session(sessionId, { everything: true });
    assert.deepEqual(journal.session, foldSession(entries), 'what is held is what was written');
  });
});
