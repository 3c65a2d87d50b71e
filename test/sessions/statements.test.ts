import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { FromAgent } from '../../protocol/agent-messages.ts';
import { nameDigestInput, type SignedStatement } from '../../protocol/proof/signed-statement.ts';
import type { Says, Statement } from '../../protocol/proof/statement.ts';
import { sha256 } from '../../server/records/node-signatures.ts';
import { Refusal } from '../../server/refusal.ts';
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
} from './start-sessions.ts';

const refused = (code: string) => (error: unknown) => error instanceof Refusal && error.code === code;
const isWrong = refused('statement.wrong');

describe('statements of the two ends', () => {
  let record: RunningStore;
  let running: RunningSessions;
  let customer: SigningEnd;
  let signedBy: SigningEnd;
  before(async () => {
    record = await startStore();
  });
  beforeEach(() => {
    running = startSessions(record);
    customer = new SigningEnd('customer');
    signedBy = new SigningEnd('technician');
  });
  afterEach(() => running.stop());
  after(() => record.stop());

  const faults = async ({ sessionId }: RunningSession) =>
    (await running.entries(sessionId)).flatMap((entry) =>
      entry.type === 'statement.refused' ? [`${entry.side}: ${entry.fault}`] : [],
    );
  const stated = async ({ sessionId }: RunningSession) =>
    (await running.entries(sessionId)).flatMap((entry) =>
      entry.type === 'account.stated' ? [JSON.parse(entry.text) as Statement] : [],
    );
  /** Joined, with a question that nobody has answered. */
  const asked = async () => {
    const session = await startSession(running, { tools: ['view', 'chat'], allow: [], customer });
    const { requestId } = session.state().pending[0]!;
    const says = (change: object = {}): Says => ({
      type: 'consent.answered',
      requestId,
      allowed: ['view'],
      refused: ['chat'],
      mode: 'person',
      ...shown(session),
      ...change,
    });
    const answer = (statement?: SignedStatement, change: object = {}) =>
      session.agent({
        type: 'consent.answered',
        requestId,
        allowed: ['view'],
        mode: 'person',
        ...(statement && { statement }),
        ...change,
      });
    return { session, says, answer };
  };

  it('stand in the record right before what they bring about, in one append', async () => {
    const session = await startSession(running, { tools: ['view'], customer, signedBy });
    assert.deepEqual(await running.types(session.sessionId), [
      'session.created',
      'technician.noted',
      'session.joined',
      'consent.requested',
      'account.began',
      'account.stated',
      'session.admitted',
      'account.stated',
      'consent.answered',
      'session.started',
    ]);
    const entries = await running.entries(session.sessionId);
    const joined = entries.find(({ type }) => type === 'session.joined');
    assert(joined?.type === 'session.joined' && joined.signingKey === customer.signingKey);
    assert.deepEqual(
      (await stated(session)).map(({ side, number, says }) => [side, number, says.type]),
      [
        ['technician', 1, 'computer.admitted'],
        ['customer', 1, 'consent.answered'],
      ],
    );
  });

  describe('of a consent', () => {
    const forgeries: Record<string, (says: (change?: object) => Says) => SignedStatement | undefined> = {
      missing: () => undefined,
      signature: (says) => {
        const stranger = new SigningEnd('customer', customer.session);
        return stranger.say(says());
      },
      session: (says) => customer.say(says(), { session: randomUUID() }),
      side: () => {
        const text = customer.say({ type: 'tool.started', tool: 'view', laneId: randomUUID() }).text;
        return customer.sign(text.replace('"customer"', '"technician"'));
      },
      form: (says) => customer.sign(` ${customer.say(says()).text}`),
    };
    for (const [fault, forge] of Object.entries(forgeries)) {
      it(`are refused, and nothing is granted: ${fault}`, async () => {
        const { session, says, answer } = await asked();
        await assert.rejects(answer(forge(says)), isWrong);
        assert.equal(session.state().tools.view.standing, 'asked');
        assert.deepEqual(await faults(session), [`customer: ${fault}`]);
        assert.deepEqual(await stated(session), []);
        // The customer can still answer.
        await answer(customer.say(says()));
        assert.equal(session.state().tools.view.standing, 'granted');
      });
    }

    it('are refused when a letter of what was signed is another one', async () => {
      const { session, says, answer } = await asked();
      const { text, signature } = customer.say(says({ allowed: [], refused: ['view', 'chat'] }));
      const altered = text
        .replace('"allowed":[]', '"allowed":["view"]')
        .replace('["view","chat"]', '["chat"]');
      await assert.rejects(answer({ text: altered, signature }), isWrong);
      assert.deepEqual(await faults(session), ['customer: signature']);
    });

    const others: Record<string, object> = {
      'another answer': { allowed: [], refused: ['view', 'chat'] },
      'more than the message': { allowed: ['view', 'chat'], refused: [] },
      'another question': { requestId: randomUUID() },
      'another text': { textSha256: sha256('You allow everything.') },
      'another version of the text': { textVersion: '0' },
      'another way of answering': { mode: 'in-advance' },
    };
    for (const [what, change] of Object.entries(others)) {
      it(`are refused when they are about ${what}`, async () => {
        const { session, says, answer } = await asked();
        const statement = customer.say(says(change));
        await assert.rejects(answer(statement), isWrong);
        assert.equal(session.state().tools.view.standing, 'asked');
        assert.deepEqual(await faults(session), ['customer: says-other']);
      });
    }

    it('are refused when they were used before, or are older than a later word', async () => {
      const session = await startSession(running, { tools: ['view'], customer });
      const volunteered: Says = { type: 'consent.volunteered', tool: 'chat', ...shown(session) };
      const early = customer.say(volunteered);
      const used = customer.say(volunteered);
      const allow = (statement: SignedStatement): Promise<unknown> =>
        session.agent({ type: 'consent.volunteered', tool: 'chat', statement });
      await allow(used);
      await session.agent({
        type: 'grant.revoke',
        tool: 'chat',
        statement: customer.say({ type: 'grant.revoked', tool: 'chat' }),
      });
      for (const statement of [used, early]) await assert.rejects(allow(statement), isWrong);
      assert.equal(session.state().tools.chat.standing, 'revoked');
      assert.deepEqual(await faults(session), ['customer: number', 'customer: number']);
      await allow(customer.say(volunteered));
      assert.equal(session.state().tools.chat.standing, 'granted');
    });

    it('are not taken from the statement of another tool', async () => {
      const session = await startSession(running, { tools: ['view'], customer });
      const statement = customer.say({ type: 'consent.volunteered', tool: 'chat', ...shown(session) });
      const message: FromAgent = { type: 'consent.volunteered', tool: 'clipboard', statement };
      await assert.rejects(session.agent(message), isWrong);
      assert.equal(session.state().tools.clipboard.standing, 'off');
    });

    it('were not heard when the record could not take them', async () => {
      const { session, says, answer } = await asked();
      running.recorder.fill();
      const statement = customer.say(says());
      await assert.rejects(answer(statement), refused('record.unavailable'));
      assert.equal(session.state().tools.view.standing, 'off', 'the session has ended');
      running.recorder.makeRoom();
      running.clock.advance(60_000);
      const again = () => session.agent({ type: 'account.state', statements: [statement] });
      await until('it is heard', () =>
        again().then(
          () => true,
          () => false,
        ),
      );
      assert.deepEqual(
        (await stated(session)).map(({ number }) => number),
        [1],
      );
    });
  });

  describe('of what ends something', () => {
    it('never hold it up: it takes effect, and that its signature was wrong is written down', async () => {
      const session = await startSession(running, { tools: ['view', 'chat'], customer });
      const strange = new SigningEnd('customer', session.sessionId);
      await session.agent({
        type: 'grant.revoke',
        tool: 'chat',
        statement: strange.say({ type: 'grant.revoked', tool: 'chat' }),
      });
      assert.equal(session.state().tools.chat.standing, 'revoked');
      await session.agent({
        type: 'grant.revoke',
        tool: 'view',
        statement: customer.say({ type: 'grant.revoked', tool: 'chat' }),
      });
      assert.equal(session.state().tools.view.standing, 'revoked');
      assert.deepEqual(await faults(session), ['customer: signature', 'customer: says-other']);
    });

    it('never hold it up either when there is none', async () => {
      const session = await startSession(running, { tools: ['view'], customer });
      await session.agent({ type: 'grant.revoke', tool: 'view' });
      assert.equal(session.state().tools.view.standing, 'revoked');
      assert.deepEqual(await faults(session), ['customer: missing']);
    });

    it('hold while the record is slow, with the statement beside them', async () => {
      const session = await startSession(running, { tools: ['view'], customer });
      running.recorder.hold();
      const revoked = session.agent({
        type: 'grant.revoke',
        tool: 'view',
        statement: customer.say({ type: 'grant.revoked', tool: 'view' }),
      });
      assert.equal(session.state().tools.view.standing, 'revoked');
      running.recorder.release();
      await revoked;
      assert.deepEqual((await running.types(session.sessionId)).slice(-2), [
        'account.stated',
        'grant.revoked',
      ]);
    });

    it('make no record longer without end, and count in a full one where they take something away', async () => {
      const started = await startSession(running, { tools: ['view'], customer });
      const { sessionId } = started;
      const before = (await running.entries(sessionId)).length;
      const filling = { type: 'media.refused', sessionId, side: 'customer', fault: 'no-grant' } as const;
      await running.recorder.append(Array.from({ length: 4_980 - before }, () => filling));
      running = await running.restart();
      await running.sessions.connected(sessionId, 'customer', 'agent 2');
      const agent = (message: FromAgent) => running.sessions.fromAgent(sessionId, message);
      const count = async () => (await running.entries(sessionId)).length;
      const revoke = (tool: 'view' | 'voice') =>
        agent({
          type: 'grant.revoke',
          tool,
          statement: customer.say({ type: 'grant.revoked', tool }),
        });
      const stop = (watchingId: string) =>
        agent({
          type: 'watching.stop',
          watchingId,
          statement: customer.say({ type: 'watching.stopped', watchingId }),
        });
      const ofNothing = [() => revoke('voice'), () => stop(randomUUID())];
      for (let room = 5_000 - (await count()); room > 0; room -= 1) await ofNothing[room % 2]!();
      for (const says of ofNothing) await assert.rejects(says(), refused('tries.too-many'));
      assert.equal(await count(), 5_000);
      await revoke('view');
      assert.deepEqual((await running.types(sessionId)).slice(-2), ['account.stated', 'grant.revoked']);
    });
  });

  describe('of a file', () => {
    const name = { salt: Buffer.alloc(16, 1).toString('base64'), name: 'report.pdf' };
    const fileOf = async () => {
      const session = await startSession(running, { tools: ['file-upload'], customer, signedBy });
      const fileId = randomUUID();
      await session.console({ type: 'file.offer', fileId, tool: 'file-upload', name: name.name, size: 3 });
      await session.agent({ type: 'file.accept', fileId });
      const finished = {
        fileId,
        outcome: 'completed' as 'completed' | 'cancelled',
        bytes: 3,
        sha256: sha256('abc'),
      };
      const says = (change: object = {}): Says => ({
        type: 'file.finished',
        tool: 'file-upload',
        ...finished,
        nameSha256: sha256(nameDigestInput(name)),
        ...change,
      });
      return { session, finished, says };
    };

    it('keep its name out of the account, beside which it stands until names are forgotten', async () => {
      const { session, finished, says } = await fileOf();
      const statement = customer.say(says());
      assert(!statement.text.includes(name.name));
      await session.agent({ type: 'file.finished', ...finished, statement, statedName: name });
      await session.console({
        type: 'file.finished',
        ...finished,
        statement: signedBy.say(says()),
        statedName: name,
      });
      const named = (await running.entries(session.sessionId)).filter(
        ({ type }) => type === 'file.name-stated',
      );
      assert.deepEqual(
        named.map((entry) => entry.type === 'file.name-stated' && [entry.side, entry.name]),
        [
          ['customer', name.name],
          ['technician', name.name],
        ],
      );
      assert.equal(session.state().files[0]?.standing, 'completed');
    });

    for (const end of ['agent', 'console'] as const) {
      const signer = () => (end === 'agent' ? customer : signedBy);
      const side = end === 'agent' ? 'customer' : 'technician';
      it(`are refused when they say something else than its message, or another name: ${side}`, async () => {
        const { session, finished, says } = await fileOf();
        const send = (change: object, statedName = name) =>
          session[end]({
            type: 'file.finished',
            ...finished,
            statement: signer().say(says(change)),
            statedName,
          });
        await assert.rejects(send({ sha256: sha256('abd') }), isWrong);
        await assert.rejects(send({ bytes: 4 }), isWrong);
        await assert.rejects(send({ outcome: 'failed' }), isWrong);
        await assert.rejects(send({ fileId: randomUUID() }), isWrong);
        await assert.rejects(send({}, { ...name, name: 'other.pdf' }), isWrong);
        await assert.rejects(send({ nameSha256: undefined }), isWrong);
        const forged = new SigningEnd(side, session.sessionId).say(says());
        await assert.rejects(
          session[end]({ type: 'file.finished', ...finished, statement: forged }),
          isWrong,
        );
        assert.equal(session.state().files[0]?.standing, 'accepted');
        assert.deepEqual(await faults(session), [
          ...Array(6).fill(`${side}: says-other`),
          `${side}: signature`,
        ]);
      });
    }

    it('count without a right signature when it was not finished', async () => {
      const { session, finished } = await fileOf();
      const forged = new SigningEnd('customer', session.sessionId).say({
        type: 'grant.revoked',
        tool: 'view',
      });
      await session.agent({
        type: 'file.finished',
        ...finished,
        sha256: undefined,
        outcome: 'cancelled',
        statement: forged,
      });
      assert.equal(session.state().files[0]?.standing, 'cancelled');
      assert.deepEqual(await faults(session), ['customer: signature']);
    });
  });

  describe('of the technician', () => {
    it('let nobody in with a wrong signature, or for another computer', async () => {
      const session = await startSession(running, { tools: ['view'], allow: [], customer, signedBy });
      const admit = (statement: SignedStatement) => session.console({ type: 'session.admit', statement });
      const signingKey = customer.signingKey;
      const strange = new SigningEnd('technician', session.sessionId);
      await assert.rejects(admit(strange.say({ type: 'computer.admitted', signingKey })), isWrong);
      await assert.rejects(admit(signedBy.say({ type: 'computer.admitted' })), isWrong);
      await assert.rejects(
        admit(signedBy.say({ type: 'computer.admitted', signingKey: strange.signingKey })),
        isWrong,
      );
      assert.equal(session.state().admitted, false);
      assert.deepEqual(await faults(session), [
        'technician: signature',
        'technician: says-other',
        'technician: says-other',
      ]);
      await admit(signedBy.say({ type: 'computer.admitted', signingKey }));
      assert.equal(session.state().admitted, true);
    });

    it('are not needed of a browser that cannot sign, which is in the record with its reason', async () => {
      const session = await startSession(running, { tools: ['view'], allow: [], customer });
      await session.console({ type: 'session.admit', unsigned: 'no-ed25519' });
      const admitted = (await running.entries(session.sessionId)).find(
        ({ type }) => type === 'session.admitted',
      );
      assert(admitted?.type === 'session.admitted' && admitted.unsigned === 'no-ed25519');
      const statements = [signedBy.say({ type: 'computer.admitted' })];
      await assert.rejects(session.console({ type: 'account.state', statements }), isWrong);
      assert.deepEqual(await faults(session), ['technician: no-key']);
    });
  });

  describe('that stand alone', () => {
    it('are each taken once, in any order, also after the end', async () => {
      const session = await startSession(running, { tools: ['view'], customer, signedBy });
      const lane = { tool: 'view' as const, laneId: randomUUID() };
      const started = customer.say({ type: 'tool.started', ...lane });
      const stopped = customer.say({ type: 'tool.stopped', ...lane, sent: 1, received: 2 });
      await session.console({ type: 'session.end' });
      const state = (...statements: SignedStatement[]) =>
        session.agent({ type: 'account.state', statements });
      await state(stopped);
      await state(started, stopped);
      await Promise.all([state(started), state(stopped)]);
      assert.deepEqual(
        (await stated(session)).filter(({ side }) => side === 'customer').map(({ number }) => number),
        [1, 3, 2],
      );
    });

    it('are refused when a number says two things, and one wrong one takes no right one with it', async () => {
      const session = await startSession(running, { tools: ['view'], customer });
      const started = (number?: number) =>
        customer.say(
          { type: 'tool.started', tool: 'view', laneId: randomUUID() },
          number === undefined ? {} : { number },
        );
      const statements = [started(), started(2), started()];
      await assert.rejects(session.agent({ type: 'account.state', statements }), isWrong);
      assert.deepEqual(await faults(session), ['customer: number']);
      assert.deepEqual(
        (await stated(session)).map(({ number }) => number),
        [1, 2, 4],
      );
    });

    for (const says of [
      { type: 'tool.started', tool: 'view', laneId: randomUUID() },
      { type: 'tool.stopped', tool: 'view', laneId: randomUUID(), sent: 0, received: 0 },
      { type: 'session.ended', status: 'ended', statements: 1 },
    ] as const) {
      it(`are refused of either side with a signature that is not right: ${says.type}`, async () => {
        const session = await startSession(running, { tools: ['view'], customer, signedBy });
        for (const end of ['agent', 'console'] as const) {
          const forger = new SigningEnd(end === 'agent' ? 'customer' : 'technician', session.sessionId);
          const message = { type: 'account.state' as const, statements: [forger.say(says)] };
          await assert.rejects(session[end](message), isWrong);
        }
        assert.deepEqual(await faults(session), ['customer: signature', 'technician: signature']);
      });
    }

    it('are known again after the broker was killed', async () => {
      const session = await startSession(running, { tools: ['view'], customer });
      const started = customer.say({ type: 'tool.started', tool: 'view', laneId: randomUUID() });
      await session.agent({ type: 'account.state', statements: [started] });
      running = await running.restart();
      const state = (statement: SignedStatement) =>
        running.sessions.fromAgent(session.sessionId, { type: 'account.state', statements: [statement] });
      await state(started);
      assert.equal((await stated(session)).length, 2);
      const other = customer.say({ type: 'grant.revoked', tool: 'view' }, { number: 2 });
      await assert.rejects(state(other), isWrong);
    });

    it('that are refused fill no record', async () => {
      const session = await startSession(running, { tools: ['view'], customer });
      const forger = new SigningEnd('customer', session.sessionId);
      for (let n = 0; n < 30; n += 1) {
        const statements = [forger.say({ type: 'grant.revoked', tool: 'view' })];
        await assert.rejects(session.agent({ type: 'account.state', statements }), isWrong);
      }
      assert.equal((await faults(session)).length, 20);
    });
  });
});
