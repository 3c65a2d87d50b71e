import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import { openLaneSocket } from '../../../agent/connection/lane-socket.ts';
import type { LaneChannel } from '../../../agent/lane-channel.ts';
import { until } from '../../support/until.ts';

describe('A lane at the agent', () => {
  let server: WebSocketServer;
  let lane: LaneChannel;
  let other: WebSocket;

  beforeEach(async () => {
    server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false });
    await once(server, 'listening');
    const connected = once(server, 'connection');
    lane = await openLaneSocket(new URL(`ws://127.0.0.1:${(server.address() as AddressInfo).port}/lane`));
    other = (await connected)[0] as WebSocket;
  });

  afterEach(async () => {
    lane.close();
    for (const client of server.clients) client.terminate();
    server.close();
    await once(server, 'close');
  });

  it('carries whole messages both ways, in order', async () => {
    const heard: string[] = [];
    lane.onMessage((message) => heard.push(String(message)));
    for (let index = 0; index < 100; index += 1) other.send(Buffer.from(String(index)));
    await until('all of them', () => heard.length === 100);
    assert.deepEqual(heard, [...Array(100).keys()].map(String));
    const answered = once(other, 'message');
    lane.send(Buffer.from('back'));
    const [message, isBinary] = await answered;
    assert.deepEqual([String(message), isBinary], ['back', true]);
  });

  it('delivers nothing while nobody listens, and everything afterwards', async () => {
    for (let index = 0; index < 50; index += 1) other.send(Buffer.from([index]));
    await until('they are sent', () => other.bufferedAmount === 0);
    const heard: number[] = [];
    // Stops in the middle of what has arrived already.
    lane.onMessage((message) => {
      heard.push(message[0]!);
      if (heard.length === 10) lane.onMessage(undefined);
    });
    await until('ten', () => heard.length === 10);
    lane.onMessage((message) => heard.push(message[0]!));
    await until('the rest', () => heard.length === 50);
    assert.deepEqual(heard, [...Array(50).keys()]);
  });

  it('slows the other end down while nobody listens', async () => {
    const block = Buffer.alloc(1024 * 1024);
    for (let index = 0; index < 64; index += 1) other.send(block);
    await until('the other end is full', () => other.bufferedAmount > 32 * 1024 * 1024);
    let bytes = 0;
    lane.onMessage((message) => {
      bytes += message.length;
    });
    await until('everything', () => bytes === 64 * block.length);
  });

  it('tells when what it queued has drained', async () => {
    other.pause();
    let drained = 0;
    lane.onDrain(() => drained++);
    for (let index = 0; index < 32; index += 1) lane.send(Buffer.alloc(1024 * 1024));
    assert.ok(lane.bufferedBytes > 8 * 1024 * 1024);
    assert.equal(drained, 0);
    other.resume();
    await until('it drains', () => drained === 1 && lane.bufferedBytes === 0);
  });

  it('tells once that it is closed, from whichever end', async () => {
    let closed = 0;
    lane.onClose(() => closed++);
    lane.close();
    lane.close();
    assert.equal(closed, 1);
    lane.onClose(() => closed++);
    assert.equal(closed, 2);
    await once(other, 'close');
    lane.send(Buffer.from('into the void'));
  });

  it('delivers nothing any more once it is closed here', async () => {
    let heard = 0;
    lane.onMessage(() => heard++);
    lane.close();
    other.send(Buffer.from('late'));
    await once(other, 'close');
    assert.equal(heard, 0);
  });

  it('closes on text, and on more than a lane may carry at once', async () => {
    lane.onMessage(() => {});
    const closed = once(other, 'close');
    other.send('text');
    assert.equal((await closed)[0], 1003);
    const connected = once(server, 'connection');
    const second = await openLaneSocket(new URL(`ws://127.0.0.1:${(server.address() as AddressInfo).port}/`));
    second.onMessage(() => assert.fail('too large'));
    const [peer] = (await connected) as [WebSocket];
    const over = new Promise<void>((resolve) => second.onClose(resolve));
    peer.on('error', () => {});
    peer.send(Buffer.alloc(9 * 1024 * 1024));
    await over;
  });

  it('rejects when it cannot be opened', async () => {
    await assert.rejects(openLaneSocket(new URL('ws://127.0.0.1:1/lane')), /ECONNREFUSED/);
  });
});
