import assert from 'node:assert/strict';
import type { CountedLane } from '../../../protocol/customer-end/lane-channel.ts';
import { Lanes } from '../../../protocol/customer-end/lanes.ts';
import type { LanePass } from '../../../protocol/lane.ts';
import type { Tool } from '../../../protocol/tool.ts';

/** A lane that only counts, and closes. */
function counting() {
  const closing: (() => void)[] = [];
  return {
    sentBytes: 0,
    receivedBytes: 0,
    bufferedBytes: 0,
    send() {},
    onMessage() {},
    onDrain() {},
    onClose: (handler: () => void) => closing.push(handler),
    close: () => closing.splice(0).forEach((each) => void each()),
  };
}

describe('what was used, as the customer’s end counts it', () => {
  const opened = async (before: Tool[] = []) => {
    const made: ReturnType<typeof counting>[] = [];
    const lanes = new Lanes(
      {
        async connect() {
          made.push(counting());
          return made.at(-1) as CountedLane;
        },
        allows: () => true,
        serve: async () => {},
        requestPass: async () => assert.fail('nothing is asked for'),
        wantAgain() {},
        changed() {},
        opened() {},
        closed() {},
      },
      before,
    );
    const open = async (tool: Tool, watchingId?: string) => {
      const laneId = crypto.randomUUID();
      await lanes.open({ tool, laneId, ticket: 'a-ticket', watchingId } as LanePass);
      return made.at(-1)!;
    };
    return { lanes, open };
  };

  it('is what something went over, either way, and not what was only open', async () => {
    const { lanes, open } = await opened();
    const [view, voice] = [await open('view'), await open('voice')];
    assert.deepEqual(lanes.used(), []);
    view.sentBytes = 1;
    assert.deepEqual(lanes.used(), ['view']);
    voice.close();
    const chat = await open('chat');
    chat.receivedBytes = 1;
    lanes.finishAll();
    assert.deepEqual(lanes.used(), ['view', 'chat']);
  });

  it('is not the technician’s where only somebody who watches saw it', async () => {
    const { lanes, open } = await opened();
    const watched = await open('view', crypto.randomUUID());
    watched.sentBytes = 1000;
    lanes.finishAll();
    assert.deepEqual(lanes.used(), []);
  });

  it('is known of a page that was loaded anew', async () => {
    const { lanes } = await opened(['control']);
    assert.deepEqual(lanes.used(), ['control']);
  });
});
