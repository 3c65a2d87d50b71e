import assert from 'node:assert/strict';
import { Chat } from '../../../protocol/customer-end/chat.ts';
import { Talk } from '../../../protocol/customer-end/kept-end.ts';
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
    assert.deepEqual(await told(new Chat(events, { hasPast: true })), [
      'customer: Hello Tess',
      'technician: Hello Ada',
    ]);
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

  it('repeats to nobody else what a technician may not have got of theirs', async () => {
    let kept: Talk | undefined;
    technician = 'Tess';
    const chat = new Chat(events, { keep: (talk) => (kept = talk) });
    const first = memoryLane();
    chat.attach(first.a);
    chat.say('For Tess');
    first.b.close();
    technician = 'Tom';
    for (const each of [chat, new Chat(events, { kept })]) {
      const next = memoryLane();
      const arrived: string[] = [];
      next.b.onMessage((bytes) => void arrived.push(JSON.parse(bytes.toString()).text));
      each.attach(next.a);
      assert.equal(each.waiting, false);
      each.say('For Tom');
      await until('what is written to them', () => arrived.length > 0);
      assert.deepEqual(arrived, ['For Tom']);
    }
  });

  it('goes on after it was loaded anew: nothing is lost, nothing stands twice, and what may not have arrived goes again', async () => {
    let kept: Talk | undefined;
    const keep = (talk: Talk) => {
      kept = Talk.parse(JSON.parse(JSON.stringify(talk)));
    };
    const chat = new Chat(events, { keep });
    const { a, b } = memoryLane();
    chat.attach(a);
    b.send(new TextEncoder().encode(JSON.stringify(HEARD)));
    await until('it was heard', () => chat.messages().length === 1);
    chat.say('Given to a lane');
    b.close();
    chat.say('Waits for one');

    const anew = new Chat(events, { kept, keep });
    const said = ['Hello Tess', 'Given to a lane', 'Waits for one'];
    const texts = () => anew.messages().map(({ text }) => text);
    assert.deepEqual(texts(), said);
    const next = memoryLane();
    const arrived: string[] = [];
    next.b.onMessage((bytes) => void arrived.push(JSON.parse(bytes.toString()).text));
    anew.attach(next.a);
    next.b.send(new TextEncoder().encode(JSON.stringify(HEARD)));
    next.b.send(new TextEncoder().encode(JSON.stringify(LAST)));
    await until('all was told', () => arrived.length === 2 && anew.messages().length === 4);
    assert.deepEqual(arrived, said.slice(1));
    assert.deepEqual(texts(), [...said, LAST.text]);
  });

  it('repeats what a dead network took, also minutes later, and to nobody else of the same name', async (): Promise<void> => {
    let kept: Talk | undefined;
    technician = 'Tess';
    const chat = new Chat(events, { keep: (talk) => (kept = talk) });
    const first = memoryLane();
    chat.attach(first.a);
    chat.say('Are you there?');
    first.b.close();
    const minutesAgo = new Date(Date.now() - 10 * 60_000).toISOString();
    const old = { ...kept!, given: kept!.given.map((message) => ({ ...message, at: minutesAgo })) };
    const anew = new Chat(events, { kept: old });
    const next = memoryLane();
    const arrived: string[] = [];
    next.b.onMessage((bytes) => void arrived.push(JSON.parse(bytes.toString()).text));
    assert.deepEqual([chat.waiting, anew.waiting], [false, false], 'no lane is asked for to say it again');
    anew.attach(next.a);
    await until('it was told again', () => arrived.length > 0);
    assert.deepEqual(arrived, ['Are you there?']);

    const other = new Chat(events, { kept: old });
    other.forgetGiven();
    assert.equal(other.waiting, false);
  });

  it('lets nobody say what the customer wrote where there was no end before', async () => {
    assert.deepEqual(await told(new Chat(events)), ['technician: Hello Ada']);
  });
});
