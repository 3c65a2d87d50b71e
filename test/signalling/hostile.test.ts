import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { request } from 'node:http';
import { connect } from 'node:net';
import fc from 'fast-check';
import { WebSocket } from 'ws';
import { LanePass } from '../../protocol/lane.ts';
import { PROTOCOL_VERSION } from '../../protocol/version.ts';
import { closeCode } from '../lanes/lane-client.ts';
import { type RunningStore, startSession, startStore, technician, wish } from '../sessions/start-sessions.ts';
import { hungUp, type RunningSignalling, startSignalling } from './start-signalling.ts';

const protocolVersion = PROTOCOL_VERSION;

describe('hostile input', () => {
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

  /** The HTTP status that an upgrade is refused with. */
  async function upgradeStatus(path: string, headers: Record<string, string> = {}): Promise<number> {
    const upgrade = request({
      port: broker.port,
      host: '127.0.0.1',
      path,
      headers: {
        connection: 'Upgrade',
        upgrade: 'websocket',
        'sec-websocket-version': '13',
        'sec-websocket-key': 'AAAAAAAAAAAAAAAAAAAAAA==',
        ...headers,
      },
    });
    upgrade.end();
    return new Promise((resolve, reject) => {
      upgrade.on('response', (response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      });
      upgrade.on('upgrade', (_response, socket) => {
        socket.destroy();
        resolve(101);
      });
      upgrade.on('error', reject);
    });
  }

  describe('at the upgrade', () => {
    it('is refused from any origin but ours', async () => {
      const { port } = broker;
      for (const origin of [
        'https://evil.example',
        'null',
        '',
        `http://127.0.0.1:${port}.evil.example`,
        `https://127.0.0.1:${port}`,
        `http://127.0.0.1:${port}/`,
        `http://localhost:${port}`,
      ]) {
        assert.equal(await upgradeStatus('/signalling/?EIO=4&transport=websocket', { origin }), 403, origin);
        assert.equal(await upgradeStatus('/lane?ticket=x', { origin }), 403, origin);
      }
    });

    it('finds nothing at any other path', async () => {
      for (const path of [
        '/',
        '/lanes',
        '/lane/',
        '/LANE',
        '/signalling/x',
        '/__proto__',
        '/constructor',
        '//lane',
      ]) {
        assert.equal(await upgradeStatus(path), 404, path);
      }
    });

    it('is refused when it is no WebSocket', async () => {
      assert.equal(await upgradeStatus('/lane?ticket=x', { 'sec-websocket-key': 'short' }), 400);
      assert.equal(await upgradeStatus('/lane?ticket=x', { 'sec-websocket-version': '8' }), 400);
      assert.equal(await upgradeStatus('/lane?ticket=x', { upgrade: 'h2c' }), 400);
      assert.equal(await upgradeStatus('/signalling/?EIO=4&transport=polling'), 400);
    });

    it('may break off at any byte', async () => {
      const whole =
        'GET /lane?ticket=x HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n' +
        'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n';
      for (let length = 0; length <= whole.length; length += 7) {
        const socket = connect(broker.port, '127.0.0.1');
        socket.on('error', () => {});
        await once(socket, 'connect');
        socket.end(whole.slice(0, length));
        socket.resume();
        await once(socket, 'close');
      }
      assert.equal(await upgradeStatus('/'), 404);
    });
  });

  describe('before the sign-in', () => {
    it('is refused without a cookie, without an origin, and to who opens no sessions', async () => {
      const { origin } = broker;
      const auth = { protocolVersion };
      assert.equal(await broker.refusal('/console', { auth, origin }), 'sign-in.needed');
      assert.equal(await broker.refusal('/console', { auth, cookie: 'who=tess' }), 'origin.refused');
      assert.equal(
        await broker.refusal('/console', { auth, origin, cookie: 'who=alex' }),
        'permission.missing',
      );
    });

    it('is refused at the console with an API key: nothing would close what it opened', async () => {
      const { origin } = broker;
      const cookie = 'who=a-program-of-tess';
      assert.equal(
        await broker.refusal('/console', { auth: { protocolVersion }, origin, cookie }),
        'sign-in.needed',
      );
    });

    it('is refused for an agent with a wrong token, or with an origin', async () => {
      const session = await startSession(broker);
      const { agentToken } = session.joined;
      const wrong = { agentToken: 'x'.repeat(43), protocolVersion };
      assert.equal(await broker.refusal('/agent', { auth: wrong }), 'sign-in.needed');
      const right = { agentToken, protocolVersion };
      assert.equal(await broker.refusal('/agent', { auth: right, origin: broker.origin }), 'origin.refused');
    });

    it('is refused clearly for another protocol version, whatever else it says', async () => {
      assert.equal(
        await broker.refusal('/agent', { auth: { protocolVersion: 2, tokenOfTheFuture: 1 } }),
        'protocol.mismatch',
      );
    });

    it('is refused for any other handshake or namespace', async () => {
      for (const auth of [
        {},
        { agentToken: 1 },
        { agentToken: ['x'], protocolVersion },
        { protocolVersion: '1' },
      ]) {
        assert.equal(await broker.refusal('/agent', { auth }), 'request.invalid');
      }
      assert.equal(await broker.refusal('/', {}), 'not-found');
      assert.equal(await broker.refusal('/admin', {}), 'Invalid namespace');
    });

    it('is cut off when it is large, or no socket.io at all', async () => {
      for (const sent of [
        '4'.repeat(1024 * 1024),
        'nonsense',
        Buffer.alloc(300),
        '40/agent,{"agentToken":',
        '451-["x"]',
      ]) {
        const socket = new WebSocket(`ws://127.0.0.1:${broker.port}/signalling/?EIO=4&transport=websocket`);
        socket.on('error', () => {});
        await once(socket, 'open');
        const closed = once(socket, 'close');
        socket.send(sent);
        await closed;
      }
    });
  });

  describe('after the sign-in', () => {
    it('is answered with an error, and after ten times cut off', async () => {
      const page = await broker.console();
      const gone = hungUp(page.socket);
      const nonsense = [
        undefined,
        null,
        7,
        'session.watch',
        [],
        {},
        { type: 'session.destroy' },
        { type: '__proto__', sessionId: randomUUID() },
        { type: 'session.watch', sessionId: '../../etc/passwd' },
      ];
      for (const message of nonsense) assert.equal(await page.refused(message), 'request.invalid');
      page.socket.emit('no such event', { a: 1 });
      await gone;
    });

    it('is refused when it is about no session, somebody else’s, or one that is over', async () => {
      const page = await broker.console();
      const nobodys = randomUUID();
      assert.equal(await page.refused({ type: 'session.watch', sessionId: nobodys }), 'not-found');
      const { id: sessionId } = await broker.sessions.open(technician, wish());
      assert.equal(await page.refused({ type: 'session.admit', sessionId }), 'request.out-of-order');
      assert.equal(await page.refused({ type: 'lane.open', sessionId, tool: 'view' }), 'consent.missing');
      await page.ask({ type: 'session.end', sessionId });
      assert.equal(await page.refused({ type: 'session.admit', sessionId }), 'session.over');
    });

    it('is cut off when a message has a megabyte', async () => {
      const page = await broker.console();
      const gone = hungUp(page.socket);
      page.socket.emit('message', { type: 'session.watch', sessionId: 'x'.repeat(1024 * 1024) });
      await gone;
    });

    it('is slowed and then cut off when it floods', async () => {
      const page = await broker.console();
      const gone = hungUp(page.socket);
      const { id: sessionId } = await broker.sessions.open(technician, wish());
      for (let i = 0; i < 2_000; i++) page.socket.emit('message', { type: 'session.unwatch', sessionId });
      await gone;
    });

    it('does not make the technician’s page work at every lane that a customer’s end asks for', async () => {
      const session = await startSession(broker, { tools: ['view', 'chat'] });
      const agent = await broker.agent(session.joined.agentToken);
      let offered = 0;
      broker.sessions.onLaneOffered((_sessionId, side) => {
        if (side === 'technician') offered += 1;
      });
      const hung = hungUp(agent.socket);
      for (let i = 0; i < 200; i++) agent.socket.emit('message', { type: 'lane.open', tool: 'chat' });
      await hung;
      assert(offered < 100, `${offered} lanes were offered`);
    });

    it('never takes an agent out of its own session', async () => {
      const mine = await startSession(broker);
      const other = await startSession(broker);
      const agent = await broker.agent(mine.joined.agentToken);
      await agent.ask({ type: 'grant.revoke', tool: 'control', sessionId: other.sessionId });
      assert.equal(other.state().tools.control.standing, 'granted');
      assert.equal(mine.state().tools.control.standing, 'revoked');
    });

    it('does not let the agent answer what was not asked, or twice', async () => {
      const session = await startSession(broker, { tools: ['view'] });
      const agent = await broker.agent(session.joined.agentToken);
      const answer = (requestId: string) =>
        agent.refused({ type: 'consent.answered', requestId, allowed: ['view', 'control'], mode: 'person' });
      assert.equal(await answer(randomUUID()), 'request.out-of-order');
      await session.console({ type: 'tools.request', tools: ['chat'] });
      const { requestId } = session.state().pending[0]!;
      assert.equal(await answer(requestId), undefined);
      assert.equal(session.state().tools.control.standing, 'off', 'control was never asked for');
      assert.equal(await answer(requestId), 'request.out-of-order');
    });

    it('makes any file name safe before it is recorded or shown', async () => {
      const session = await startSession(broker, { tools: ['view', 'file-download'] });
      const agent = await broker.agent(session.joined.agentToken);
      const fileId = randomUUID();
      const name = '../../.bashrc\u202egnp.exe';
      await agent.ask({ type: 'file.offer', fileId, tool: 'file-download', name, size: 3 });
      const [file] = session.state().files;
      assert.equal(file?.renamed, true);
      assert(!/[/\\\u202e]/.test(file?.name ?? '/'));
      const wrongWay = { type: 'file.offer', fileId: randomUUID(), tool: 'file-upload', name: 'x', size: 1 };
      assert.equal(await agent.refused(wrongWay), 'consent.missing');
    });

    it('survives any JSON', async () => {
      const session = await startSession(broker);
      await fc.assert(
        fc.asyncProperty(fc.array(fc.jsonValue(), { maxLength: 8 }), async (messages) => {
          const agent = await broker.agent(session.joined.agentToken);
          for (const message of messages) assert.equal(await agent.refused(message), 'request.invalid');
          agent.socket.disconnect();
        }),
        { numRuns: 15 },
      );
      assert.equal(session.state().status, 'active');
    });
  });

  describe('at a lane', () => {
    it('opens nothing with a wrong, used or foreign ticket', async () => {
      const session = await startSession(broker);
      const pass = LanePass.parse(await session.console({ type: 'lane.open', tool: 'view' }));
      assert.equal(await closeCode(broker.lane({ ...pass, ticket: 'x'.repeat(43) })), 4401);
      const first = broker.lane(pass);
      await once(first, 'open');
      assert.equal(await closeCode(broker.lane(pass)), 4401);
      first.terminate();
    });

    it('opens nothing when the grant went after the ticket was given', async () => {
      const session = await startSession(broker);
      const pass = LanePass.parse(await session.console({ type: 'lane.open', tool: 'control' }));
      await session.agent({ type: 'grant.revoke', tool: 'control' });
      assert.equal(await closeCode(broker.lane(pass)), 4401);
    });

    it('opens nothing when it is 30 seconds late', async () => {
      const session = await startSession(broker);
      const pass = LanePass.parse(await session.console({ type: 'lane.open', tool: 'view' }));
      record.clock.advance(30_000);
      assert.equal(await closeCode(broker.lane(pass)), 4401);
    });
  });
});
