import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import { readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { serverAddress } from '../../../agent/connection/server-address.ts';
import { Desktop } from '../../../agent/desktop.ts';
import { NodeSha256 } from '../../../agent/files/running-hash.ts';
import { FileFromStream } from '../../../agent/files/send-stream.ts';
import { X11Platform } from '../../../agent/platform/x11/x11-platform.ts';
import { AgentSession } from '../../../agent/session.ts';
import { attachFileLane } from '../../../protocol/customer-end/files/file-lane.ts';
import type { FileState, FileTool } from '../../../protocol/file-messages.ts';
import { FileReceiver } from '../../../protocol/file-receiver.ts';
import { FileSender } from '../../../protocol/file-sender.ts';
import { FileTransfers } from '../../../protocol/file-transfers.ts';
import { sha256 } from '../../support/file-transfer.ts';
import { type TemporaryFolder, temporaryFolder } from '../../support/temporary-folder.ts';
import { until } from '../../support/until.ts';
import { BrokerDouble } from '../broker-double.ts';
import { laneDouble } from '../lane-double.ts';

const AT = '2026-03-02T09:00:00.000Z';

describe('The files of a session at the agent', () => {
  let broker: BrokerDouble;
  let session: AgentSession;
  let folder: TemporaryFolder;
  let received: string;

  beforeEach(async () => {
    folder = await temporaryFolder();
    received = join(folder.path, 'received');
    broker = await BrokerDouble.start();
    session = new AgentSession({
      server: serverAddress(broker.url),
      sessionId: broker.sessionId,
      agentToken: broker.agentToken,
      desktop: new Desktop(new X11Platform(':nowhere'), 'here'),
      receivedFolder: received,
    });
    session.start();
    await until('the first state', () => session.state()?.link === 'online');
  });

  afterEach(async () => {
    session.stop();
    await session.ended;
    await broker.die();
    await folder.remove();
  });

  const allow = async (...tools: FileTool[]) => {
    const requestId = broker.ask(...tools);
    await until('the question', () => session.state()!.session.pending.length > 0);
    session.command({ type: 'consent.answer', requestId, allowed: tools }, 'person');
    await broker.hears('consent.answered');
    broker.grant(...tools);
  };
  const putFile = (file: Partial<FileState> & { fileId: string }) => {
    const before = broker.state.files.find(({ fileId }) => fileId === file.fileId);
    const now = {
      tool: 'file-upload',
      standing: 'offered',
      at: new Date().toISOString(),
      ...before,
      ...file,
    };
    broker.push({
      files: [...broker.state.files.filter((each) => each !== before), now as FileState],
    });
    return file.fileId;
  };
  const offer = (name: string, size: number) => putFile({ fileId: randomUUID(), name, size });
  const knows = (fileId: string, standing: FileState['standing']) =>
    until(`the agent knows of ${standing}`, () =>
      session.state()!.session.files.some((file) => file.fileId === fileId && file.standing === standing),
    );
  const answer = (fileId: string, accept: boolean, forSession = false) =>
    session.command({ type: 'file.answer', fileId, accept, forSession }, 'person');
  /** The technician's end of a lane, sending this. */
  const upload = async (fileId: string, bytes: Buffer, transfers = new FileTransfers()) => {
    const source = new FileFromStream(Readable.from([bytes]), bytes.length);
    transfers.send(new FileSender(fileId, source, new NodeSha256(), { sent() {}, failed() {} }));
    attachFileLane(laneDouble(await broker.offer('file-upload')), transfers);
    return transfers;
  };
  /** The technician's end of a lane, taking this file. */
  const download = async (fileId: string, size: number, socket: Parameters<typeof laneDouble>[0]) => {
    const chunks: Buffer[] = [];
    const transfers = new FileTransfers();
    const done = new Promise<Buffer>((resolve, reject) => {
      const sink = {
        write: async (bytes: Uint8Array) => void chunks.push(Buffer.from(bytes)),
        keep: async () => undefined,
        discard: async () => {},
      };
      const events = { completed: () => resolve(Buffer.concat(chunks)), failed: reject };
      transfers.receive(new FileReceiver(fileId, size, sink, new NodeSha256(), events));
    });
    attachFileLane(laneDouble(socket), transfers);
    return done;
  };

  describe('from the technician', () => {
    it('arrive in the folder when the customer takes them', async () => {
      await allow('file-upload');
      const bytes = randomBytes(700_000);
      const fileId = offer('report.pdf', bytes.length);
      await knows(fileId, 'offered');
      answer(fileId, true);
      await broker.hears('file.accept');
      putFile({ fileId, standing: 'accepted' });
      await upload(fileId, bytes);
      const { outcome, sha256: hash, bytes: told } = await broker.hears('file.finished');
      assert.deepEqual({ outcome, hash, told }, { outcome: 'completed', hash: sha256(bytes), told: 700_000 });
      assert.deepEqual(await readFile(join(received, 'report.pdf')), bytes);
      assert.equal(session.state()!.transfers[0]!.savedAs, join(received, 'report.pdf'));
    });

    it('do not arrive when the customer never said yes, whatever the broker says', async () => {
      await allow('file-upload');
      const fileId = offer('evil.sh', 10);
      putFile({ fileId, standing: 'accepted' });
      await upload(fileId, Buffer.alloc(10));
      await until('the lane', () => session.state()!.inUse.includes('file-upload'));
      await broker.settled();
      assert.deepEqual(await readdir(received).catch(() => []), []);
      assert.equal(
        broker.heard.some(({ type }) => type === 'file.accept'),
        false,
      );
    });

    it('do not arrive when the customer refuses', async () => {
      await allow('file-upload');
      const fileId = offer('evil.sh', 10);
      await knows(fileId, 'offered');
      answer(fileId, false);
      assert.equal((await broker.hears('file.refuse')).fileId, fileId);
      putFile({ fileId, standing: 'accepted' });
      await upload(fileId, Buffer.alloc(10));
      await until('the lane', () => session.state()!.inUse.includes('file-upload'));
      await broker.settled();
      assert.deepEqual(await readdir(received).catch(() => []), []);
    });

    it('keep the name that the customer read, made safe here too', async () => {
      await allow('file-upload');
      const fileId = offer('../../.bashrc', 3);
      await knows(fileId, 'offered');
      answer(fileId, true);
      await broker.hears('file.accept');
      putFile({ fileId, standing: 'accepted', name: '/etc/passwd' });
      await upload(fileId, Buffer.from('abc'));
      assert.equal((await broker.hears('file.finished')).outcome, 'completed');
      assert.deepEqual(await readdir(received), ['bashrc']);
    });

    it('are taken without asking again when the customer said so for this session', async () => {
      await allow('file-upload');
      const first = offer('1.txt', 1);
      await knows(first, 'offered');
      answer(first, true, true);
      await broker.hears('file.accept');
      const second = offer('2.txt', 1);
      assert.equal((await broker.hears('file.accept', 1)).fileId, second);
      assert.equal(session.state()!.acceptAll['file-upload'], true);
    });

    it('are asked about anew when another technician goes on, however many were to be taken', async () => {
      await allow('file-upload');
      const first = offer('1.txt', 1);
      await knows(first, 'offered');
      answer(first, true, true);
      await broker.hears('file.accept');
      const successor = { name: 'Bob Technician', team: 'second line' };
      const passing = { passingId: randomUUID(), successor, standing: 'asked', since: AT } as const;
      broker.push({ passing });
      await until('the question', () => session.state()!.session.passing !== undefined);
      session.command({ type: 'passing.answer', passingId: passing.passingId, allow: true }, 'person');
      await broker.hears('passing.answered');
      assert.equal(session.state()!.acceptAll['file-upload'], true, 'until it is somebody else’s');
      broker.push({ passing: undefined, card: { ...broker.state.card, technician: successor } });
      const second = offer('2.txt', 1);
      await knows(second, 'offered');
      assert.equal(session.state()!.acceptAll['file-upload'], false);
      assert.equal(session.allows('file-upload'), true, 'the tool stays allowed');
      answer(second, false);
      await broker.hears('file.refuse');
      assert.deepEqual(
        broker.heard.flatMap((message) => (message.type === 'file.accept' ? [message.fileId] : [])),
        [first],
      );
    });

    it('go on where they stood when the lane broke', async () => {
      await allow('file-upload');
      const bytes = randomBytes(3_000_000);
      const fileId = offer('big.bin', bytes.length);
      await knows(fileId, 'offered');
      answer(fileId, true);
      await broker.hears('file.accept');
      putFile({ fileId, standing: 'accepted' });
      const slow = new PassThrough();
      slow.write(bytes.subarray(0, 1_500_000));
      const transfers = new FileTransfers();
      const source = new FileFromStream(slow, bytes.length);
      transfers.send(new FileSender(fileId, source, new NodeSha256(), { sent() {}, failed() {} }));
      const first = await broker.offer('file-upload');
      attachFileLane(laneDouble(first), transfers);
      await until('half of it', () => (session.state()!.transfers[0]?.bytes ?? 0) > 1_000_000);
      first.terminate();
      await until('the break', () => !session.state()!.inUse.includes('file-upload'));
      slow.end(bytes.subarray(1_500_000));
      attachFileLane(laneDouble(await broker.offer('file-upload')), transfers);
      assert.equal((await broker.hears('file.finished')).outcome, 'completed');
      assert.deepEqual(await readFile(join(received, 'big.bin')), bytes);
    });

    it('leave nothing behind when the customer stops everything in the middle', async () => {
      await allow('file-upload');
      const fileId = offer('big.bin', 3_000_000);
      await knows(fileId, 'offered');
      answer(fileId, true);
      await broker.hears('file.accept');
      putFile({ fileId, standing: 'accepted' });
      const slow = new PassThrough();
      slow.write(Buffer.alloc(1_000_000));
      const transfers = new FileTransfers();
      const source = new FileFromStream(slow, 3_000_000);
      transfers.send(new FileSender(fileId, source, new NodeSha256(), { sent() {}, failed() {} }));
      attachFileLane(laneDouble(await broker.offer('file-upload')), transfers);
      await until('some of it', () => (session.state()!.transfers[0]?.bytes ?? 0) > 0);
      session.stop();
      await session.ended;
      assert.deepEqual(await readdir(received), []);
    });

    it('that failed while the broker was away are told when it is back', async () => {
      await writeFile(received, 'a file where the folder should be');
      await allow('file-upload');
      const fileId = offer('a.txt', 1);
      await knows(fileId, 'offered');
      answer(fileId, true);
      await broker.hears('file.accept');
      broker.answer = () => ({}); // no answer that the protocol knows: as good as none
      putFile({ fileId, standing: 'accepted' });
      await broker.hears('file.finished');
      await broker.die();
      broker.answer = () => ({ ok: true });
      await broker.rise();
      const { outcome } = await broker.hears('file.finished', 1);
      assert.equal(outcome, 'failed');
    });
  });

  describe('to the technician', () => {
    it('are looked up by their path and sent when the customer gives them', async () => {
      await allow('file-download');
      const bytes = randomBytes(400_000);
      await writeFile(join(folder.path, 'log.txt'), bytes);
      await symlink(join(folder.path, 'log.txt'), join(folder.path, 'innocent'));
      const path = join(folder.path, 'innocent');
      const fileId = putFile({ fileId: randomUUID(), tool: 'file-download', standing: 'asked', path });
      await until('it is looked up', () => session.state()!.asked.length === 1);
      // The customer reads where it really lies.
      assert.deepEqual(session.state()!.asked, [
        { fileId, path: join(folder.path, 'log.txt'), size: 400_000 },
      ]);
      answer(fileId, true);
      const told = await broker.hears('file.offer');
      assert.deepEqual([told.fileId, told.name, told.size], [fileId, 'log.txt', 400_000]);
      const { pass, lane } = broker.ticket('file-download');
      broker.answer = (message) => ({ ok: true, ...(message.type === 'lane.open' ? pass : {}) });
      putFile({ fileId, standing: 'accepted', size: 400_000 });
      assert.deepEqual(await download(fileId, 400_000, await lane), bytes);
      assert.equal((await broker.hears('file.finished')).sha256, sha256(bytes));
      assert.deepEqual(session.state()!.asked, []);
    });

    it('are not sent when nobody here decided so, whatever the broker says', async () => {
      await allow('file-download');
      const path = join(folder.path, 'secret');
      await writeFile(path, 'secret');
      const fileId = putFile({ fileId: randomUUID(), tool: 'file-download', standing: 'asked', path });
      await until('it is looked up', () => session.state()!.asked.length === 1);
      putFile({ fileId, standing: 'accepted', size: 6 });
      const lane = laneDouble(await broker.offer('file-download'));
      let heard = 0;
      lane.onMessage(() => heard++);
      const transfers = new FileTransfers();
      const never = { write: async () => void heard++, keep: async () => undefined, discard: async () => {} };
      const events = { completed() {}, failed() {} };
      transfers.receive(new FileReceiver(fileId, 6, never, new NodeSha256(), events));
      attachFileLane(lane, transfers);
      await until('the lane', () => session.state()!.inUse.includes('file-download'));
      await broker.settled();
      assert.equal(heard, 0);
      assert.equal(
        broker.heard.some(({ type }) => type === 'file.offer'),
        false,
      );
    });

    it('are answered by the computer itself where there is no such file, and the customer can read that', async () => {
      await allow('file-download');
      const reasons = {
        [join(folder.path, 'nowhere')]: 'not-found',
        [folder.path]: 'is-a-folder',
        '/dev/zero': 'unreadable',
        'a\0b': 'not-found',
      };
      const asked = Object.entries(reasons).map(([path, reason]) => ({
        fileId: putFile({ fileId: randomUUID(), tool: 'file-download', standing: 'asked', path }),
        reason,
      }));
      for (const _ of asked) await broker.hears('file.refuse', asked.indexOf(_));
      const heard = broker.heard.filter(({ type }) => type === 'file.refuse');
      for (const { fileId, reason } of asked) {
        const refusal = heard.find((each) => 'fileId' in each && each.fileId === fileId);
        assert.equal(refusal?.type === 'file.refuse' && refusal.reason, reason);
        putFile({ fileId, standing: 'refused' });
      }
      await until('all are refused', () =>
        session.state()!.session.files.every(({ standing }) => standing === 'refused'),
      );
      for (const { fileId } of asked) {
        const shown = session.state()!.asked.find((each) => each.fileId === fileId);
        assert.ok(shown?.problem);
        assert.equal(shown.size, undefined);
      }
    });

    it('are not even looked up without the customer’s yes to the tool, whatever the broker says', async () => {
      await allow('file-upload');
      const path = join(folder.path, 'nowhere');
      const fileId = putFile({ fileId: randomUUID(), tool: 'file-download', standing: 'asked', path });
      await knows(fileId, 'asked');
      await broker.settled();
      assert.deepEqual(session.state()!.asked, []);
      assert(!broker.heard.some(({ type }) => type === 'file.refuse'));
    });

    it('are the ones that the customer picked, until the technician has them', async () => {
      const bytes = randomBytes(300_000);
      const sending = session.sendFile({
        name: 'photo.jpg',
        size: bytes.length,
        content: Readable.from([bytes.subarray(0, 100_000), bytes.subarray(100_000)]),
      });
      assert.equal((await broker.hears('consent.volunteered')).tool, 'file-download');
      broker.grant('file-download');
      const { fileId, size } = await broker.hears('file.offer');
      const { pass, lane } = broker.ticket('file-download');
      broker.answer = (message) => ({ ok: true, ...(message.type === 'lane.open' ? pass : {}) });
      putFile({ fileId, tool: 'file-download', standing: 'accepted', size });
      assert.deepEqual(await download(fileId, size, await lane), bytes);
      putFile({ fileId, standing: 'completed' });
      await sending;
    });

    it('tell the customer when the technician does not want them', async () => {
      await allow('file-download');
      const sending = session.sendFile({ name: 'a', size: 1, content: Readable.from([Buffer.alloc(1)]) });
      const { fileId, size } = await broker.hears('file.offer');
      putFile({ fileId, tool: 'file-download', standing: 'refused', size });
      await assert.rejects(sending, /did not take/);
    });

    it("are given up when the customer's browser goes away in the middle", async () => {
      await allow('file-download');
      const content = new PassThrough();
      content.write(Buffer.alloc(10));
      const sending = session.sendFile({ name: 'a', size: 100, content });
      await broker.hears('file.offer');
      content.destroy();
      await assert.rejects(sending);
      assert.equal((await broker.hears('file.finished')).outcome, 'cancelled');
    });
  });
});
