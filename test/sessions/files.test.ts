import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { FileTool } from '../../protocol/file-messages.ts';
import type { FileReason } from '../../protocol/file-reason.ts';
import { Refusal } from '../../server/refusal.ts';
import {
  type RunningSession,
  type RunningSessions,
  type RunningStore,
  startSession,
  startSessions,
  startStore,
  technician,
} from './start-sessions.ts';

const refused = (code: string) => (error: unknown) => error instanceof Refusal && error.code === code;
const sha256 = 'ab'.repeat(32);

describe('files of a session', () => {
  let record: RunningStore;
  let running: RunningSessions;
  let session: RunningSession;
  let fileId: string;
  before(async () => {
    record = await startStore();
  });
  beforeEach(async () => {
    running = startSessions(record);
    session = await startSession(running, { tools: ['view', 'file-upload', 'file-download'] });
    fileId = randomUUID();
  });
  afterEach(() => running.stop());
  after(() => record.stop());

  const offer = (tool: FileTool, id = fileId) => ({
    type: 'file.offer' as const,
    fileId: id,
    tool,
    name: 'report.pdf',
    size: 1000,
  });
  const finished = (outcome: 'completed' | 'failed' | 'cancelled', bytes = 1000) => ({
    type: 'file.finished' as const,
    fileId,
    outcome,
    bytes,
    sha256,
  });
  const standing = () => session.state().files.find((file) => file.fileId === fileId)?.standing;
  const recorded = async () =>
    (await record.store.session(session.sessionId, { everything: true })).record.files.find(
      (file) => file.fileId === fileId,
    );

  it('go up: offered, accepted, finished at both ends', async () => {
    await session.console(offer('file-upload'));
    assert.equal(standing(), 'offered');
    await session.agent({ type: 'file.accept', fileId });
    assert.equal(standing(), 'accepted');
    await session.console(finished('completed'));
    assert.equal(standing(), 'accepted', 'only the receiver knows that it arrived');
    await session.agent(finished('completed'));
    assert.equal(standing(), 'completed');
    const file = await recorded();
    assert.deepEqual(
      [file?.name, file?.size, file?.sha256, file?.standing, file?.bothSidesAgree],
      ['report.pdf', 1000, sha256, 'completed', true],
    );
  });

  it('come down when asked for, and of the path only the name is recorded', async () => {
    await session.console({ type: 'file.ask', fileId, path: '/home/ada/secret-plans.txt' });
    assert.equal(session.agentState().files[0]?.path, '/home/ada/secret-plans.txt');
    await session.agent(offer('file-download'));
    assert.equal(standing(), 'offered');
    assert.equal(session.state().files[0]?.path, undefined);
    await session.console({ type: 'file.accept', fileId });
    assert.equal(standing(), 'accepted');
    const entries = await running.entries(session.sessionId);
    const named = entries.find(({ type }) => type === 'file.named');
    assert(named?.type === 'file.named' && named.name === 'secret-plans.txt');
    assert(!JSON.stringify(entries).includes('/home/ada'));
  });

  it('say nothing of what could not be recorded', async () => {
    await session.console(offer('file-upload'));
    await session.agent({ type: 'file.accept', fileId });
    const told = async () => session.agent({ ...finished('failed'), detail: 'The disk is full.' });
    running.recorder.fill();
    await assert.rejects(told(), refused('record.unavailable'));
    assert.equal(session.state().files[0]?.detail, undefined);
  });

  it('are asked for with their path from the first state that shows them', async () => {
    const paths: (string | undefined)[] = [];
    const stop = running.sessions.onChange(() =>
      paths.push(...session.state().files.map(({ path }) => path)),
    );
    await session.console({ type: 'file.ask', fileId, path: '/etc/motd' });
    stop();
    assert.deepEqual(paths, ['/etc/motd']);
  });

  it('are refused by who would get or give them, with a reason for the other side', async () => {
    await session.console(offer('file-upload'));
    await assert.rejects(session.console({ type: 'file.refuse', fileId }), refused('permission.missing'));
    await session.agent({ type: 'file.refuse', fileId, detail: 'no\u202e room\u0000' });
    assert.equal(standing(), 'refused');
    assert.equal(session.state().files[0]?.detail, 'no room');
    await assert.rejects(session.agent({ type: 'file.accept', fileId }), refused('request.out-of-order'));
    await assert.rejects(session.console(finished('completed')), refused('request.out-of-order'));
  });

  it('are offered only in one’s own direction and under a grant', async () => {
    await assert.rejects(session.console(offer('file-download')), refused('permission.missing'));
    await assert.rejects(session.agent(offer('file-upload')), refused('permission.missing'));
    await session.agent({ type: 'grant.revoke', tool: 'file-upload' });
    await assert.rejects(session.console(offer('file-upload')), refused('consent.missing'));
  });

  it('are answered without the customer where there is no such file, and the record says why', async () => {
    await session.console({ type: 'file.ask', fileId, path: '/home/ada/lettr.odt' });
    await session.agent({
      type: 'file.refuse',
      fileId,
      reason: 'not-found',
      detail: 'There is no such file.',
    });
    const [file] = session.state().files;
    assert.deepEqual([file?.standing, file?.reason], ['refused', 'not-found']);
    const entry = (await running.entries(session.sessionId)).find(({ type }) => type === 'file.refused');
    assert.equal(entry?.type === 'file.refused' && entry.reason, 'not-found');
    const inRecord = await recorded();
    assert.deepEqual([inRecord?.standing, inRecord?.reason], ['refused', 'not-found']);
  });

  it('are missing only where somebody asked for them', async () => {
    const offered = randomUUID();
    await session.console(offer('file-upload', offered));
    await assert.rejects(
      session.agent({ type: 'file.refuse', fileId: offered, reason: 'not-found' }),
      refused('request.invalid'),
    );
  });

  it('cannot be guessed at: after a few that are not there the technician waits, and then may ask no more', async () => {
    const miss = async () => {
      const missed = randomUUID();
      await session.console({ type: 'file.ask', fileId: missed, path: '/home/ada/guess' });
      await session.agent({ type: 'file.refuse', fileId: missed, reason: 'not-found' });
    };
    for (let i = 0; i < 5; i++) await miss();
    await assert.rejects(miss(), refused('tries.too-many'));
    for (let i = 5; i < 30; i++) {
      running.clock.advance(60_000);
      await miss();
    }
    running.clock.advance(60_000);
    await assert.rejects(miss(), refused('tries.too-many'));
  });

  it('are accepted by their receiver only', async () => {
    await session.console(offer('file-upload'));
    await assert.rejects(session.console({ type: 'file.accept', fileId }), refused('permission.missing'));
  });

  it('have an id of their own', async () => {
    await session.console(offer('file-upload'));
    await assert.rejects(session.console(offer('file-upload')), refused('already-exists'));
    await assert.rejects(session.agent(offer('file-download')), refused('already-exists'));
  });

  it('fail when either side says so, and the record has both accounts', async () => {
    await session.console(offer('file-upload'));
    await session.agent({ type: 'file.accept', fileId });
    await session.agent({ ...finished('failed', 400), reason: 'no-space' });
    await session.console(finished('cancelled', 700));
    assert.equal(standing(), 'failed');
    await session.console(finished('completed'));
    const accounts = (await running.entries(session.sessionId)).filter(
      ({ type }) => type === 'file.finished',
    );
    assert.equal(accounts.length, 2, 'one account each');
    assert.equal(session.state().files[0]?.reason, 'no-space');
    assert.equal((await recorded())?.reason, 'no-space');
  });

  it('are cancelled by somebody, whichever end says it first and whatever it says of the other one', async () => {
    const cancelled = (reason: FileReason) => ({ ...finished('cancelled', 400), reason });
    const reasons = async () =>
      (await running.entries(session.sessionId)).flatMap((entry) =>
        entry.type === 'file.finished' ? [entry.reason] : [],
      );
    await session.console(offer('file-upload'));
    await session.agent({ type: 'file.accept', fileId });
    await session.agent(cancelled('cancelled-by-other'));
    await session.console(cancelled('cancelled-by-person'));
    assert.deepEqual(await reasons(), ['cancelled-by-technician', 'cancelled-by-technician']);
    assert.equal((await recorded())?.reason, 'cancelled-by-technician');
    fileId = randomUUID();
    await session.console(offer('file-upload'));
    await session.console(cancelled('cancelled-by-customer'));
    await session.agent(cancelled('cancelled-by-technician'));
    assert.deepEqual(
      (await reasons()).slice(2),
      ['cancelled-by-technician', 'cancelled-by-technician'],
      'a name is the broker’s to give: of the first it is the one who speaks',
    );
  });

  it('are complete only at the size that was offered', async () => {
    await session.console(offer('file-upload'));
    await session.agent({ type: 'file.accept', fileId });
    await assert.rejects(session.agent(finished('completed', 999)), refused('request.invalid'));
  });

  it('are cancelled with their grant, and with the session', async () => {
    await session.console(offer('file-upload'));
    await session.agent({ type: 'file.accept', fileId });
    await session.agent({ type: 'grant.revoke', tool: 'file-upload' });
    assert.equal(standing(), 'cancelled');
    const other = randomUUID();
    await session.agent(offer('file-download', other));
    await running.sessions.end(technician, session.sessionId, {});
    assert.equal(session.state().files[1]?.standing, 'cancelled');
    const byBroker = (await running.entries(session.sessionId)).filter(
      (entry) => entry.type === 'file.finished' && entry.side === 'broker',
    );
    assert.deepEqual(
      byBroker.map((entry) => entry.type === 'file.finished' && entry.reason),
      ['tool-withdrawn', 'session-over'],
    );
  });

  it('do not wait in any number', async () => {
    for (let i = 0; i < 200; i++) await session.console(offer('file-upload', randomUUID()));
    await assert.rejects(session.console(offer('file-upload')), refused('tries.too-many'));
  });

  it('are asked for a few at a time, so that no state with their paths grows large', async () => {
    const path = '/'.padEnd(4096, 'x');
    const ask = (id: string) => session.console({ type: 'file.ask', fileId: id, path });
    for (let i = 0; i < 19; i++) await ask(randomUUID());
    await ask(fileId);
    await assert.rejects(ask(randomUUID()), refused('tries.too-many'));
    assert(JSON.stringify(session.agentState()).length < 100_000);
    await session.agent({ type: 'file.refuse', fileId });
    await ask(randomUUID());
  });
});
