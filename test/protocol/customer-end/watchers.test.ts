import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { FromAgent } from '../../../protocol/agent-messages.ts';
import { BrokerRefusal, NoAnswer } from '../../../protocol/customer-end/broker-answer.ts';
import { Watchers } from '../../../protocol/customer-end/watchers.ts';
import type { AgentSessionState } from '../../../protocol/session-state.ts';
import type { WatchingStanding, WatchingState } from '../../../protocol/watching.ts';

const AT = '2026-03-02T09:00:00.000Z';

describe('whom the customer’s own end lets watch', () => {
  let told: FromAgent[];
  let withdrawn: string[];
  let answer: () => Promise<unknown>;
  let watchers: Watchers;
  const digests = { sha256: () => new Uint8Array(32), salt: () => '' };
  const asked = (watchingId = randomUUID()): WatchingState => ({
    watchingId,
    name: 'Max Manager',
    role: 'manager',
    because: 'supervises',
    standing: 'asked',
    since: AT,
    isSeeing: false,
  });
  const stateWith = (...of: [WatchingState, WatchingStanding][]) =>
    ({ watchers: of.map(([watcher, standing]) => ({ ...watcher, standing })) }) as AgentSessionState;

  beforeEach(() => {
    told = [];
    withdrawn = [];
    answer = async () => {};
    watchers = new Watchers({
      decide: (message) => {
        told.push(message);
        return answer();
      },
      digests,
      withdrawn: (watchingId) => withdrawn.push(watchingId),
    });
  });

  it('is nobody without the customer’s yes, whatever the broker says', () => {
    const max = asked();
    watchers.reconcile(stateWith([max, 'allowed']), false);
    assert(!watchers.allows(max.watchingId));
    assert.deepEqual(
      told.map(({ type }) => type),
      ['watching.stop'],
      'and the broker hears that they may not',
    );
  });

  it('is whom they said yes to, until they stop it or the broker says that it is over', async () => {
    const [max, mia] = [asked(), asked()];
    await watchers.answer(max, true, 'person');
    await watchers.answer(mia, true, 'person');
    assert(watchers.allows(max.watchingId) && watchers.allows(mia.watchingId));
    await watchers.stop(max.watchingId);
    assert(!watchers.allows(max.watchingId));
    watchers.reconcile(stateWith([mia, 'ended']), false);
    assert(!watchers.allows(mia.watchingId));
    assert.deepEqual(withdrawn, [max.watchingId, mia.watchingId]);
  });

  it('tells an answer again that a broken connection swallowed, and takes it back where it is refused', async () => {
    const max = asked();
    answer = () => Promise.reject(new NoAnswer('gone'));
    await watchers.answer(max, true, 'person');
    assert(watchers.allows(max.watchingId), 'it holds here');
    answer = () => Promise.reject(new BrokerRefusal('request.out-of-order', 'too late'));
    watchers.reconcile(stateWith([max, 'asked']), true);
    assert.equal(told.length, 2);
    await new Promise((resolve) => setImmediate(resolve));
    assert(!watchers.allows(max.watchingId));
  });

  it('can be answered again after the broker did not take it, and once it did not any more', async () => {
    const max = asked();
    answer = () => Promise.reject(new BrokerRefusal('tries.too-many', 'Too many messages at once.'));
    await assert.rejects(watchers.answer(max, true, 'person'), BrokerRefusal);
    assert(!watchers.allows(max.watchingId));
    answer = async () => {};
    await watchers.answer(max, true, 'person');
    await watchers.answer(max, false, 'person');
    assert(watchers.allows(max.watchingId));
    assert.equal(told.length, 2);
  });

  it('is nobody when the picture is taken back', async () => {
    const max = asked();
    await watchers.answer(max, true, 'person');
    watchers.withdrawAll();
    assert(!watchers.allows(max.watchingId));
    assert.deepEqual(withdrawn, [max.watchingId]);
  });
});
