import assert from 'node:assert/strict';
import { Chat } from '../../../protocol/customer-end/chat.ts';
import { memoryLane } from '../../support/memory-lane.ts';
import { until } from '../../support/until.ts';

const HEARD = {
  id: '0198a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b',
  at: '2026-03-02T09:00:00.000Z',
  text: 'Hello Tess',
};
const LAST = { ...HEARD, id: '0198a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5c', text: 'Hello Ada' };

describe('the customer’s chat', () => {
  const told = async (chat: Chat) => {
    const { a, b } = memoryLane();
    chat.attach(a);
    for (const each of [{ ...HEARD, by: 'customer' }, LAST])
      b.send(new TextEncoder().encode(JSON.stringify(each)));
    await until('it has heard all', () => chat.messages().some(({ id }) => id === LAST.id));
    return chat.messages().map(({ from, text }) => `${from}: ${text}`);
  };
  const events = { laneNeeded() {}, changed() {} };

  it('takes what the customer said to the end before this one as theirs', async () => {
    assert.deepEqual(await told(new Chat(events, true)), ['customer: Hello Tess', 'technician: Hello Ada']);
  });

  it('lets nobody say what the customer wrote where there was no end before', async () => {
    assert.deepEqual(await told(new Chat(events)), ['technician: Hello Ada']);
  });
});
