import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { FromConsole } from '../../protocol/console-messages.ts';
import type { ErrorCode } from '../../protocol/errors.ts';
import type { PassingState } from '../../protocol/passing.ts';
import { checkAccounts } from '../../protocol/proof/account.ts';
import type { SignedStatement } from '../../protocol/proof/signed-statement.ts';
import { successorDigestInput } from '../../protocol/proof/successor-digest.ts';
import { foldSession } from '../../protocol/session-fold.ts';
import type { SignedIn } from '../../server/access/signed-in.ts';
import { hashBytes, sha256, verifySignature } from '../../server/records/node-signatures.ts';
import { Refusal } from '../../server/refusal.ts';
import type { Passed } from '../../server/sessions/passing-desk.ts';
import { MAX_LAST_LINES } from '../../server/sessions/passings.ts';
import { WATCHER_BACK_WITHIN_MS } from '../../server/sessions/watcher-presence.ts';
import { SigningEnd } from '../support/signing-end.ts';
import { until } from '../support/until.ts';
import {
  addPeople,
  anotherTechnician as bob,
  manager,
  type RunningSession,
  type RunningSessions,
  type RunningStore,
  startSession,
  startSessions,
  startStore,
  technician as tess,
} from './start-sessions.ts';

const refusedAs = (code: ErrorCode) => (error: unknown) => error instanceof Refusal && error.code === code;
type Said = FromConsole extends infer Message
  ? Message extends FromConsole
    ? Omit<Message, 'sessionId'>
    : never
  : never;

describe('passing a session on', () => {
  let record: RunningStore;
  let running: RunningSessions;
  const third = { ...bob, userId: '01890000-0000-7000-8000-000000000008', name: 'Tina Technician' };
  const disabled = { ...bob, userId: '01890000-0000-7000-8000-000000000007' };
  before(async () => {
    record = await startStore();
    await addPeople(record, [tess, bob, third, manager, disabled], disabled);
  });
  beforeEach(() => {
    running = startSessions(record);
  });
  afterEach(() => running.stop());
  after(() => record.stop());

  const says = ({ sessionId }: RunningSession, who: SignedIn, message: Said) =>
    running.sessions.fromConsole(who, { ...message, sessionId } as FromConsole);
  const offer = (session: RunningSession, to = bob, reason?: string) =>
    session.console({ type: 'passing.offer', userId: to.userId, reason });
  const offered = ({ sessionId }: RunningSession, to = bob) =>
    running.sessions.passing.offers(to.userId).find((each) => each.sessionId === sessionId);
  const take = async (session: RunningSession, who = bob, page = 'bob’s page') => {
    await says(session, who, { type: 'passing.take', passingId: offered(session, who)!.passingId });
    running.sessions.passing.takerCame(session.sessionId, who.userId, page);
  };
  const asked = (session: RunningSession): PassingState => {
    const { passing } = session.agentState();
    assert(passing, 'the customer is asked');
    return passing;
  };
  const answer = (session: RunningSession, allowed: boolean) =>
    session.agent({
      type: 'passing.answered',
      passingId: asked(session).passingId,
      allowed,
      mode: 'person',
    });
  const passOn = async (session: RunningSession) => {
    await offer(session);
    await take(session);
    await answer(session, true);
  };
  /** Resolves when what `says` brings about is on its way to the record. Call the answer to let it get there. */
  const whileWritten = async (says: () => Promise<unknown>) => {
    running.recorder.hold();
    const said = says();
    await until('it is on its way to the record', () => running.recorder.waiting > 0);
    return async () => {
      running.recorder.release();
      await said;
    };
  };
  const told = async ({ sessionId }: RunningSession) =>
    (await running.types(sessionId)).filter((type) => /^passing|passed$/.test(type));

  it('is offered, taken, and asked of the customer by name and team, in this order', async () => {
    const session = await startSession(running);
    await offer(session, bob, 'She knows printers');
    assert.equal(session.agentState().passing, undefined, 'nobody asks before it is taken');
    const { technician, contact, reason, standing } = offered(session)!;
    assert.deepEqual(
      [technician, contact, reason, standing],
      ['Tess Technician', 'Ada Customer', 'She knows printers', 'offered'],
    );
    await take(session);
    assert.deepEqual(asked(session).successor, { name: 'Theo Technician', team: 'first line' });
    assert.equal(session.state().technician.name, 'Tess Technician', 'until then nothing changes');
    await answer(session, true);
    assert.deepEqual(await told(session), [
      'passing.offered',
      'passing.explained',
      'passing.asked',
      'passing.answered',
      'session.passed',
    ]);
    assert.equal(session.agentState().card.technician.name, 'Theo Technician');
    assert.equal(session.agentState().passing, undefined);
  });

  it('gives the second one the session with what is allowed, and leaves the first one nothing', async () => {
    const session = await startSession(running, { tools: ['view', 'control', 'chat'] });
    const { sessionId } = session;
    await session.console({ type: 'tools.request', tools: ['clipboard'] });
    let passed: Passed | undefined;
    running.sessions.passing.onPassed((each) => {
      passed = each;
      assert.deepEqual(running.lanes.openByTool().view, 0);
    });
    await passOn(session);
    assert.deepEqual([...(passed?.connections ?? [])], ['bob’s page']);
    const state = running.sessions.consoleState(sessionId, bob);
    assert.deepEqual(
      (['view', 'control', 'chat', 'clipboard'] as const).map((tool) => state.tools[tool].standing),
      ['granted', 'granted', 'granted', 'off'],
    );
    assert.deepEqual(state.pending, [], 'what the first one asked is asked no more');
    assert.deepEqual(state.presence, { technician: 'here', customer: 'here' });
    assert(await says(session, bob, { type: 'lane.open', tool: 'view' }));
    await says(session, bob, { type: 'tools.request', tools: ['clipboard'] });
    const fileId = randomUUID();
    const forbidden: Said[] = [
      { type: 'session.watch' },
      { type: 'lane.open', tool: 'view' },
      { type: 'lane.open', tool: 'chat' },
      { type: 'lane.close', tool: 'view' },
      { type: 'tools.request', tools: ['voice'] },
      { type: 'grant.return', tool: 'view' },
      { type: 'session.end' },
      { type: 'file.offer', fileId, tool: 'file-upload', name: 'x', size: 1 },
      { type: 'watching.follow' },
      { type: 'watching.ask' },
      { type: 'watching.invite', userId: manager.userId },
      { type: 'passing.offer', userId: manager.userId },
    ];
    for (const message of forbidden)
      await assert.rejects(says(session, tess, message), refusedAs('session.passed-on'), message.type);
    assert.throws(() => running.sessions.consoleState(sessionId, tess), refusedAs('not-found'));
  });

  it('leaves everything as it was after a no, and nobody is asked again at once', async () => {
    const session = await startSession(running);
    await offer(session);
    await take(session);
    await answer(session, false);
    assert.equal(session.state().passing?.standing, 'refused');
    assert.equal(offered(session)?.standing, 'refused', 'the other one reads it too');
    assert(await session.console({ type: 'lane.open', tool: 'view' }));
    await assert.rejects(says(session, bob, { type: 'session.watch' }), refusedAs('not-found'));
    await assert.rejects(offer(session), refusedAs('tries.too-many'));
    running.clock.advance(5_000);
    await offer(session);
  });

  it('takes silence for a no', async () => {
    const session = await startSession(running);
    await offer(session);
    await take(session);
    running.clock.advance(60_000);
    await until('it is written', async () => (await told(session)).includes('passing.answered'));
    const [entry] = (await running.entries(session.sessionId)).slice(-1);
    assert(entry?.type === 'passing.answered' && entry.mode === 'timed-out' && !entry.allowed);
    assert.equal(session.state().passing?.standing, 'timed-out');
    assert.equal(session.agentState().passing, undefined);
  });

  it('may be taken back and declined until the yes, which comes too late then', async () => {
    const session = await startSession(running);
    await offer(session);
    await assert.rejects(offer(session, manager), refusedAs('not-found'), 'managers open no sessions');
    await assert.rejects(offer(session, disabled), refusedAs('not-found'));
    await assert.rejects(offer(session, tess), refusedAs('request.invalid'));
    await assert.rejects(offer(session), refusedAs('already-exists'), 'one at a time');
    const { passingId } = offered(session)!;
    const takes = { type: 'passing.take' as const, passingId };
    await assert.rejects(says(session, manager, takes), refusedAs('permission.missing'));
    await assert.rejects(says(session, disabled, takes), refusedAs('not-found'));
    await says(session, bob, { type: 'passing.decline', passingId });
    assert.equal(session.state().passing?.endReason, 'declined');
    await assert.rejects(says(session, bob, takes), refusedAs('not-found'));
    await offer(session);
    await take(session);
    const question = asked(session);
    await session.console({ type: 'passing.withdraw', passingId: question.passingId });
    const late = { type: 'passing.answered' as const, passingId: question.passingId, allowed: true };
    await assert.rejects(session.agent({ ...late, mode: 'person' }), refusedAs('request.out-of-order'));
    assert.equal(session.state().passing?.endReason, 'withdrawn');
  });

  it('is over when the page of the one who took it does not come back, and not when it was loaded anew', async () => {
    const session = await startSession(running);
    const { passing } = running.sessions;
    await offer(session);
    await take(session, bob, 'page 1');
    passing.takerWent(session.sessionId, bob.userId, 'page 1');
    running.clock.advance(WATCHER_BACK_WITHIN_MS - 1);
    await take(session, bob, 'page 2');
    running.clock.advance(WATCHER_BACK_WITHIN_MS);
    assert.equal(asked(session).standing, 'asked');
    passing.takerWent(session.sessionId, bob.userId, 'page 2');
    running.clock.advance(WATCHER_BACK_WITHIN_MS);
    await until('it is over', () => session.state().passing?.endReason === 'gone');
  });

  it('comes to nothing by a yes to somebody whose page is not there', async () => {
    const session = await startSession(running);
    await offer(session);
    await take(session);
    running.sessions.passing.takerWent(session.sessionId, bob.userId, 'bob’s page');
    await assert.rejects(
      answer(session, true),
      (error) => error instanceof Refusal && /^Theo Technician is not there any more/.test(error.message),
    );
    assert.equal(session.agentState().card.technician.name, 'Tess Technician');
    assert.equal(session.agentState().passing, undefined);
    assert.equal(session.state().passing?.endReason, 'gone');
    assert.deepEqual((await told(session)).slice(-2), ['passing.asked', 'passing.ended']);
    await offer(session);
  });

  it('comes to nothing by a page of an earlier turn', async () => {
    const session = await startSession(running);
    const { passing } = running.sessions;
    await passOn(session);
    await says(session, bob, { type: 'passing.offer', userId: tess.userId });
    await take(session, tess, 'tess’s page');
    await answer(session, true);
    await offer(session);
    await take(session, bob, 'a second page');
    passing.takerWent(session.sessionId, bob.userId, 'a second page');
    await assert.rejects(answer(session, true), refusedAs('request.out-of-order'));
    assert.equal(session.agentState().card.technician.name, 'Tess Technician');
  });

  it('waits for the second one as for any technician when their page goes while it is written', async () => {
    const session = await startSession(running);
    await offer(session);
    await take(session);
    const written = await whileWritten(() => answer(session, true));
    running.sessions.passing.takerWent(session.sessionId, bob.userId, 'bob’s page');
    await written();
    const state = running.sessions.consoleState(session.sessionId, bob);
    assert.equal(state.presence.technician, 'away');
    await running.sessions.connected(session.sessionId, 'technician', 'another page');
    assert.equal(running.sessions.consoleState(session.sessionId, bob).graceEndsAt, undefined);
  });

  it('is done once the yes had its turn, whoever would end the offer while it is written', async () => {
    const session = await startSession(running);
    await offer(session);
    await take(session);
    const { passingId } = asked(session);
    const written = await whileWritten(() => answer(session, true));
    const withdrawn = assert.rejects(
      session.console({ type: 'passing.withdraw', passingId }),
      refusedAs('session.passed-on'),
    );
    const declined = says(session, bob, { type: 'passing.decline', passingId });
    assert.equal(asked(session).standing, 'asked', 'nobody reads of an end that may not be one');
    await Promise.all([written(), withdrawn, declined]);
    assert.equal((await told(session)).at(-1), 'session.passed');
    assert.equal(session.agentState().card.technician.name, 'Theo Technician');
  });

  it('holds and loses nothing that waits behind it where somebody who is told of it fails', async () => {
    const session = await startSession(running);
    await offer(session);
    await take(session);
    const fails = () => {
      throw new Error('a listener failed');
    };
    running.sessions.passing.onPassed(fails);
    running.sessions.onChange(fails);
    const written = await whileWritten(() => answer(session, true));
    const revoked = session.agent({ type: 'grant.revoke', tool: 'control' });
    await Promise.all([written(), revoked]);
    assert.equal(session.agentState().card.technician.name, 'Theo Technician');
    assert.equal(session.agentState().tools.control.standing, 'revoked');
    const types = await running.types(session.sessionId);
    assert.deepEqual([types.includes('session.passed'), types.at(-1)], [true, 'grant.revoked']);
    await says(session, bob, { type: 'tools.request', tools: ['chat'] });
    assert.equal(session.agentState().tools.chat.standing, 'asked');
  });

  it('is not done when the offer was taken back first, though the yes came before that was written', async () => {
    const session = await startSession(running);
    await offer(session);
    await take(session);
    const { passingId } = asked(session);
    const written = await whileWritten(() => session.console({ type: 'passing.withdraw', passingId }));
    assert.equal(session.agentState().passing, undefined, 'it holds at once');
    const late = session.agent({ type: 'passing.answered', passingId, allowed: true, mode: 'person' });
    await Promise.all([written(), assert.rejects(late, refusedAs('request.out-of-order'))]);
    assert.equal((await told(session)).at(-1), 'passing.ended');
    assert.equal(session.state().technician.name, 'Tess Technician');
  });

  it('ends as theirs with the account of one who was let go on in the same moment', async () => {
    const session = await startSession(running);
    await offer(session);
    await take(session);
    const written = await whileWritten(() => answer(session, true));
    const ended = running.sessions.endSessionsOf(bob.userId);
    await Promise.all([written(), ended]);
    assert.equal(running.sessions.consoleState(session.sessionId, bob).endReason, 'user-disabled');
  });

  it('is not possible where nobody is at the computer to be asked', async () => {
    const session = await startSession(running, { allow: [] });
    const [question] = session.state().pending;
    await session.console({ type: 'session.admit' });
    const { requestId } = question!;
    await session.agent({ type: 'consent.answered', requestId, allowed: ['view'], mode: 'in-advance' });
    await assert.rejects(offer(session), refusedAs('request.out-of-order'));
  });

  it('ends whoever watches: the customer was asked about a guest of the one before', async () => {
    const session = await startSession(running);
    running.sessions.watching.watcherCame(session.sessionId, manager.userId, 'a page');
    await says(session, manager, { type: 'watching.ask' });
    const { watchingId } = session.agentState().watchers[0]!;
    await session.agent({ type: 'watching.answered', watchingId, allowed: true, mode: 'person' });
    await passOn(session);
    assert.deepEqual(session.agentState().watchers, []);
    const { own } = running.sessions.watching.watchedState(session.sessionId, manager);
    assert.equal(own?.standing, 'ended');
    await says(session, manager, { type: 'watching.ask' });
  });

  it('cuts off what was on its way', async () => {
    const session = await startSession(running, { tools: ['view', 'file-upload'] });
    const fileId = randomUUID();
    await session.console({ type: 'file.offer', fileId, tool: 'file-upload', name: 'a.txt', size: 9 });
    await session.agent({ type: 'file.accept', fileId });
    await passOn(session);
    const [file] = running.sessions.consoleState(session.sessionId, bob).files;
    assert.deepEqual([file?.standing, file?.reason], ['cancelled', 'passed-on']);
    const entries = await running.entries(session.sessionId);
    assert.deepEqual(
      entries.flatMap((entry) => (entry.type === 'file.finished' ? [[entry.side, entry.reason]] : [])),
      [['broker', 'passed-on']],
    );
  });

  it('refuses what the first one said before the yes and was to be done after it', async () => {
    const session = await startSession(running);
    await offer(session);
    await take(session);
    const [, late] = await Promise.allSettled([
      answer(session, true),
      session.console({ type: 'tools.request', tools: ['clipboard'] }),
    ]);
    assert(late?.status === 'rejected' && refusedAs('session.passed-on')(late.reason));
    assert.deepEqual(running.sessions.consoleState(session.sessionId, bob).pending, []);
  });

  it('does not outlive a broker that was killed as an offer, and does once it is done', async () => {
    const session = await startSession(running);
    const other = await startSession(running);
    await offer(session);
    await take(session);
    await passOn(other);
    running = await running.restart();
    const state = running.sessions.consoleState(session.sessionId, tess);
    assert.equal(state.passing?.endReason, 'broker-restarted');
    assert.equal((await told(session)).at(-1), 'passing.ended');
    assert.equal(running.sessions.consoleState(other.sessionId, bob).technician.name, 'Theo Technician');
    assert.throws(() => running.sessions.consoleState(other.sessionId, tess), refusedAs('not-found'));
    await assert.rejects(says(other, tess, { type: 'session.watch' }), refusedAs('session.passed-on'));
    await says(other, bob, { type: 'session.watch' });
  });

  it('tells each who had it to whom they passed it on, whoever has it now', async () => {
    const session = await startSession(running);
    await passOn(session);
    await says(session, bob, { type: 'passing.offer', userId: third.userId });
    await take(session, third);
    await answer(session, true);
    const refusedWith = (words: RegExp) => (error: unknown) =>
      error instanceof Refusal && error.code === 'session.passed-on' && words.test(error.message);
    const ends = { type: 'session.end' as const };
    await assert.rejects(says(session, tess, ends), refusedWith(/^You passed .* on to Theo Technician\.$/));
    await assert.rejects(says(session, bob, ends), refusedWith(/^You passed .* on to Tina Technician\.$/));
  });

  it('can be passed back, by a yes of its own', async () => {
    const session = await startSession(running);
    await passOn(session);
    running.clock.advance(5_000);
    await says(session, bob, { type: 'passing.offer', userId: tess.userId });
    await take(session, tess, 'tess’s page');
    await answer(session, true);
    await says(session, tess, { type: 'session.end' });
    const { record: folded } = foldSession(await running.entries(session.sessionId))!;
    assert.equal(folded.technician.name, 'Tess Technician');
    assert.deepEqual(
      folded.earlierTechnicians?.map(({ name, email }) => [name, email]),
      [
        ['Tess Technician', 'tess@example.com'],
        ['Theo Technician', 'theo@example.com'],
      ],
    );
  });

  it('ends with the account of the one to whom it is offered, and the session with that of the second one', async () => {
    const session = await startSession(running);
    const other = await startSession(running);
    await offer(session);
    await passOn(other);
    await running.sessions.endSessionsOf(bob.userId);
    assert.equal(session.state().passing?.endReason, 'gone');
    assert.equal(running.sessions.consoleState(other.sessionId, bob).endReason, 'user-disabled');
  });

  describe('between ends that sign', () => {
    const start = async () => {
      const customer = new SigningEnd('customer');
      const signedBy = new SigningEnd('technician');
      const session = await startSession(running, { customer, signedBy });
      await offer(session);
      await take(session);
      const { passingId, successor } = asked(session);
      const message = {
        type: 'passing.answered' as const,
        passingId,
        allowed: true,
        mode: 'person' as const,
      };
      const digest = sha256(successorDigestInput(passingId, successor));
      return { session, customer, signedBy, message, digest };
    };

    it('takes no yes without a signature that says who it is about', async () => {
      const { session, customer, message } = await start();
      await assert.rejects(session.agent(message), refusedAs('statement.wrong'));
      const successorSha256 = sha256(successorDigestInput(message.passingId, { name: 'Somebody Else' }));
      const statement = customer.say({ ...message, successorSha256 });
      await assert.rejects(session.agent({ ...message, statement }), refusedAs('statement.wrong'));
      assert.equal(session.state().passing?.standing, 'asked');
      assert.equal(session.state().technician.name, 'Tess Technician');
    });

    it('keeps two accounts of technicians, each closed, and says so when the whole is true', async () => {
      const { session, customer, signedBy, message, digest } = await start();
      await session.agent({ ...message, statement: customer.say({ ...message, successorSha256: digest }) });
      const { passingId } = message;
      const last = signedBy.say({ type: 'session.passed', passingId, statements: signedBy.number + 1 });
      await session.console({ type: 'account.state', statements: [last] });
      const second = new SigningEnd('technician', session.sessionId);
      const bobSigns = { ...bob, signingKey: second.signingKey };
      const { signingKey } = customer;
      const admitted = second.say({ type: 'computer.admitted', signingKey });
      await says(session, bobSigns, { type: 'account.state', statements: [admitted] });
      await says(session, bobSigns, { type: 'session.end' });
      const ending = { status: 'ended', endedBy: 'technician', reason: 'done' } as const;
      const closing = (end: SigningEnd) =>
        end.say({ type: 'session.ended', ...ending, statements: end.number + 1 });
      await says(session, bobSigns, { type: 'account.state', statements: [closing(second)] });
      await session.agent({ type: 'account.state', statements: [closing(customer)] });
      const entries = await running.entries(session.sessionId);
      const reports = await checkAccounts(entries, verifySignature, hashBytes);
      assert.deepEqual(
        [reports.technician?.state, reports.customer?.state, reports.technician?.findings],
        ['signed', 'signed', []],
      );
    });

    it('takes some last lines of the first one, and no record full of them', async () => {
      const { session, customer, signedBy, message, digest } = await start();
      await session.agent({ ...message, statement: customer.say({ ...message, successorSha256: digest }) });
      const say = () => signedBy.say({ type: 'tool.started', tool: 'view', laneId: randomUUID() });
      const tell = (statements: SignedStatement[]) => session.console({ type: 'account.state', statements });
      const count = async () =>
        (await running.types(session.sessionId)).filter((type) => type === 'account.stated').length;
      const before = await count();
      for (let told = 0; told < MAX_LAST_LINES - 2; told += 4) await tell([say(), say(), say(), say()]);
      const room = MAX_LAST_LINES - ((await count()) - before);
      assert(room < 4);
      const tooMany = Array.from({ length: room + 1 }, say);
      await assert.rejects(tell(tooMany), refusedAs('tries.too-many'));
      await tell(tooMany.slice(0, room));
      await assert.rejects(tell(tooMany.slice(room)), refusedAs('tries.too-many'));
      await tell(tooMany.slice(0, 1));
      assert.equal(await count(), before + MAX_LAST_LINES);
    });

    it('writes down what was wrong of the second one, whatever came from the first', async () => {
      const { session, customer, signedBy, message, digest } = await start();
      await session.agent({ ...message, statement: customer.say({ ...message, successorSha256: digest }) });
      const wrong = () => signedBy.sign('no statement');
      const faults = async () =>
        (await running.types(session.sessionId)).filter((type) => type === 'statement.refused').length;
      for (let n = 0; n < 25; n += 1)
        await assert.rejects(
          session.console({ type: 'account.state', statements: [wrong()] }),
          refusedAs('statement.wrong'),
        );
      assert.equal(await faults(), 20);
      const bobSigns = { ...bob, signingKey: new SigningEnd('technician').signingKey };
      const second = says(session, bobSigns, { type: 'account.state', statements: [wrong()] });
      await assert.rejects(second, refusedAs('statement.wrong'));
      assert.equal(await faults(), 21);
    });

    it('takes no more of the first one’s account once it is closed for a while', async () => {
      const { session, customer, signedBy, message, digest } = await start();
      await session.agent({ ...message, statement: customer.say({ ...message, successorSha256: digest }) });
      running.clock.advance(60_000);
      const { passingId } = message;
      const last = signedBy.say({ type: 'session.passed', passingId, statements: signedBy.number + 1 });
      await assert.rejects(
        session.console({ type: 'account.state', statements: [last] }),
        refusedAs('session.passed-on'),
      );
    });
  });
});
