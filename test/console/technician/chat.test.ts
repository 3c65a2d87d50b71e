import assert from 'node:assert/strict';
import { type LaneChannel, NETWORK_BROKE } from '../../../console/shared/lane-channel.ts';
import { Chat } from '../../../console/technician/chat.ts';
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
});
