import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import type { ToConsole } from '../../protocol/console-messages.ts';
import { type RunningStore, startSession, startStore } from '../sessions/start-sessions.ts';
import { until } from '../support/until.ts';
import { type Client, type RunningSignalling, startSignalling } from './start-signalling.ts';

/** The client's TCP socket: paused, it reads nothing, and still writes. */
const tcpOf = (client: Client<ToConsole>) =>
  (client.socket.io.engine.transport as unknown as { ws: { _socket: Socket } }).ws._socket;

describe('a client that does not read', () => {
  let record: RunningStore;
  let broker: RunningSignalling;
  before(async () => {
    record = await startStore();
  });
  beforeEach(async () => {
    broker = await startSignalling(record);
  });
  afterEach(() => broker.stop());
  after(() => record.stop());

  /** A page that watches a session whose state is as large as it gets by asking: 80 kB. */
  async function watchLargeState() {
    const session = await startSession(broker, { tools: ['view', 'file-download'] });
    const path = '/'.padEnd(4096, 'x');
    for (let i = 0; i < 20; i++) await session.console({ type: 'file.ask', fileId: randomUUID(), path });
    const page = await broker.console();
    await page.ask({ type: 'session.watch', sessionId: session.sessionId });
    await broker.sessions.disconnected(session.sessionId, 'technician', 'console 1');
    return { session, page };
  }

  it('gets the newest state when it reads again, and none of those that it overtook', async () => {
    const { session, page } = await watchLargeState();
    tcpOf(page).pause();
    for (let i = 0; i < 150; i++) {
      await session.agent({ type: 'consent.volunteered', tool: 'chat' });
      await session.agent({ type: 'grant.revoke', tool: 'chat' });
    }
    assert.equal(session.state().presence.technician, 'here', 'the broker hung up');
    const { revision } = session.state();
    tcpOf(page).resume();
    await page.hears(
      'the newest state',
      (message) => message.type === 'session.state' && message.state.revision === revision,
    );
    assert(page.pushed.length < 300, `${page.pushed.length} states for 300 changes`);
  });

  it('is hung up on when it asks on and takes no answers', async () => {
    const { session, page } = await watchLargeState();
    tcpOf(page).pause();
    for (let i = 0; i < 250; i++) {
      page.socket.emit('message', { type: 'session.watch', sessionId: session.sessionId }, () => {});
    }
    await until('the broker hung up', () => session.state().presence.technician === 'away');
  });
});
