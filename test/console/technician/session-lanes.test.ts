import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import WebSocket, { WebSocketServer } from 'ws';
import { SocketLane } from '../../../console/shared/lane-channel.ts';
import { SessionLanes } from '../../../console/technician/session-lanes.ts';
import { ERRORS } from '../../../protocol/errors.ts';
import type { LanePass } from '../../../protocol/lane.ts';
import type { Tool } from '../../../protocol/tool.ts';
import { until } from '../../support/until.ts';

// The browser's class; ws has the same interface.
globalThis.WebSocket ??= WebSocket as unknown as typeof globalThis.WebSocket;

describe('SessionLanes', () => {
  let server: WebSocketServer;
  let origin: string;
  let asked: Tool[];
  /** What the broker answers to `lane.open`. */
  let answer: (tool: Tool) => Promise<LanePass>;
  let lanes: SessionLanes;
  let received: string[];

  const pass = (tool: Tool, laneId: string = randomUUID()): LanePass => ({
    laneId,
    tool,
    ticket: `${tool}-ticket`,
  });
  const openTools = () => [...lanes.open.get().keys()];
  const isOpen = (...tools: Tool[]) =>
    until(`${tools.join(', ') || 'nothing'} is open`, () => openTools().join() === tools.join());

  beforeEach(async () => {
    server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
    await once(server, 'listening');
    origin = `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
    asked = [];
    received = [];
    answer = async (tool) => pass(tool);
    lanes = new SessionLanes({
      requestPass: (tool) => {
        asked.push(tool);
        return answer(tool);
      },
      connect: (given) => new SocketLane(given, origin),
      serve: (lane) => {
        lane.onMessage = (bytes) => received.push(Buffer.from(bytes).toString());
      },
    });
  });

  afterEach(async () => {
    lanes.close();
    for (const client of server.clients) client.terminate();
    server.close();
    await once(server, 'close');
  });

  it('opens what is wanted as soon as it may be used, and nothing else', async () => {
    lanes.want('view');
    assert.deepEqual(asked, []);
    lanes.allow(new Set(['view', 'chat']));
    await isOpen('view');
    assert.deepEqual(asked, ['view']);
  });

  it('closes a lane here and now when its grant is gone', async () => {
    lanes.want('view');
    lanes.allow(new Set(['view']));
    await isOpen('view');
    lanes.allow(new Set());
    assert.deepEqual(openTools(), []);
    await until('the broker sees it closed', () => server.clients.size === 0);
    assert.deepEqual(asked, ['view']);
  });

  it('hands the first message over, however early it comes', async () => {
    server.once('connection', (socket) => socket.send(Buffer.from('first')));
    lanes.want('chat');
    lanes.allow(new Set(['chat']));
    await until('it is received', () => received.length === 1);
    assert.deepEqual(received, ['first']);
  });

  it('opens a broken lane again', async () => {
    lanes.want('view');
    lanes.allow(new Set(['view']));
    await isOpen('view');
    for (const client of server.clients) client.terminate();
    await isOpen();
    await isOpen('view');
    assert.deepEqual(asked, ['view', 'view']);
  });

  it('tries again after a refusal', async () => {
    answer = async (tool) => {
      if (asked.length === 1) throw new Error('not now');
      return pass(tool);
    };
    lanes.want('view');
    lanes.allow(new Set(['view']));
    await isOpen('view');
    assert.deepEqual(asked, ['view', 'view']);
  });

  it('comes when the other end opened a lane that nobody here wanted', async () => {
    lanes.allow(new Set(['file-download']));
    lanes.offered(pass('file-download'));
    await isOpen('file-download');
    assert.deepEqual(asked, []);
  });

  it('keeps its lane when the other end opened the same one at the same time', async () => {
    const laneId = randomUUID();
    answer = async (tool) => pass(tool, laneId);
    let connections = 0;
    server.on('connection', () => {
      connections += 1;
    });
    lanes.want('view');
    lanes.allow(new Set(['view']));
    lanes.offered(pass('view', laneId));
    await isOpen('view');
    assert.equal(connections, 1);
  });

  it('goes over to the newer lane of a tool', async () => {
    lanes.want('view');
    lanes.allow(new Set(['view']));
    await isOpen('view');
    const newer = pass('view');
    lanes.offered(newer);
    await until('the newer one is open', () => lanes.open.get().get('view')?.laneId === newer.laneId);
    await until('the older one is closed', () => server.clients.size === 1);
  });

  it('leaves a lane to the other window that took it, until it is asked to take it back', async () => {
    lanes.want('view');
    lanes.allow(new Set(['view']));
    await isOpen('view');
    for (const client of server.clients) client.close(ERRORS['lane.replaced'].close);
    await until('it is told', () => lanes.takenOver.get());
    lanes.allow(new Set());
    lanes.allow(new Set(['view']));
    assert.deepEqual(asked, ['view']);
    lanes.takeBack();
    await isOpen('view');
    assert.equal(lanes.takenOver.get(), false);
  });

  it('opens nothing new while somebody is away, and goes on when they are back', async () => {
    lanes.want('view');
    lanes.want('chat');
    lanes.allow(new Set(['view']));
    await isOpen('view');
    lanes.restrict(new Set(['view', 'chat']));
    assert.deepEqual(openTools(), ['view']);
    assert.deepEqual(asked, ['view']);
    lanes.allow(new Set(['view', 'chat']));
    await isOpen('view', 'chat');
    assert.deepEqual(asked, ['view', 'chat']);
  });

  it('does not open again what is no longer wanted', async () => {
    lanes.want('file-upload');
    lanes.allow(new Set(['file-upload']));
    await isOpen('file-upload');
    lanes.unwant('file-upload');
    for (const client of server.clients) client.close(1000);
    await isOpen();
    lanes.allow(new Set(['file-upload']));
    assert.deepEqual(asked, ['file-upload']);
  });
});
