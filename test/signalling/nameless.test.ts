import assert from 'node:assert/strict';
import { once } from 'node:events';
import { WebSocket } from 'ws';
import { type RunningStore, startSession, startStore } from '../sessions/start-sessions.ts';
import { type RunningSignalling, startSignalling } from './start-signalling.ts';

describe('a crowd that says nothing', () => {
  const MAX_NAMELESS = 10;
  let record: RunningStore;
  let broker: RunningSignalling;
  const silent: WebSocket[] = [];
  before(async () => {
    record = await startStore();
  });
  beforeEach(async () => {
    broker = await startSignalling(record, { maxNameless: MAX_NAMELESS });
  });
  afterEach(async () => {
    for (const socket of silent.splice(0)) socket.terminate();
    await broker.stop();
  });
  after(() => record.stop());

  async function connectFrom(address: string): Promise<WebSocket> {
    const socket = new WebSocket(`ws://127.0.0.1:${broker.port}/signalling/?EIO=4&transport=websocket`, {
      headers: { 'x-forwarded-for': address },
    });
    silent.push(socket);
    socket.on('error', () => {});
    await once(socket, 'open');
    return socket;
  }

  it('shuts nobody else out: it makes room for them itself', async () => {
    const session = await startSession(broker);
    const slow = await connectFrom('198.51.100.1');
    const oldest = await connectFrom('203.0.113.1');
    const gone = once(oldest, 'close');
    for (let host = 2; host < MAX_NAMELESS; host++) await connectFrom('203.0.113.1');
    const agent = await broker.agent(session.joined.agentToken);
    await gone;
    await broker.console();
    assert(agent.socket.connected);
    assert.equal(slow.readyState, WebSocket.OPEN, 'an address with one connection keeps it');
  });

  it('counts as one address over a whole IPv6 network', async () => {
    const slow = await connectFrom('198.51.100.1');
    for (let host = 1; host <= MAX_NAMELESS; host++) await connectFrom(`2001:db8:1:2::${host}`);
    assert.equal(slow.readyState, WebSocket.OPEN);
  });

  it('is not joined by who named itself and left: it is hung up on', async () => {
    const session = await startSession(broker);
    const agent = await broker.agent(session.joined.agentToken);
    const left = new Promise<void>((resolve) => agent.socket.io.engine.once('close', () => resolve()));
    agent.socket.io.engine.write('41/agent,');
    await left;
  });
});
