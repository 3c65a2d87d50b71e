import assert from 'node:assert/strict';
import { FlowControl } from '../../../agent/screen/flow-control.ts';

function start() {
  let time = 0;
  const flow = new FlowControl(() => time);
  return {
    flow,
    wait(ms: number) {
      time += ms;
    },
  };
}

describe('flow control', () => {
  it('sends two updates into an unknown path and then waits for an answer', () => {
    const { flow } = start();
    flow.sent(100);
    assert.equal(flow.canSend(), true);
    flow.sent(100);
    assert.equal(flow.canSend(), false);
  });

  it('keeps a long path full as long as answers come in time', () => {
    const { flow, wait } = start();
    flow.sent(100);
    wait(200);
    flow.answered();
    for (let i = 0; i < 10; i++) {
      assert.equal(flow.canSend(), true);
      flow.sent(100);
      wait(20);
    }
  });

  it('stops when the oldest update is later than the path explains', () => {
    const { flow, wait } = start();
    flow.sent(100);
    wait(10);
    flow.answered();
    flow.sent(100);
    wait(71);
    assert.equal(flow.canSend(), false);
    flow.answered();
    assert.equal(flow.canSend(), true);
  });

  it('bounds what is on the way, in count and in bytes', () => {
    const { flow, wait } = start();
    flow.sent(1);
    wait(1000);
    flow.answered();
    for (let i = 0; i < 31; i++) flow.sent(1);
    assert.equal(flow.canSend(), true);
    flow.sent(1);
    assert.equal(flow.canSend(), false);
    while (flow.inFlight > 0) flow.answered();
    flow.sent(5 * 1024 * 1024);
    assert.equal(flow.canSend(), false);
  });

  it('forgets a short path after a while when the path became long', () => {
    const { flow, wait } = start();
    const answerAfter = (ms: number) => {
      flow.sent(1);
      wait(ms);
      flow.answered();
    };
    answerAfter(5);
    for (let i = 0; i < 30; i++) answerAfter(1000);
    flow.sent(1);
    wait(900);
    assert.equal(flow.canSend(), true);
  });

  it('does not mind an answer that nobody asked for', () => {
    const { flow } = start();
    assert.equal(flow.answered(), false);
    assert.equal(flow.canSend(), true);
  });
});
