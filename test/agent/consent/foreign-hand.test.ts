import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { givesMore, watchedInput } from '../../../agent/consent/foreign-hand.ts';
import type { InputSink } from '../../../agent/platform/platform.ts';

const nothing: InputSink = {
  key: async () => {},
  pointer: async () => {},
  releaseAll: async () => {},
  close: async () => {},
};

describe('a foreign hand on the customer’s mouse', () => {
  it('is noticed at every key and at every button, not at a mere move', async () => {
    let presses = 0;
    const input = watchedInput(nothing, () => {
      presses += 1;
    });
    await input.pointer(1, 1, 0);
    await input.pointer(2, 2, 0);
    assert.equal(presses, 0, 'moves');
    await input.pointer(2, 2, 1);
    await input.pointer(3, 3, 1);
    await input.pointer(3, 3, 0);
    assert.equal(presses, 2, 'down and up');
    await input.key(0xff0d, true, 0);
    await input.key(0xff0d, false, 0);
    assert.equal(presses, 4, 'a key');
  });

  it('holds back what gives more, and nothing that takes away', () => {
    const fileId = randomUUID();
    const requestId = randomUUID();
    assert(givesMore({ type: 'consent.answer', requestId, allowed: ['control'] }));
    assert(givesMore({ type: 'tool.allow', tool: 'file-download' }));
    assert(givesMore({ type: 'file.answer', fileId, accept: true, forSession: false }));
    assert(!givesMore({ type: 'consent.answer', requestId, allowed: [] }));
    assert(!givesMore({ type: 'file.answer', fileId, accept: false, forSession: false }));
    assert(!givesMore({ type: 'tool.stop', tool: 'view' }));
    assert(!givesMore({ type: 'stop', reason: 'stopped-by-customer' }));
  });
});
