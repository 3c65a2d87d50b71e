import assert from 'node:assert/strict';
import { Account } from '../../../protocol/customer-end/account.ts';
import { BrokerRefusal, NoAnswer } from '../../../protocol/customer-end/broker-answer.ts';
import { ToldSurface } from '../../../protocol/customer-end/told-surface.ts';

describe('what a customer’s end says of what it shows', () => {
  let answer: () => void;
  let told: ToldSurface;
  beforeEach(() => {
    answer = () => {};
    const send = async () => answer();
    told = new ToldSurface(new Account({ sessionId: 'a session', key: undefined, send }), send);
  });

  it('is its word once the broker has taken it, until something else is shown or nothing', async () => {
    await told.shared('screen');
    assert.equal(told.shown, 'screen');
    await told.shared('tab');
    assert.equal(told.shown, 'tab');
    told.forget();
    assert.equal(told.shown, undefined);
  });

  it('is told again after an answer was lost, and is its word then', async () => {
    answer = () => {
      throw new NoAnswer();
    };
    await told.shared('screen');
    assert.equal(told.shown, undefined);
    answer = () => {};
    await told.again();
    assert.equal(told.shown, 'screen');
  });

  it('is none where the broker refuses it, or the screen was taken back while it was on its way', async () => {
    await told.shared('tab');
    answer = () => {
      throw new BrokerRefusal('request.out-of-order', 'The screen is not allowed.');
    };
    await assert.rejects(told.shared('screen'), BrokerRefusal);
    assert.equal(told.shown, undefined);
    answer = () => told.forget();
    await told.shared('screen');
    assert.equal(told.shown, undefined);
  });
});
