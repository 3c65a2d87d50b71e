import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { WebSocket } from 'ws';
import { ERRORS } from '../../protocol/errors.ts';
import { Refusal } from '../../server/refusal.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { until } from '../support/until.ts';
import { closeCode, type LaneServer, nextMessage, startLaneServer } from './lane-client.ts';

const MiB = 1024 * 1024;

describe('lanes', () => {
  let clock: FakeClock;
  let server: LaneServer;
  beforeEach(async () => {
    clock = new FakeClock();
    server = await startLaneServer(clock);
  });
  afterEach(() => server.stop());

  const open = (tool: 'view' | 'chat' = 'view') => server.lanes.open(server.sessionId, tool, 'technician');
  const opened = () => until('the lane is open', () => server.lanes.openByTool().view === 1);

  it('relay messages of any size both ways, and count their bytes', async () => {
    const { technician, customer } = await server.pair();
    const sizes = [0, 1, 125, 126, 65_535, 65_536, 3 * MiB];
    let total = 0;
    for (const size of sizes) {
      const sent = randomBytes(size);
      total += size;
      technician.send(sent);
      assert((await nextMessage(customer)).equals(sent));
      customer.send(sent);
      assert((await nextMessage(technician)).equals(sent));
    }
    assert.deepEqual(server.lanes.relayedBytes(), { technician: total, customer: total });
    technician.close();
    assert.equal(await closeCode(customer), 1000);
    assert.deepEqual(
      server.closed.map(({ reason, bytes }) => [reason, bytes]),
      [['done', { technician: total, customer: total }]],
    );
  });

  it('hold back what the first side sends until the lane may open', async () => {
    let mayOpen: () => void = () => {};
    server.beforeOpening = () => new Promise((resolve) => (mayOpen = resolve));
    const { technician, customer } = await server.pair();
    technician.send('early'.repeat(10), { binary: true });
    const arrived = nextMessage(customer);
    assert.deepEqual(server.opened, []);
    assert.deepEqual(server.lanes.relayedBytes(), { technician: 0, customer: 0 });
    mayOpen();
    assert.equal(String(await arrived), 'early'.repeat(10));
  });

  /** The close codes of both ends of a lane that does not open. */
  const turnedAway = () => {
    const pass = open();
    const customer = new WebSocket(server.url(server.offered[0]!.pass.ticket));
    const technician = new WebSocket(server.url(pass.ticket));
    return Promise.all([closeCode(technician), closeCode(customer)]);
  };

  it('do not open when the sessions refuse it', async () => {
    server.beforeOpening = async () => {
      throw new Refusal('consent.missing', 'The customer has not allowed this.');
    };
    assert.deepEqual(await turnedAway(), [4403, 4403]);
    assert.deepEqual([server.closed, server.logged], [[], []]);
  });

  it('do not open where that fails by a defect, which is logged with its session', async () => {
    const defect = new TypeError('of nothing');
    server.beforeOpening = async () => {
      throw defect;
    };
    assert.deepEqual(await turnedAway(), [ERRORS.internal.close, ERRORS.internal.close]);
    assert.deepEqual(server.logged, [{ err: defect, sessionId: server.sessionId, tool: 'view' }]);
    assert.deepEqual(server.closed, []);
  });

  it('pass nothing after they were closed, in the same turn', async () => {
    const { technician, customer } = await server.pair();
    await opened();
    const received: unknown[] = [];
    customer.on('message', (message) => received.push(message));
    server.lanes.closeTool(server.sessionId, 'view', 'consent.withdrawn', 'revoked');
    technician.send(Buffer.from('too late'));
    assert.deepEqual(await Promise.all([closeCode(technician), closeCode(customer)]), [4410, 4410]);
    assert.deepEqual(received, []);
    assert.equal(server.closed[0]?.reason, 'revoked');
  });

  it('record the end of a lane that was closed while its opening was written', async () => {
    let mayOpen: (() => void) | undefined;
    server.beforeOpening = () => new Promise((resolve) => (mayOpen = resolve));
    const { technician } = await server.pair();
    await until('it opens', () => mayOpen !== undefined);
    server.lanes.closeSession(server.sessionId, 'session.over', 'session-over');
    assert.equal(await closeCode(technician), 4410);
    assert.deepEqual(server.closed, []);
    mayOpen?.();
    await until('its end is told', () => server.closed.length === 1);
    assert.equal(server.opened.length, 1);
  });

  it('slow a writer down to what its reader takes, in bounded memory', async () => {
    const { technician, customer } = await server.pair();
    await opened();
    customer.pause();
    const block = Buffer.alloc(256 * 1024, 1);
    const total = 512 * block.length;
    for (let sent = 0; sent < total; sent += block.length) technician.send(block);
    // The sender's own buffer stops shrinking: everything on the way is full.
    let waiting = -1;
    await until('the writer stands still', async () => {
      const before = waiting;
      waiting = technician.bufferedAmount;
      return waiting > 0 && waiting === before;
    });
    const queued = Math.max(...server.sockets.map(({ writableLength }) => writableLength));
    assert(queued < MiB, `${queued} bytes wait in the broker`);
    const passed = server.lanes.relayedBytes().technician;
    assert(passed < total, 'the reader did not stop the writer');
    let received = 0;
    customer.on('message', (message: Buffer) => {
      received += message.length;
    });
    customer.resume();
    await until('everything arrived', () => received === total, 20_000);
  });

  it('slow each direction down alone', async () => {
    const { technician, customer } = await server.pair();
    await opened();
    customer.pause();
    for (let i = 0; i < 200; i++) technician.send(Buffer.alloc(256 * 1024));
    customer.send(Buffer.from('still here'));
    assert.equal(String(await nextMessage(technician)), 'still here');
  });

  it('tell the other end when one end is gone without a word', async () => {
    const { technician, customer } = await server.pair();
    await opened();
    technician.terminate();
    assert.equal(await closeCode(customer), 4412);
    assert.equal(server.closed[0]?.reason, 'connection-lost');
  });

  for (const [side, reason, told] of [
    ['customer', 'revoked', 4410],
    ['technician', 'connection-lost', 4412],
  ] as const) {
    it(`take “consent withdrawn” from the ${side} as ${reason}`, async () => {
      const { technician, customer } = await server.pair();
      await opened();
      const [going, staying] = side === 'customer' ? [customer, technician] : [technician, customer];
      going.close(4410);
      assert.equal(await closeCode(staying), told);
      assert.equal(server.closed[0]?.reason, reason);
    });
  }

  it('close both ends of a lane whose client breaks the rules', async () => {
    const { technician, customer } = await server.pair();
    await opened();
    technician.send('text');
    assert.deepEqual(await Promise.all([closeCode(technician), closeCode(customer)]), [4400, 4412]);
    assert.equal(server.closed[0]?.reason, 'protocol');
  });

  it('refuse a message of 64 MiB at its first bytes', async () => {
    const { technician, customer } = await server.pair();
    await opened();
    technician.on('error', () => {});
    technician.send(Buffer.alloc(64 * MiB));
    await closeCode(customer);
    assert(server.closed[0]!.bytes.technician < MiB);
  });

  it('answer pings themselves', async () => {
    const { technician, customer } = await server.pair();
    await opened();
    customer.on('ping', () => assert.fail('a ping was relayed'));
    technician.ping('are you there');
    const [payload] = (await once(technician, 'pong')) as [Buffer];
    assert.equal(String(payload), 'are you there');
  });

  it('ask a quiet end for a sign of life', async () => {
    const { technician, customer } = await server.pair();
    await opened();
    const asked = Promise.all([once(technician, 'ping'), once(customer, 'ping')]);
    clock.advance(15_000);
    await asked;
  });

  it('give up an end that shows no sign of life', async () => {
    const { technician, customer } = await server.pair();
    await opened();
    technician.pause();
    const gone = closeCode(customer);
    customer.on('ping', () => {});
    for (let second = 0; second < 30 && server.closed.length === 0; second += 5) {
      clock.advance(5_000);
      const { customer: before } = server.lanes.relayedBytes();
      customer.send('here', { binary: true });
      await until(
        'it was heard',
        () => server.closed.length > 0 || server.lanes.relayedBytes().customer > before,
      );
    }
    assert.equal(await gone, 4412);
    assert.equal(server.closed[0]?.reason, 'connection-lost');
  });

  it('close with the right code for every reason', async () => {
    const reasons = [
      ['session.over', 4410],
      ['lane.replaced', 4415],
      ['record.unavailable', 4503],
      ['server.stopping', 4504],
      ['lane.finished', 1000],
    ] as const;
    for (const [code, expected] of reasons) {
      const { technician, customer } = await server.pair();
      await opened();
      const closed = Promise.all([closeCode(technician), closeCode(customer)]);
      server.lanes.closeTool(server.sessionId, 'view', code, 'done');
      assert.deepEqual(await closed, [expected, expected]);
    }
  });

  it('replace a lane when a side that is there asks again', async () => {
    const first = await server.pair();
    await opened();
    const closed = Promise.all([closeCode(first.technician), closeCode(first.customer)]);
    const second = await server.pair();
    assert.deepEqual(await closed, [4415, 4415]);
    second.technician.send(Buffer.from('again'));
    assert.equal(String(await nextMessage(second.customer)), 'again');
    assert.deepEqual(
      server.closed.map(({ reason }) => reason),
      ['replaced'],
    );
  });

  describe('take a ticket', () => {
    const codeOf = (ticket: string) => closeCode(new WebSocket(server.url(ticket)));

    it('once', async () => {
      const { ticket } = open();
      const first = new WebSocket(server.url(ticket));
      await once(first, 'open');
      assert.equal(await codeOf(ticket), 4401);
      first.terminate();
    });

    it('within 30 seconds', async () => {
      const { ticket } = open();
      clock.advance(30_000);
      assert.equal(await codeOf(ticket), 4401);
    });

    it('that they gave out, and no other', async () => {
      assert.equal(await codeOf(''), 4401);
      assert.equal(await codeOf('x'.repeat(43)), 4401);
      assert.equal(await codeOf('x'.repeat(10_000)), 4401);
    });

    it('not after the lane was closed', async () => {
      const { ticket } = open();
      server.lanes.closeTool(server.sessionId, 'view', 'consent.withdrawn', 'revoked');
      assert.equal(await codeOf(ticket), 4401);
    });

    it('and give the same one to a side that asks again', () => {
      assert.equal(open().ticket, open().ticket);
      assert.notEqual(open().ticket, open('chat').ticket);
      clock.advance(20_000);
      const renewed = open().ticket;
      assert.equal(renewed, open().ticket);
    });
  });

  it('give up waiting for an end that does not come', async () => {
    const alone = new WebSocket(server.url(open().ticket));
    await once(alone, 'open');
    const closed = closeCode(alone);
    clock.advance(60_000);
    assert.equal(await closed, 4412);
    assert.deepEqual(server.closed, []);
  });

  it('offer a side that is back what waits for it', () => {
    const { laneId } = open();
    server.offered.length = 0;
    server.lanes.offerAgain(server.sessionId, 'customer');
    assert.deepEqual(
      server.offered.map(({ side, pass }) => [side, pass.laneId]),
      [['customer', laneId]],
    );
  });

  it('relay what a client sends byte by byte right behind its handshake', async () => {
    const pass = open();
    const customer = new WebSocket(server.url(server.offered[0]!.pass.ticket));
    const arrived = nextMessage(customer);
    const { host, pathname, search } = new URL(server.url(pass.ticket));
    const [hostname, port] = host.split(':');
    const socket = connect({ host: hostname!, port: Number(port), noDelay: true });
    await once(socket, 'connect');
    const request = Buffer.from(
      `GET ${pathname}${search} HTTP/1.1\r\nHost: ${host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
        'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n',
    );
    const frame = Buffer.from([0x82, 0x85, 0, 0, 0, 0, ...Buffer.from('bytes')]);
    socket.write(Buffer.concat([request, frame.subarray(0, 3)]));
    for (const byte of frame.subarray(3)) {
      socket.write(Buffer.from([byte]));
      await new Promise((resolve) => setImmediate(resolve));
    }
    assert.equal(String(await arrived), 'bytes');
    socket.destroy();
  });
});
