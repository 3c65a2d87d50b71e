import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { FromAgent } from '../../../protocol/agent-messages.ts';
import { BrokerRefusal, NoAnswer } from '../../../protocol/customer-end/broker-answer.ts';
import { Passings } from '../../../protocol/customer-end/passings.ts';
import type { PassingState, Successor } from '../../../protocol/passing.ts';
import type { AgentSessionState } from '../../../protocol/session-state.ts';

const AT = '2026-03-02T09:00:00.000Z';
const tess = { name: 'Tess Technician', team: 'first line' };
const bob = { name: 'Bob Technician', team: 'second line' };

describe('who helps, as the customer’s own end knows it', () => {
  let told: FromAgent[];
  let kept: Successor[];
  let answer: () => Promise<unknown>;
  let passings: Passings;
  const asked = (successor = bob): PassingState => ({
    passingId: randomUUID(),
    successor,
    standing: 'asked',
    since: AT,
  });
  const state = (technician: Successor, passing?: PassingState) =>
    ({ card: { technician }, passing }) as AgentSessionState;
  const knows = (technician: Successor) => passings.follow(state(technician), false);

  beforeEach(() => {
    told = [];
    kept = [];
    answer = async () => {};
    passings = new Passings({
      decide: (message) => {
        told.push(message);
        return answer();
      },
      digests: { sha256: () => new Uint8Array(32), salt: () => '' },
      keep: (technician) => kept.push(technician),
    });
    knows(tess);
  });

  it('is the one with whom it began, and after them whoever the customer let go on', async () => {
    const question = asked();
    await passings.answer(question, true, 'person');
    assert(knows(tess), 'until the broker says that it is done');
    assert(knows(bob) && knows(bob));
    assert.deepEqual(kept, [tess, bob]);
    assert(!knows(tess), 'a yes is to one passing');
  });

  it('is nobody else, whatever the broker says', async () => {
    assert(!knows(bob));
    await passings.answer(asked(), false, 'person');
    knows(tess);
    assert(!knows(bob), 'nor after a no');
    knows(tess);
    await passings.answer(asked(), true, 'person');
    assert(!knows({ name: 'Eve Evil', team: 'second line' }));
  });

  it('is answered for as the question stood first, whatever name the broker puts into it since', () => {
    const question = asked();
    passings.follow(state(tess, question), false);
    assert(passings.isStill(question));
    const swapped = { ...question, successor: { name: 'Eve Evil', team: 'second line' } };
    passings.follow(state(tess, swapped), false);
    assert(!passings.isStill(swapped));
  });

  it('is not changed by a yes that the broker did not take', async () => {
    answer = async () => {
      throw new BrokerRefusal('request.out-of-order', 'too late');
    };
    await assert.rejects(passings.answer(asked(), true, 'person'));
    assert(!knows(bob));
  });

  it('is told again when the broker did not answer, and the first answer counts', async () => {
    answer = async () => {
      throw new NoAnswer('gone');
    };
    const question = asked();
    await passings.answer(question, true, 'person');
    await passings.answer(question, false, 'person');
    answer = async () => {};
    passings.follow(state(tess, question), true);
    assert.deepEqual(
      told.map((message) => message.type === 'passing.answered' && message.allowed),
      [true, true],
    );
  });

  it('is known still after the page was loaded anew', () => {
    const anew = new Passings({
      decide: async () => {},
      digests: { sha256: () => new Uint8Array(32), salt: () => '' },
      technician: tess,
    });
    assert(!anew.follow(state(bob), true));
  });
});
