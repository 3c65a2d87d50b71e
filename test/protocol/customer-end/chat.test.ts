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
  let technician = 'Tess';
  const events = { laneNeeded() {}, changed() {}, technician: () => technician };

  it('takes what the customer said to the end before this one as theirs', async () => {
    assert.deepEqual(await told(new Chat(events, true)), ['customer: Hello Tess', 'technician: Hello Ada']);
  });

  it('keeps with each message who wrote it, also what arrives when somebody else has the session already', async () => {
    const chat = new Chat(events);
    const [first, second] = [memoryLane(), memoryLane()];
    const send = ({ b }: typeof first, message: object) =>
      b.send(new TextEncoder().encode(JSON.stringify(message)));
    technician = 'Tess';
    chat.attach(first.a);
    technician = 'Tom';
    send(first, HEARD);
    await until('the first one was heard', () => chat.messages().length === 1);
    chat.attach(second.a);
    send(second, LAST);
    await until('both were heard', () => chat.messages().length === 2);
    assert.deepEqual(
      chat.messages().map(({ name }) => name),
      ['Tess', 'Tom'],
    );
  });

  it('lets nobody say what the customer wrote where there was no end before', async () => {
    assert.deepEqual(await told(new Chat(events)), ['technician: Hello Ada']);
  });
});
