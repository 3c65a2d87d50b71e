import assert from 'node:assert/strict';
import { type LaneChannel, NETWORK_BROKE } from '../../../console/shared/lane-channel.ts';
import { Chat } from '../../../console/technician/chat.ts';
import { chatOfTab } from '../../../console/technician/kept-chat.ts';
import { ERRORS } from '../../../protocol/errors.ts';

/** The end of a lane that a page holds, with what it was given. */
function lane() {
  const sent: string[] = [];
  const channel = {
    isOpen: true,
    send: (bytes: Uint8Array) => void sent.push(JSON.parse(new TextDecoder().decode(bytes)).text),
    onOpen: () => {},
    onMessage: (_bytes: Uint8Array) => {},
    onClose: (_code: number) => {},
  };
  return { sent, channel, serve: (chat: Chat) => chat.serve(channel as unknown as LaneChannel) };
}

describe("The technician's chat", () => {
  it('keeps what is written while there is no lane', () => {
    const chat = new Chat();
    chat.say('Hello');
    assert.equal(chat.lines.get()[0]!.isWaiting, true);
    const { sent, channel, serve } = lane();
    serve(chat);
    channel.onOpen();
    assert.deepEqual(sent, ['Hello']);
    assert.equal(chat.lines.get()[0]!.isWaiting, false);
  });

  it('is there again after a reload, both sides of it, until the session is over', () => {
    const shelf = new Map<string, string>();
    const storage = {
      getItem: (key: string) => shelf.get(key) ?? null,
      setItem: (key: string, value: string) => void shelf.set(key, value),
      removeItem: (key: string) => void shelf.delete(key),
    } as unknown as Storage;
    const before = new Chat(chatOfTab('a session', storage));
    const first = lane();
    first.serve(before);
    before.say('Hello');
    const answer = { id: crypto.randomUUID(), at: new Date().toISOString(), text: 'Hello Tess' };
    first.channel.onMessage(new TextEncoder().encode(JSON.stringify(answer)));

    const after = new Chat(chatOfTab('a session', storage));
    assert.deepEqual(
      after.lines.get().map(({ from, text }) => [from, text]),
      [
        ['technician', 'Hello'],
        ['customer', 'Hello Tess'],
      ],
    );
    assert.deepEqual(new Chat(chatOfTab('another', storage)).lines.get(), []);
    // What the page gave to its lane just before it went may be lost: it goes again, under the same id.
    const second = lane();
    second.serve(after);
    second.channel.onOpen();
    assert.deepEqual(second.sent, ['Hello']);
    second.channel.onMessage(new TextEncoder().encode(JSON.stringify(answer)));
    assert.equal(after.lines.get().length, 2);
    after.forget();
    assert.equal(shelf.size, 0);
  });

  it('says again what a lane took that broke, and not what one took that ended', () => {
    const chat = new Chat();
    const first = lane();
    first.serve(chat);
    chat.say('Swallowed?');
    first.channel.onClose(NETWORK_BROKE);
    assert.equal(chat.lines.get()[0]!.isWaiting, true);
    const second = lane();
    second.serve(chat);
    second.channel.onOpen();
    assert.deepEqual(second.sent, ['Swallowed?']);
    second.channel.onClose(ERRORS['lane.finished'].close);
    assert.equal(chat.lines.get()[0]!.isWaiting, false);
    assert.equal(chat.lines.get().length, 1);
  });

  it('tells an end that takes over what was said before, and by whom', () => {
    const chat = new Chat();
    const first = lane();
    first.serve(chat);
    chat.say('Hello');
    const answer = { id: crypto.randomUUID(), at: new Date().toISOString(), text: 'Hello Tess' };
    first.channel.onMessage(new TextEncoder().encode(JSON.stringify(answer)));
    chat.retell();
    assert.deepEqual(first.sent, ['Hello'], 'the end before knows it');
    first.channel.onClose(ERRORS['lane.peer-gone'].close);

    const told: unknown[] = [];
    const next = lane();
    Object.assign(next.channel, {
      send: (bytes: Uint8Array) => {
        const { text, by } = JSON.parse(new TextDecoder().decode(bytes));
        told.push([text, by]);
      },
    });
    next.serve(chat);
    next.channel.onOpen();
    assert.deepEqual(told, [
      ['Hello', undefined],
      ['Hello Tess', 'customer'],
    ]);
    next.channel.onOpen();
    assert.equal(told.length, 2, 'once');
  });
});
