import assert from 'node:assert/strict';
import { Account } from '../../../protocol/customer-end/account.ts';
import { BrokerRefusal, NoAnswer } from '../../../protocol/customer-end/broker-answer.ts';
import { HandingOver } from '../../../protocol/customer-end/handing-over.ts';
import type { CountedLane } from '../../../protocol/customer-end/lane-channel.ts';
import { Lanes } from '../../../protocol/customer-end/lanes.ts';
import type { LanePass } from '../../../protocol/lane.ts';
import { readStatement, type Says } from '../../../protocol/proof/statement.ts';
import type { AgentSessionState } from '../../../protocol/session-state.ts';
import type { Surface } from '../../../protocol/surface.ts';
import type { Tool } from '../../../protocol/tool.ts';
import { memoryLane } from '../../support/memory-lane.ts';
import { SigningEnd } from '../../support/signing-end.ts';
import { until } from '../../support/until.ts';

const SESSION = '0198a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b';
const LANE = '0198a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5c';
const AT = '2026-03-02T09:00:00.000Z';
const pass = (laneId = LANE): LanePass => ({ laneId, tool: 'chat', ticket: 't' });

describe('a browser that hands over', () => {
  const program = new SigningEnd('customer', SESSION).signingKey;
  let end: SigningEnd;
  let told: Says[];
  let answer: () => void;
  let happened: string[];
  let canAsk: boolean;
  let allowed: Tool[];
  let shown: Surface | undefined;
  let lanes: Lanes;
  let account: Account;
  let handing: HandingOver;
  beforeEach(() => {
    end = new SigningEnd('customer', SESSION);
    told = [];
    answer = () => {};
    happened = [];
    canAsk = true;
    allowed = ['view', 'clipboard', 'chat'];
    shown = undefined;
    account = new Account({
      sessionId: SESSION,
      key: { signingKey: end.signingKey, sign: ({ says }) => end.say(says) },
      async send(message) {
        if (message.type === 'hand-over.confirm') answer();
        const statements =
          message.type === 'account.state'
            ? message.statements
            : 'statement' in message
              ? [message.statement]
              : [];
        for (const each of statements) told.push(readStatement(each!.text)!.says);
      },
    });
    lanes = new Lanes({
      connect: async () => closingLater(),
      allows: () => !handing.isUnderWay,
      serve: async () => {},
      requestPass: async () => pass(),
      wantAgain: () => {},
      changed: () => {},
      opened: (tool, laneId) => account.say({ type: 'tool.started', tool, laneId }),
      closed: (tool, laneId, bytes) => account.say({ type: 'tool.stopped', tool, laneId, ...bytes }),
    });
    handing = new HandingOver({
      account,
      lanes,
      allowed: () => allowed,
      shown: () => shown,
      send: async () => {},
      changed: () => {},
      canAsk: () => canAsk,
      done: () => happened.push('done'),
      failed: (held, refusal) =>
        happened.push(`failed, ${held.length} held${refusal ? `: ${refusal.message}` : ''}`),
    });
  });

  const state = (isThere: boolean, surface?: Surface) =>
    ({
      ...(isThere ? { handOver: { comes } } : {}),
      ...(surface ? { surface: { surface, since: AT } } : {}),
    }) as AgentSessionState;
  const comes = { signingKey: program, platform: 'Debian', since: AT, expiresAt: AT };
  /** The program has come, and the customer says that it is theirs. */
  const letIn = (surface?: Surface) => {
    shown = surface;
    handing.follow(state(true, surface), false);
    handing.letIn(program);
  };
  const settled = (times = 1) => until('it is settled', () => happened.length === times);

  it('says nothing to a program that came before its customer let it in, and knows which was not', async () => {
    await lanes.open(pass());
    handing.follow(state(true, 'screen'), false);
    handing.follow(state(true, 'screen'), true);
    assert.deepEqual(
      [handing.isUnderWay, handing.comes, handing.state().notLetIn],
      [false, comes, undefined],
    );
    assert.equal(lanes.now().length, 1);
    handing.follow(state(false, 'screen'), false);
    assert.deepEqual([handing.comes, handing.state().notLetIn], [undefined, comes]);
    // A yes that was for one that went is for no other.
    handing.follow(state(true), false);
    assert.deepEqual([handing.isUnderWay, handing.state().notLetIn, happened], [false, undefined, []]);
  });

  it('closes its lanes first, and says how many lines there are with its last', async () => {
    await lanes.open(pass());
    letIn('screen');
    assert.equal(handing.isUnderWay, true);
    await settled();
    assert.deepEqual(happened, ['done']);
    assert.deepEqual(
      told.map(({ type }) => type),
      ['tool.started', 'tool.stopped', 'agent.handed-over'],
    );
    const last = told.at(-1);
    assert(last?.type === 'agent.handed-over');
    assert.deepEqual([last.signingKey, last.allowed, last.statements], [program, ['view', 'chat'], 3]);
  });

  it('does not let the screen go on where a tab was shown', async () => {
    letIn('tab');
    await settled();
    assert(told[0]?.type === 'agent.handed-over');
    assert.deepEqual(told[0].allowed, ['chat']);
  });

  it('goes by what it showed itself, whatever the broker says is shown', async () => {
    shown = 'tab';
    handing.follow(state(true, 'screen'), false);
    handing.letIn(program);
    await settled();
    assert(told[0]?.type === 'agent.handed-over');
    assert.deepEqual(told[0].allowed, ['chat']);
  });

  it('does not let go on what is taken back while its lanes close', async () => {
    await lanes.open(pass());
    letIn('screen');
    assert.deepEqual([handing.isUnderWay, handing.hasSpoken], [true, false]);
    allowed = ['chat'];
    await settled();
    const last = told.at(-1);
    assert(last?.type === 'agent.handed-over');
    assert.deepEqual([last.allowed, handing.hasSpoken], [['chat'], true]);
  });

  it('says nothing behind its last word', async () => {
    letIn();
    await settled();
    account.say({ type: 'tool.started', tool: 'chat', laneId: LANE });
    await account.close({ status: 'ended' });
    assert.deepEqual(
      told.map(({ type }) => type),
      ['agent.handed-over'],
    );
  });

  it('goes on when the broker does not take it, with the lanes that were wanted meanwhile, and tries that program no more', async () => {
    answer = () => {
      assert.equal(handing.holds(pass()), true);
      throw new BrokerRefusal('request.out-of-order', 'This program is not waiting any more.');
    };
    letIn();
    await settled();
    assert.deepEqual(happened, ['failed, 1 held: This program is not waiting any more.']);
    assert.equal(handing.isUnderWay, false);
    assert.equal(handing.explainsDismissal, false);
    handing.follow(state(true), false);
    assert.equal(handing.isUnderWay, false);
    account.say({ type: 'tool.started', tool: 'chat', laneId: LANE });
    await until('it goes on with its account', () => told.at(-1)?.type === 'tool.started');
  });

  it('asks again by itself when the broker could not take it just then, or did not answer in time', async () => {
    const faults = [new BrokerRefusal('record.unavailable', 'The disk is full.'), new NoAnswer('too late')];
    answer = () => {
      const fault = faults.shift();
      if (fault) throw fault;
    };
    letIn();
    await settled(3);
    assert.deepEqual(happened, ['failed, 0 held', 'failed, 0 held', 'done']);
  });

  it('does not know what became of it without an answer: it tries again, or learns that it has no part in it any more', async () => {
    answer = () => {
      throw new NoAnswer('the broker did not answer');
    };
    canAsk = false;
    letIn();
    await settled();
    assert.equal(handing.explainsDismissal, true);
    answer = () => {};
    handing.follow(state(true), true);
    await settled(2);
    assert.deepEqual(happened, ['failed, 0 held', 'done']);
  });
});

/** Closes as a socket does: not in the turn in which it is asked. */
function closingLater(): CountedLane {
  const { a } = memoryLane();
  const close = a.close.bind(a);
  return Object.assign(a, { sentBytes: 5, receivedBytes: 7, close: () => void setImmediate(close) });
}
