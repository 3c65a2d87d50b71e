import assert from 'node:assert/strict';
import { once } from 'node:events';
import { WebSocket } from 'ws';
import { type RunningBroker, startBroker } from '../support/broker.ts';
import { layNetworkCable, type NetworkCable } from '../support/network-cable.ts';

describe('stopping the broker', () => {
  let broker: RunningBroker;
  let cable: NetworkCable;
  before(async function () {
    this.timeout(60_000);
    broker = await startBroker();
    cable = await layNetworkCable({ host: '127.0.0.1', port: broker.port });
  });
  after(async () => {
    await cable.unplug();
    await broker.close();
  });

  it('does not wait for a peer whose network is dead', async function () {
    this.timeout(20_000); // a WebSocket's own patience is 30 s
    const agent = new WebSocket(`ws://127.0.0.1:${cable.port}/signalling/?EIO=4&transport=websocket`);
    agent.on('error', () => {}); // it is cut off in the end
    await once(agent, 'message');
    cable.cut();
    assert.equal(await broker.program.stop(), 0);
    agent.terminate();
  });
});
