import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import { appendFile, mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import fc from 'fast-check';
import { FileOnDisk } from '../../../agent/files/send-file.ts';
import { FileFromStream } from '../../../agent/files/send-stream.ts';
import { safeFileName } from '../../../protocol/file-name.ts';
import { dataFrame, FILE_WINDOW_BYTES, parseFileFrame } from '../../../protocol/file-transfer.ts';
import { type Ending, sha256, TransferPair } from '../../support/file-transfer.ts';
import { type TemporaryFolder, temporaryFolder } from '../../support/temporary-folder.ts';

const problemOf = (ending: Ending) => (ending.outcome === 'failed' ? ending.problem.reason : ending.outcome);

describe('a file transfer', () => {
  let home: TemporaryFolder;
  let folder: string;
  let pair: TransferPair;

  beforeEach(async () => {
    home = await temporaryFolder();
    folder = join(home.path, 'Downloads', 'Countersign');
    pair = new TransferPair(folder);
  });
  afterEach(async () => {
    pair.lane.break();
    pair.sending.cancelAll('session-over');
    pair.receiving.cancelAll('session-over');
    await home.remove();
  });

  async function onDisk(bytes: Uint8Array, name = 'original.bin') {
    const path = join(home.path, name);
    await writeFile(path, bytes);
    return path;
  }

  it('brings a file over byte for byte, with the same hash at both ends', async () => {
    const bytes = randomBytes(3_000_001);
    const transfer = await pair.start(await FileOnDisk.open(await onDisk(bytes)), { name: 'report.bin' });
    pair.connect();
    const [sent, received] = await Promise.all([transfer.sent, transfer.received]);
    const path = join(folder, 'report.bin');
    assert.deepEqual(sent, { outcome: 'done', sha256: sha256(bytes) });
    assert.deepEqual(received, { ...sent, saved: { path, name: 'report.bin' } });
    assert.deepEqual(await readFile(path), bytes);
    assert.deepEqual(await readdir(folder), ['report.bin']);
    assert.equal((await stat(path)).mode & 0o777, 0o600, 'for its owner alone');
  });

  it('brings an empty file over', async () => {
    pair.connect();
    const transfer = await pair.start(await FileOnDisk.open(await onDisk(Buffer.alloc(0))));
    assert.equal(problemOf(await transfer.received), 'done');
    assert.equal(problemOf(await transfer.sent), 'done');
    assert.equal((await readFile(join(folder, 'file.bin'))).length, 0);
  });

  it('brings several files over at the same time', async () => {
    pair.connect();
    const files = Array.from({ length: 7 }, (_, index) => ({
      name: `${index}.bin`,
      bytes: randomBytes(400_000),
    }));
    const transfers = await Promise.all(
      files.map(async ({ name, bytes }) =>
        pair.start(await FileOnDisk.open(await onDisk(bytes, name)), { name }),
      ),
    );
    for (const { received } of transfers) assert.equal(problemOf(await received), 'done');
    for (const { name, bytes } of files) assert.deepEqual(await readFile(join(folder, name)), bytes);
  });

  it('goes on where it was after a lane that breaks anywhere, as often as it likes', async function () {
    this.timeout(60_000);
    const bytes = randomBytes(2_500_000);
    const path = await onDisk(bytes);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(2_500_000), { minLength: 1, maxLength: 4 }),
        fc.boolean(),
        fc.nat(4),
        async (breaks, fromStream, turnsPerWrite) => {
          const inner = new TransferPair(join(home.path, randomUUID()));
          const source = fromStream
            ? new FileFromStream(
                Readable.from([bytes.subarray(0, 700_001), bytes.subarray(700_001)]),
                bytes.length,
              )
            : await FileOnDisk.open(path);
          let sentBytes = 0;
          const points = [...breaks].sort((a, b) => a - b);
          const reconnect = () => {
            inner.connect();
            inner.lane.a.tamper = (message) => {
              sentBytes += message.length;
              if (points[0] === undefined || sentBytes < points[0]) return message;
              points.shift();
              inner.lane.break();
              setImmediate(reconnect);
              return undefined;
            };
          };
          reconnect();
          const transfer = await inner.start(source, { turnsPerWrite });
          const received = await transfer.received;
          assert.equal(problemOf(received), 'done');
          assert.equal(received.outcome === 'done' && received.sha256, sha256(bytes));
          assert.deepEqual(await readFile(join(inner.folder, 'file.bin')), bytes);
        },
      ),
      { numRuns: 25 },
    );
  });

  it('goes on with what an agent that died left on the disk', async () => {
    const bytes = randomBytes(2_000_000);
    const path = await onDisk(bytes);
    const fileId = randomUUID();
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, `.file.bin.part-${fileId}`), bytes.subarray(0, 1_234_567));
    const seen: number[] = [];
    const transfer = await pair.start(await FileOnDisk.open(path), {
      fileId,
      progressed: (at) => seen.push(at),
    });
    pair.connect();
    assert.equal(problemOf(await transfer.received), 'done');
    assert.ok(seen[0]! > 1_234_567);
    assert.deepEqual(await readFile(join(folder, 'file.bin')), bytes);
  });

  it('keeps nothing whose hash is wrong', async () => {
    const transfer = await pair.start(await FileOnDisk.open(await onDisk(randomBytes(500_000))));
    pair.connect();
    pair.lane.a.tamper = (message) => {
      if (parseFileFrame(message).kind === 'data') message[100]! ^= 1;
      return message;
    };
    assert.equal(problemOf(await transfer.received), 'wrong-hash');
    assert.deepEqual(await readdir(folder), []);
  });

  it('overwrites nothing: the next file of a name gets a number', async () => {
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'a.tar.gz'), 'mine');
    await symlink('/nonexistent', join(folder, 'a (2).tar.gz'));
    pair.connect();
    const transfer = await pair.start(await FileOnDisk.open(await onDisk(Buffer.from('new'))), {
      name: 'a.tar.gz',
    });
    const received = await transfer.received;
    assert.equal(received.outcome === 'done' && received.saved?.name, 'a (3).tar.gz');
    assert.equal(await readFile(join(folder, 'a.tar.gz'), 'utf8'), 'mine');
    assert.equal(await readFile(join(folder, 'a (3).tar.gz'), 'utf8'), 'new');
  });

  it('stores a file of the longest name', async () => {
    const { name } = safeFileName(`${'漢'.repeat(4000)}.txt`);
    pair.connect();
    const transfer = await pair.start(await FileOnDisk.open(await onDisk(Buffer.from('x'))), { name });
    assert.equal(problemOf(await transfer.received), 'done');
    assert.deepEqual(await readdir(folder), [name]);
  });

  for (const side of ['sending', 'receiving'] as const)
    it(`stops at both ends and leaves nothing behind when the ${side} end cancels`, async () => {
      pair.connect();
      const transfer = await pair.start(await FileOnDisk.open(await onDisk(randomBytes(6_000_000))), {
        progressed(at) {
          if (at < 2_000_000) return;
          if (side === 'sending') pair.sending.sender(transfer.fileId)?.cancel();
          else pair.receiving.receiver(transfer.fileId)?.cancel();
        },
      });
      const [own, heard] = ['cancelled-by-person', 'cancelled-by-other'];
      assert.equal(problemOf(await transfer.received), side === 'receiving' ? own : heard);
      assert.equal(problemOf(await transfer.sent), side === 'sending' ? own : heard);
      assert.deepEqual(await readdir(folder), []);
    });

  it('notices a file that changes while it is sent', async () => {
    const path = await onDisk(randomBytes(6_000_000));
    const transfer = await pair.start(await FileOnDisk.open(path));
    let changed = false;
    pair.connect();
    pair.lane.b.tamper = (message) => {
      if (!changed) void appendFile(path, 'more');
      changed = true;
      return message;
    };
    assert.equal(problemOf(await transfer.sent), 'changed-while-sending');
    assert.equal(problemOf(await transfer.received), 'changed-while-sending');
    assert.deepEqual(await readdir(folder), []);
  });

  it('notices a stream that is shorter or longer than it said', async () => {
    pair.connect();
    for (const size of [90_000, 110_000]) {
      const source = new FileFromStream(Readable.from([randomBytes(100_000)]), size);
      const transfer = await pair.start(source);
      assert.equal(problemOf(await transfer.received), 'changed-while-sending');
    }
    assert.deepEqual(await readdir(folder), []);
  });

  it('refuses a file for which the disk has no room before a byte flows', async () => {
    const source = new FileFromStream(Readable.from([]), 2 ** 50);
    await assert.rejects(pair.start(source), { reason: 'no-space' });
    await source.close();
    assert.deepEqual(await readdir(folder), []);
  });

  it('does not take a folder, a pipe end or a missing file for a file', async () => {
    for (const [path, reason] of [
      [home.path, 'is-a-folder'],
      [join(home.path, 'missing'), 'not-found'],
      ['/dev/null', 'unreadable'],
    ] as const)
      await assert.rejects(FileOnDisk.open(path), { name: 'FileProblem', reason });
  });

  it('gives up on a sender that sends out of order or more than was offered', async () => {
    const bad = [
      (fileId: string) => dataFrame(fileId, 1, 100),
      (fileId: string) => dataFrame(fileId, 0, 20_000),
    ];
    for (const tamper of bad) {
      const transfer = await pair.start(await FileOnDisk.open(await onDisk(randomBytes(10_000))));
      pair.connect();
      pair.lane.a.tamper = (message) => {
        const frame = parseFileFrame(message);
        return frame.kind === 'data' ? tamper(frame.fileId) : message;
      };
      assert.equal(problemOf(await transfer.received), 'out-of-order');
      assert.equal(problemOf(await transfer.sent), 'out-of-order');
      assert.deepEqual(await readdir(folder), []);
    }
  });

  it('closes a lane that brings what is no frame', async () => {
    pair.connect();
    pair.lane.a.send(Buffer.from('GET / HTTP/1.1\r\n\r\n'));
    await new Promise<void>((resolve) => pair.lane.b.onClose(resolve));
    assert.ok(pair.lane.b.closed);
  });

  it('passes 300 MB with little memory', async function () {
    this.timeout(60_000);
    const block = randomBytes(1024 * 1024);
    const size = 300 * block.length;
    const source = new FileFromStream(
      Readable.from(
        (function* () {
          for (let i = 0; i < 300; i++) yield block;
        })(),
      ),
      size,
    );
    let most = 0;
    const before = process.memoryUsage().arrayBuffers;
    pair.connect();
    const transfer = await pair.start(source, {
      progressed() {
        most = Math.max(most, process.memoryUsage().arrayBuffers - before);
      },
    });
    assert.equal(problemOf(await transfer.received), 'done');
    assert.ok(most < 8 * FILE_WINDOW_BYTES, `${Math.round(most / 1e6)} MB`);
  });
});
