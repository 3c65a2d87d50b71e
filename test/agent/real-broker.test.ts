import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { join as joinPath } from 'node:path';
import { Readable } from 'node:stream';
import { join } from '../../agent/connection/join.ts';
import { serverAddress } from '../../agent/connection/server-address.ts';
import { Desktop } from '../../agent/desktop.ts';
import { NodeSha256 } from '../../agent/files/running-hash.ts';
import { FileFromStream } from '../../agent/files/send-stream.ts';
import { X11Platform } from '../../agent/platform/x11/x11-platform.ts';
import { AgentSession } from '../../agent/session.ts';
import { SessionKey } from '../../agent/session-key.ts';
import { attachFileLane } from '../../protocol/customer-end/files/file-lane.ts';
import { FileReceiver } from '../../protocol/file-receiver.ts';
import { FileSender } from '../../protocol/file-sender.ts';
import { FileTransfers } from '../../protocol/file-transfers.ts';
import { TOOLS, type Tool } from '../../protocol/tool.ts';
import { PROTOCOL_VERSION } from '../../protocol/version.ts';
import { ApiClient, PASSWORD, PEOPLE, setUpOrganisation } from '../support/api-client.ts';
import { type RunningBroker, startBroker } from '../support/broker.ts';
import { sha256 } from '../support/file-transfer.ts';
import { layNetworkCable } from '../support/network-cable.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/temporary-folder.ts';
import { until } from '../support/until.ts';
import { startVirtualDisplay, type VirtualDisplay } from '../support/virtual-display.ts';
import { laneDouble } from './lane-double.ts';
import { TechnicianDouble } from './technician-double.ts';

describe('The agent at a real broker', function () {
  this.timeout(90_000);
  let broker: RunningBroker;
  let display: VirtualDisplay;
  let folder: TemporaryFolder;
  let tess: ApiClient;
  let technician: TechnicianDouble;
  let session: AgentSession;
  let sessionId: string;

  before(async () => {
    [broker, display, folder] = await Promise.all([startBroker(), startVirtualDisplay(), temporaryFolder()]);
    await setUpOrganisation(broker.url, broker.setUpLink);
    tess = new ApiClient(broker.url);
    await tess.signIn(PEOPLE.tess.email, PASSWORD);
  });
  after(async () => {
    await broker.close();
    await display.stop();
    await folder.remove();
  });
  afterEach(async () => {
    session.stop();
    await session.ended;
    technician.leave();
  });

  /** Opened, joined, admitted, and these tools allowed. `through` is where the agent thinks the broker is. */
  const hold = async (tools: Tool[], through = broker.url) => {
    const opened = await tess.openSession({ tools });
    sessionId = opened.id;
    technician = new TechnicianDouble(tess, sessionId);
    const server = serverAddress(through);
    const platform = new X11Platform(display.display);
    const key = new SessionKey();
    const joined = await join(server, {
      code: opened.code.replaceAll('-', ''),
      protocolVersion: PROTOCOL_VERSION,
      agent: { kind: 'native', version: '0.1.0', capable: [...TOOLS] },
      computer: await platform.describe(),
      signingKey: key.signingKey,
    });
    session = new AgentSession({
      server,
      sessionId,
      agentToken: joined.agentToken,
      desktop: new Desktop(platform, 'here'),
      key,
      receivedFolder: joinPath(folder.path, sessionId),
    });
    session.start();
    await until('the question', () => session.state()?.session.pending.length === 1);
    const { requestId } = session.state()!.session.pending[0]!;
    session.command({ type: 'consent.answer', requestId, allowed: tools }, 'person');
    await technician.sees('the computer', ({ status }) => status === 'joined');
    await technician.say({ type: 'session.admit' });
    await technician.sees('the start', ({ status }) => status === 'active');
  };

  /** Ends it here and reads how the broker's record and the agent's account go together. */
  const endsSigned = async () => {
    session.stop();
    await session.ended;
    const { customer } = (await tess.session(sessionId)).accounts;
    assert.deepEqual(
      { state: customer?.state, findings: customer?.findings },
      { state: 'signed', findings: [] },
    );
    return customer!.statements;
  };

  it('shows the screen only over a lane, and Stop closes it at once', async () => {
    await hold(['view']);
    const lane = await technician.openLane('view');
    assert.equal(String((await once(lane, 'message'))[0]), 'RFB 003.008\n');
    const closed = once(lane, 'close');
    session.command({ type: 'stop', reason: 'stopped-by-customer' }, 'person');
    await closed;
    assert.equal((await session.ended).status, 'ended');
    await technician.sees('the end', ({ status }) => status === 'ended');
    assert.deepEqual(
      [technician.state!.endedBy, technician.state!.endReason],
      ['customer', 'stopped-by-customer'],
    );
    assert.equal(await endsSigned(), 4);
  });

  it('carries files both ways, byte for byte, and both ends agree in the record', async () => {
    await hold(['file-upload', 'file-download']);
    const bytes = randomBytes(20_000_000);

    const uploaded = randomUUID();
    await technician.say({
      type: 'file.offer',
      fileId: uploaded,
      tool: 'file-upload',
      name: 'up.bin',
      size: bytes.length,
    });
    await until('the offer', () => session.state()!.session.files.length === 1);
    session.command({ type: 'file.answer', fileId: uploaded, accept: true, forSession: false }, 'person');
    await technician.sees('the yes', ({ files }) => files[0]?.standing === 'accepted');
    const up = new FileTransfers();
    const sent = new Promise<string>((resolve, reject) => {
      const source = new FileFromStream(Readable.from([bytes]), bytes.length);
      up.send(new FileSender(uploaded, source, new NodeSha256(), { sent: resolve, failed: reject }));
    });
    attachFileLane(laneDouble(await technician.openLane('file-upload')), up);
    const hash = await sent;
    await technician.say({
      type: 'file.finished',
      fileId: uploaded,
      outcome: 'completed',
      bytes: bytes.length,
      sha256: hash,
    });
    await technician.sees('the file', ({ files }) => files[0]?.standing === 'completed');
    assert.deepEqual(await readFile(joinPath(folder.path, sessionId, 'up.bin')), bytes);

    await writeFile(joinPath(folder.path, 'down.bin'), bytes);
    const downloaded = await technician.ask(joinPath(folder.path, 'down.bin'));
    await until('the question', () => session.state()!.asked.length === 1);
    const down = new FileTransfers();
    const chunks: Buffer[] = [];
    const received = new Promise<string>((resolve, reject) => {
      const sink = {
        write: async (part: Uint8Array) => void chunks.push(Buffer.from(part)),
        keep: async () => undefined,
        discard: async () => {},
      };
      const events = { completed: (_: unknown, digest: string) => resolve(digest), failed: reject };
      down.receive(new FileReceiver(downloaded, bytes.length, sink, new NodeSha256(), events));
    });
    session.command({ type: 'file.answer', fileId: downloaded, accept: true, forSession: false }, 'person');
    await technician.sees('the offer', ({ files }) => files[1]?.standing === 'offered');
    await technician.say({ type: 'file.accept', fileId: downloaded });
    // The customer's side opens the lane, because it has something to send.
    await until('the lane', () => technician.offered.has('file-download'));
    attachFileLane(laneDouble(await technician.enter(technician.offered.get('file-download')!)), down);
    assert.equal(await received, sha256(bytes));
    assert.deepEqual(Buffer.concat(chunks), bytes);
    await technician.say({
      type: 'file.finished',
      fileId: downloaded,
      outcome: 'completed',
      bytes: bytes.length,
      sha256: sha256(bytes),
    });
    const files = async () =>
      (await tess.session(sessionId)).record.files.map(({ name, standing, bothSidesAgree }) => [
        name,
        standing,
        bothSidesAgree,
      ]);
    await until('both accounts of both files', async () => (await files()).every(([, , agree]) => agree));
    assert.deepEqual(await files(), [
      ['up.bin', 'completed', true],
      ['down.bin', 'completed', true],
    ]);
    assert.equal(await endsSigned(), 8);
  });

  it('goes on after a broken network, without asking again', async () => {
    const cable = await layNetworkCable({ host: '127.0.0.1', port: broker.port });
    try {
      await hold(['chat'], `http://127.0.0.1:${cable.port}`);
      await technician.openLane('chat');
      await until('the lane', () => session.state()!.inUse.includes('chat'));
      cable.cut();
      session.command({ type: 'chat.send', text: 'lost on the way' }, 'person');
      cable.mend();
      await until('it is away', () => session.state()!.link !== 'online');
      const heard = technician.listen();
      await until('it is back', () => session.state()!.link === 'online');
      session.command({ type: 'chat.send', text: 'here again' }, 'person');
      await until('both', () => heard.length === 2);
      assert.deepEqual(heard, ['lost on the way', 'here again']);
      assert.deepEqual(session.state()!.session.pending, []);
      await endsSigned();
    } finally {
      await cable.unplug();
    }
  });

  it('goes on after the broker was killed and started again', async () => {
    await hold(['chat']);
    await technician.openLane('chat');
    await until('the lane', () => session.state()!.inUse.includes('chat'));
    await broker.kill();
    await until('it is away', () => session.state()!.link === 'offline');
    assert.deepEqual(session.state()!.inUse, []);
    const heard = technician.listen();
    broker = await broker.startAgain();
    await until('it is back', () => session.state()!.link === 'online', 30_000);
    session.command({ type: 'chat.send', text: 'here again' }, 'person');
    await until('the message', () => heard.length > 0, 30_000);
    assert.deepEqual(heard, ['here again']);
    await endsSigned();
  });
});
