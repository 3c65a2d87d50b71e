import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { FromAgent } from '../../../protocol/agent-messages.ts';
import { BrokerRefusal, NoAnswer } from '../../../protocol/customer-end/broker-answer.ts';
import type { KeptHelp } from '../../../protocol/customer-end/kept-end.ts';
import { Passings } from '../../../protocol/customer-end/passings.ts';
import type { PassingState, Successor } from '../../../protocol/passing.ts';
import type { AgentSessionState } from '../../../protocol/session-state.ts';

const AT = '2026-03-02T09:00:00.000Z';
const tess = { name: 'Tess Technician', team: 'first line' };
const bob = { name: 'Bob Technician', team: 'second line' };

describe('who helps, as the customer’s own end knows it', () => {
  let told: FromAgent[];
  let kept: KeptHelp[];
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
  const follows = (technician: Successor, question?: PassingState) =>
    passings.follow(state(technician, question), false);
  const start = (help?: KeptHelp) =>
    new Passings({
      decide: (message) => {
        told.push(message);
        return answer();
      },
      digests: { sha256: () => new Uint8Array(32), salt: () => '' },
      kept: help,
      keep: (newest) => kept.push(newest),
    });
  const saysYes = async (successor = bob) => {
    const question = asked(successor);
    follows(tess, question);
    await passings.answer(question, true, 'person');
    return question;
  };

  beforeEach(() => {
    told = [];
    kept = [];
    answer = async () => {};
    passings = start();
    follows(tess);
  });

  it('is the one with whom it began, and after them whoever the customer let go on', async () => {
    const question = await saysYes();
    assert.equal(follows(tess, question), 'the same', 'until the broker says that it is done');
    assert.equal(follows(bob), 'the next');
    assert.equal(follows(bob), 'the same');
    assert.deepEqual(
      kept.map(({ technician }) => technician.name),
      [tess.name, tess.name, bob.name],
    );
    assert.equal(follows(tess), 'a stranger', 'a yes is to one passing');
  });

  it('is nobody else, whatever the broker says', async () => {
    assert.equal(follows(bob), 'a stranger');
    assert.equal(follows(tess), 'a stranger');
    await passings.answer(asked(), false, 'person');
    assert.equal(follows(bob), 'a stranger', 'nor after a no');
    follows(tess);
    await saysYes();
    assert.equal(follows({ name: 'Eve Evil', team: 'second line' }), 'a stranger');
  });

  it('is nobody by a yes whose question went without them', async () => {
    await saysYes();
    assert.equal(follows(tess), 'the same');
    assert.equal(follows(bob), 'a stranger', 'the offer was taken back, and the yes with it');
  });

  it('is told from a colleague of the same name by the end of the question', async () => {
    const namesake = { ...tess };
    const question = await saysYes(namesake);
    assert.equal(follows(tess, question), 'the same');
    assert.equal(follows(namesake), 'the next');
    assert.equal(follows(namesake), 'the same');
  });

  it('is answered for as the question stood first, whatever name the broker puts into it since', () => {
    const question = asked();
    passings.follow(state(tess, question), false);
    assert(passings.isStill(question));
    const swapped = { ...question, successor: { name: 'Eve Evil', team: 'second line' } };
    passings.follow(state(tess, swapped), false);
    assert(!passings.isStill(swapped));
  });

  it('is not changed by a yes that the broker did not take, and may be answered for once more', async () => {
    answer = async () => {
      throw new BrokerRefusal('request.out-of-order', 'not just now');
    };
    const question = asked();
    follows(tess, question);
    await assert.rejects(passings.answer(question, true, 'person'));
    assert.equal(kept.at(-1)?.next, undefined);
    answer = async () => {};
    await passings.answer(question, true, 'person');
    assert.equal(follows(bob), 'the next');
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
    passings = start({ technician: tess });
    assert.equal(follows(bob), 'a stranger');
  });

  it('is the one whom the customer let go on also when the page was loaded anew meanwhile', async () => {
    const question = await saysYes();
    passings = start(kept.at(-1));
    assert.equal(follows(tess, question), 'the same');
    assert.equal(follows(bob), 'the next');
    passings = start(kept.at(-1));
    assert.equal(follows(bob), 'the same');
    assert.equal(follows(tess), 'a stranger');
  });
});
