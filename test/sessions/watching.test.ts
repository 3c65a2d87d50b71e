import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { FromConsole } from '../../protocol/console-messages.ts';
import type { ErrorCode } from '../../protocol/errors.ts';
import type { LanePass } from '../../protocol/lane.ts';
import { checkAccounts } from '../../protocol/proof/account.ts';
import { watcherDigestInput } from '../../protocol/proof/watcher-digest.ts';
import { foldSession } from '../../protocol/session-fold.ts';
import type { WatchedState, WatchingState } from '../../protocol/watching.ts';
import type { SignedIn } from '../../server/access/signed-in.ts';
import { hashBytes, sha256, verifySignature } from '../../server/records/node-signatures.ts';
import { Refusal } from '../../server/refusal.ts';
import { WATCHER_BACK_WITHIN_MS } from '../../server/sessions/watcher-presence.ts';
import { SigningEnd } from '../support/signing-end.ts';
import { until } from '../support/until.ts';
import {
  addPeople,
  anotherTechnician,
  manager,
  type RunningSession,
  type RunningSessions,
  type RunningStore,
  startSession,
  startSessions,
  startStore,
  technician,
} from './start-sessions.ts';

const ofAnotherTeam: SignedIn = {
  ...manager,
  userId: '01890000-0000-7000-8000-000000000004',
  name: 'Mia Manager',
  teams: ['second line'],
};

const refusedAs = (code: ErrorCode) => (error: unknown) => error instanceof Refusal && error.code === code;
type Said = FromConsole extends infer Message
  ? Message extends FromConsole
    ? Omit<Message, 'sessionId'>
    : never
  : never;

describe('watching', () => {
  let record: RunningStore;
  let running: RunningSessions;
  before(async () => {
    record = await startStore();
    await addPeople(record, [manager, anotherTechnician, ofAnotherTeam]);
  });
  beforeEach(() => {
    running = startSessions(record);
  });
  afterEach(() => running.stop());
  after(() => record.stop());

  const says = ({ sessionId }: RunningSession, who: SignedIn, message: Said) =>
    running.sessions.fromConsole(who, { ...message, sessionId } as FromConsole);
  const watched = ({ sessionId }: RunningSession, who: SignedIn): WatchedState =>
    running.sessions.watching.watchedState(sessionId, who);
  const asked = (session: RunningSession): WatchingState => {
    const [watcher] = session.agentState().watchers;
    assert(watcher, 'the customer is asked');
    return watcher;
  };
  const answer = (session: RunningSession, allowed: boolean) =>
    session.agent({
      type: 'watching.answered',
      watchingId: asked(session).watchingId,
      allowed,
      mode: 'person',
    });
  /** From a page that follows it. */
  const ask = (session: RunningSession, who = manager) => {
    running.sessions.watching.watcherCame(session.sessionId, who.userId, 'page 1');
    return says(session, who, { type: 'watching.ask' });
  };
  const watching = async (session: RunningSession, who = manager) => {
    await says(session, who, { type: 'watching.follow' });
    await ask(session, who);
    await answer(session, true);
  };
  const told = async ({ sessionId }: RunningSession) =>
    (await running.types(sessionId)).filter((type) => type.startsWith('watching.'));
  const lane = async (session: RunningSession, who = manager) =>
    (await says(session, who, { type: 'lane.open', tool: 'view' })) as LanePass;

  it('is asked of the customer by name, role and reason, and begins with their yes', async () => {
    const session = await startSession(running);
    await ask(session);
    const { name, role, because, standing } = asked(session);
    assert.deepEqual([name, role, because, standing], ['Max Manager', 'manager', 'supervises', 'asked']);
    await assert.rejects(lane(session), refusedAs('consent.missing'));
    await answer(session, true);
    assert.equal(watched(session, manager).own?.standing, 'allowed');
    const pass = await lane(session);
    assert.equal(pass.watchingId, watched(session, manager).own?.watchingId);
    assert.deepEqual(await told(session), ['watching.asked', 'watching.answered']);
  });

  it('is not begun where the customer refuses, and nobody is asked again at once', async () => {
    const session = await startSession(running);
    await ask(session);
    await answer(session, false);
    assert.equal(watched(session, manager).own?.standing, 'refused');
    await assert.rejects(lane(session), refusedAs('consent.missing'));
    await assert.rejects(says(session, manager, { type: 'watching.ask' }), refusedAs('tries.too-many'));
    running.clock.advance(5_000);
    await ask(session);
    assert.equal(asked(session).standing, 'asked');
  });

  it('is not asked again at once after a no, whoever invites meanwhile', async () => {
    const session = await startSession(running);
    await ask(session);
    await answer(session, false);
    await session.console({ type: 'watching.invite', userId: manager.userId });
    await assert.rejects(ask(session), refusedAs('tries.too-many'));
    running.clock.advance(5_000);
    await ask(session);
    assert.equal(asked(session).because, 'invited');
  });

  it('is refused by silence', async () => {
    const session = await startSession(running);
    await ask(session);
    running.clock.advance(60_000);
    await until('it is written', async () => (await told(session)).includes('watching.answered'));
    const [entry] = (await running.entries(session.sessionId)).slice(-1);
    assert(entry?.type === 'watching.answered' && entry.mode === 'timed-out' && !entry.allowed);
    assert.deepEqual(session.agentState().watchers, []);
  });

  it('is for managers of the team, and for whom the technician invites', async () => {
    const session = await startSession(running);
    for (const stranger of [ofAnotherTeam, anotherTechnician])
      await assert.rejects(says(session, stranger, { type: 'watching.ask' }), refusedAs('not-found'));
    await session.console({ type: 'watching.invite', userId: anotherTechnician.userId });
    assert.deepEqual(session.agentState().watchers, [], 'the customer is asked when they come');
    const [invitation] = running.sessions.watching.invitations(anotherTechnician.userId);
    assert.equal(invitation?.technician, 'Tess Technician');
    await ask(session, anotherTechnician);
    assert.equal(asked(session).because, 'invited');
    assert.deepEqual(running.sessions.watching.invitations(anotherTechnician.userId), []);
    await answer(session, true);
    assert(await lane(session, anotherTechnician));
  });

  it('is not offered to people who may not watch', async () => {
    const session = await startSession(running);
    await assert.rejects(
      session.console({ type: 'watching.invite', userId: randomUUID() }),
      refusedAs('not-found'),
    );
    await assert.rejects(
      session.console({ type: 'watching.invite', userId: technician.userId }),
      refusedAs('not-found'),
    );
  });

  it('gives a watcher the picture and nothing else, whatever their page says', async () => {
    const session = await startSession(running, { tools: ['view', 'control', 'chat', 'file-upload'] });
    await watching(session);
    const fileId = randomUUID();
    const forbidden: Said[] = [
      { type: 'lane.open', tool: 'control' },
      { type: 'lane.open', tool: 'clipboard' },
      { type: 'lane.open', tool: 'chat' },
      { type: 'lane.open', tool: 'file-upload' },
      { type: 'lane.open', tool: 'file-download' },
      { type: 'lane.close', tool: 'view' },
      { type: 'session.watch' },
      { type: 'session.admit' },
      { type: 'session.end' },
      { type: 'tools.request', tools: ['clipboard'] },
      { type: 'grant.return', tool: 'view' },
      { type: 'account.state', statements: [] as never },
      { type: 'file.ask', fileId, path: '/etc/passwd' },
      { type: 'file.offer', fileId, tool: 'file-upload', name: 'x', size: 1 },
      { type: 'file.accept', fileId },
      { type: 'file.refuse', fileId },
      { type: 'file.finished', fileId, outcome: 'completed', bytes: 1 },
      { type: 'watching.invite', userId: anotherTechnician.userId },
      { type: 'watching.end', watchingId: randomUUID() },
    ];
    const before = await running.types(session.sessionId);
    for (const message of forbidden)
      await assert.rejects(says(session, manager, message), refusedAs('permission.missing'), message.type);
    assert.deepEqual(await running.types(session.sessionId), before);
    assert.throws(() => running.sessions.consoleState(session.sessionId, manager), refusedAs('not-found'));
  });

  it('leaves the record its room for what the technician’s page tries, whatever a watcher’s tries', async () => {
    const session = await startSession(running);
    await watching(session);
    const own = (await session.console({ type: 'lane.open', tool: 'view' })) as LanePass;
    const theirs = await lane(session);
    const leave = ({ laneId }: LanePass): Said => ({ type: 'media.leave', laneId, because: 'done' });
    for (let n = 0; n < 25; n += 1)
      await assert.rejects(says(session, manager, leave(own)), refusedAs('permission.missing'));
    await assert.rejects(says(session, technician, leave(theirs)), refusedAs('permission.missing'));
    const entries = await running.entries(session.sessionId);
    const tries = entries.flatMap((entry) => (entry.type === 'media.refused' ? [entry.watchingId] : []));
    assert.deepEqual(tries, [...Array(20).fill(theirs.watchingId), undefined]);
  });

  it('ends with the customer’s word, for this watcher alone', async () => {
    const session = await startSession(running);
    await watching(session);
    await session.console({ type: 'watching.invite', userId: anotherTechnician.userId });
    await ask(session, anotherTechnician);
    const [first, second] = session.agentState().watchers;
    await session.agent({
      type: 'watching.answered',
      watchingId: second!.watchingId,
      allowed: true,
      mode: 'person',
    });
    await session.agent({ type: 'watching.stop', watchingId: first!.watchingId });
    assert.equal(watched(session, manager).own?.endedBy, 'customer');
    await assert.rejects(lane(session), refusedAs('consent.missing'));
    assert(await lane(session, anotherTechnician));
    assert.equal(session.state().tools.view.standing, 'granted', 'the technician’s own picture stays');
  });

  it('ends with the picture, and is asked anew when that is back', async () => {
    const session = await startSession(running);
    await watching(session);
    await session.agent({ type: 'grant.revoke', tool: 'view' });
    assert.equal(watched(session, manager).own?.standing, 'ended');
    await assert.rejects(says(session, manager, { type: 'watching.ask' }), refusedAs('request.out-of-order'));
    await session.agent({ type: 'consent.volunteered', tool: 'view' });
    await assert.rejects(lane(session), refusedAs('consent.missing'));
    const types = await running.types(session.sessionId);
    assert(types.indexOf('grant.revoked') < types.indexOf('watching.ended'), 'the cause first');
  });

  it('is asked no more when the picture went while the question was on its way to the record', async () => {
    for (const takes of ['customer', 'technician'] as const) {
      const session = await startSession(running);
      running.recorder.hold();
      const asking = ask(session);
      await until('the question waits for the disk', () => running.recorder.waiting > 0);
      const taking =
        takes === 'customer'
          ? session.agent({ type: 'grant.revoke', tool: 'view' })
          : session.console({ type: 'grant.return', tool: 'view' });
      running.recorder.release();
      await Promise.all([asking, taking]);
      assert.equal(watched(session, manager).own?.standing, 'ended', takes);
      assert.deepEqual(session.agentState().watchers, []);
      await session.agent({ type: 'consent.volunteered', tool: 'view' });
      await assert.rejects(lane(session), refusedAs('consent.missing'));
    }
  });

  it('waits while the technician is away, and goes on when they are back', async () => {
    const session = await startSession(running);
    await watching(session);
    await running.sessions.disconnected(session.sessionId, 'technician', 'console 1');
    await assert.rejects(lane(session), refusedAs('request.out-of-order'));
    await running.sessions.connected(session.sessionId, 'technician', 'console 2');
    assert(await lane(session));
  });

  it('ends when the watcher’s page does not come back, and not when it was loaded anew', async () => {
    const session = await startSession(running);
    const { watching: desk } = running.sessions;
    await watching(session);
    desk.watcherWent(session.sessionId, manager.userId, 'page 1');
    running.clock.advance(WATCHER_BACK_WITHIN_MS - 1);
    desk.watcherCame(session.sessionId, manager.userId, 'page 2');
    running.clock.advance(WATCHER_BACK_WITHIN_MS);
    assert.equal(watched(session, manager).own?.standing, 'allowed');
    desk.watcherWent(session.sessionId, manager.userId, 'page 2');
    running.clock.advance(WATCHER_BACK_WITHIN_MS);
    assert.equal(watched(session, manager).own?.endedBy, 'broker');
  });

  it('is only for whom a page follows it: nobody else is seen to be gone', async () => {
    const session = await startSession(running);
    await assert.rejects(says(session, manager, { type: 'watching.ask' }), refusedAs('request.out-of-order'));
    assert.deepEqual(session.agentState().watchers, []);
    await watching(session);
    running.sessions.watching.watcherWent(session.sessionId, manager.userId, 'page 1');
    await assert.rejects(lane(session), refusedAs('request.out-of-order'));
    running.sessions.watching.watcherCame(session.sessionId, manager.userId, 'page 2');
    assert(await lane(session));
  });

  it('is for three at once', async () => {
    const session = await startSession(running);
    await watching(session);
    await session.console({ type: 'watching.invite', userId: anotherTechnician.userId });
    await session.console({ type: 'watching.invite', userId: ofAnotherTeam.userId });
    const fourth = { ...manager, userId: randomUUID() };
    await assert.rejects(says(session, fourth, { type: 'watching.ask' }), refusedAs('tries.too-many'));
    await assert.rejects(
      session.console({ type: 'watching.invite', userId: manager.userId }),
      refusedAs('already-exists'),
    );
    await says(session, ofAnotherTeam, { type: 'watching.leave' });
    await ask(session, fourth);
  });

  it('does not outlive a broker that was killed; an invitation does', async () => {
    const session = await startSession(running);
    await watching(session);
    await session.console({ type: 'watching.invite', userId: anotherTechnician.userId });
    running = await running.restart();
    assert.equal(watched(session, manager).own?.standing, 'ended');
    const invitations = running.sessions.watching.invitations(anotherTechnician.userId);
    assert(invitations.some(({ sessionId }) => sessionId === session.sessionId));
  });

  it('stands in the session’s record with who, by what right and for how long', async () => {
    const session = await startSession(running);
    await watching(session);
    await says(session, manager, { type: 'watching.leave' });
    const document = foldSession(await running.entries(session.sessionId));
    const [watcher] = document?.record.watchers ?? [];
    assert.equal(watcher?.name, 'Max Manager');
    assert.deepEqual(
      [watcher?.because, watcher?.answer, watcher?.endedBy, watcher?.seconds],
      ['supervises', 'allowed', 'watcher', 0],
    );
    assert(!document?.record.tools.some(({ uses }) => uses > 0), 'it is no use of the technician’s');
  });

  describe('of an agent that signs', () => {
    const start = async () => {
      const customer = new SigningEnd('customer');
      const session = await startSession(running, { customer });
      await ask(session);
      return { customer, session };
    };
    const said = (of: WatchingState, allowed = true) => ({
      type: 'watching.answered' as const,
      watchingId: of.watchingId,
      allowed,
      mode: 'person' as const,
    });

    it('takes no yes without a signature that says who it is about', async () => {
      const { customer, session } = await start();
      const message = said(asked(session));
      await assert.rejects(session.agent(message), refusedAs('statement.wrong'));
      const watcherSha256 = sha256(watcherDigestInput({ ...asked(session), name: 'Somebody Else' }));
      const statement = customer.say({ ...message, watcherSha256 });
      await assert.rejects(session.agent({ ...message, statement }), refusedAs('statement.wrong'));
      assert.equal(asked(session).standing, 'asked');
    });

    it('keeps its yes, and its no to go on, in the account', async () => {
      const { customer, session } = await start();
      const message = said(asked(session));
      const watcherSha256 = sha256(watcherDigestInput(asked(session)));
      await session.agent({ ...message, statement: customer.say({ ...message, watcherSha256 }) });
      const { watchingId } = message;
      const statement = customer.say({ type: 'watching.stopped', watchingId });
      await session.agent({ type: 'watching.stop', watchingId, statement });
      const entries = await running.entries(session.sessionId);
      const { customer: report } = await checkAccounts(entries, verifySignature, hashBytes);
      assert.deepEqual(report?.findings, []);
      const renamed = entries.map((entry) =>
        entry.type === 'watching.asked'
          ? { ...entry, watcher: { ...entry.watcher, name: 'Somebody Else' } }
          : entry,
      );
      const forged = await checkAccounts(renamed, verifySignature, hashBytes);
      assert.deepEqual(
        forged.customer?.findings.map(({ about }) => about),
        ['other-person'],
      );
    });

    it('shows a lane of somebody whom the customer did not let watch', async () => {
      const { session } = await start();
      const opened = {
        type: 'lane.opened' as const,
        sessionId: session.sessionId,
        laneId: randomUUID(),
        tool: 'view' as const,
        watchingId: asked(session).watchingId,
      };
      const entries = await running.entries(session.sessionId);
      const last = entries.at(-1)!;
      const forged = { ...opened, id: randomUUID(), seq: last.seq + 1, at: last.at };
      const { customer: report } = await checkAccounts([...entries, forged], verifySignature, hashBytes);
      assert.deepEqual(
        report?.findings.map(({ about }) => about),
        ['not-granted'],
      );
    });
  });
});
