import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { build } from 'vite';
import { WebSocketServer } from 'ws';
import { openLaneSocket } from '../../../agent/connection/lane-socket.ts';
import { FileOnArrival, type SavedFile } from '../../../agent/files/receive-file.ts';
import { NodeSha256 } from '../../../agent/files/running-hash.ts';
import { FileOnDisk } from '../../../agent/files/send-file.ts';
import type { LaneChannel } from '../../../agent/lane-channel.ts';
import type { FileMessage, TransferProgress } from '../../../console/shared/file-transfer/file-exchange.ts';
import { attachFileLane } from '../../../protocol/customer-end/files/file-lane.ts';
import type { FileState, FileTool } from '../../../protocol/file-messages.ts';
import { FileReceiver } from '../../../protocol/file-receiver.ts';
import { FileSender } from '../../../protocol/file-sender.ts';
import { FileTransfers } from '../../../protocol/file-transfers.ts';
import { newPerson, startBrowser } from '../../support/browser.ts';
import { sha256 } from '../../support/file-transfer.ts';
import { type TemporaryFolder, temporaryFolder } from '../../support/temporary-folder.ts';
import { until } from '../../support/until.ts';

const PAGE = fileURLToPath(new URL('../../support/file-exchange-page.ts', import.meta.url));

/** Serves the page under our own headers, and joins the two sides of every lane by its ticket. */
async function serve(folder: string): Promise<{ server: Server; url: string }> {
  const sockets = new WebSocketServer({ noServer: true });
  const waiting = new Map<string, import('ws').WebSocket>();
  const server = createServer((request, response) => {
    response.setHeader('Content-Security-Policy', "default-src 'self'; script-src 'self'");
    if (request.url === '/') {
      response.setHeader('Content-Type', 'text/html');
      response.end('<!doctype html><title>files</title><script type="module" src="/page.js"></script>');
      return;
    }
    response.setHeader('Content-Type', 'text/javascript');
    readFile(join(folder, decodeURIComponent(request.url!))).then(
      (content) => response.end(content),
      () => response.writeHead(404).end(),
    );
  });
  server.on('upgrade', (request, socket, head) => {
    sockets.handleUpgrade(request, socket, head, (side) => {
      const ticket = request.url!;
      const other = waiting.get(ticket);
      if (!other) {
        waiting.set(ticket, side);
        side.pause();
        return;
      }
      waiting.delete(ticket);
      for (const [from, to] of [
        [side, other],
        [other, side],
      ] as const) {
        from.on('message', (data) => to.send(data as Buffer));
        from.on('close', () => to.terminate());
      }
      other.resume();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

describe("the technician's file exchange in a browser", function () {
  this.timeout(60_000);
  let built: TemporaryFolder;
  let browser: Browser;
  let server: Server;
  let url: string;
  let home: TemporaryFolder;
  let page: Page;
  let errors: string[];
  let told: FileMessage[];
  let lane: LaneChannel;

  before(async () => {
    built = await temporaryFolder();
    await build({
      configFile: false,
      logLevel: 'error',
      build: {
        outDir: built.path,
        assetsInlineLimit: 0,
        rolldownOptions: { input: PAGE, output: { entryFileNames: 'page.js' } },
      },
    });
    ({ server, url } = await serve(built.path));
    browser = await startBrowser();
  });
  after(async () => {
    await browser.close();
    server.closeAllConnections();
    server.close();
    await built.remove();
  });
  beforeEach(async () => {
    home = await temporaryFolder();
    told = [];
    ({ page, errors } = await newPerson(browser));
    await page.exposeFunction('toldByPage', (message: FileMessage) => {
      told.push(message);
    });
    await page.goto(url);
    await page.waitForFunction(() => window.exchange !== undefined);
  });
  afterEach(async () => {
    lane?.close();
    await page.context().close();
    await home.remove();
    assert.deepEqual(errors, []);
  });

  async function connect(tool: FileTool, transfers: FileTransfers): Promise<void> {
    await page.evaluate((name) => window.exchange.connect(name), tool);
    lane = await openLaneSocket(new URL(`/lane?ticket=${tool}`, url.replace('http', 'ws')));
    attachFileLane(lane, transfers);
  }

  const follow = (state: FileState) => page.evaluate((files) => window.exchange.follow(files), [state]);
  const at = new Date().toISOString();

  async function receive(transfers: FileTransfers, fileId: string, name: string, size: number) {
    const hash = new NodeSha256();
    const sink = await FileOnArrival.open({ folder: home.path, name, fileId, size }, hash);
    return new Promise<SavedFile>((resolve, reject) => {
      transfers.receive(
        new FileReceiver(fileId, size, sink, hash, { completed: resolve, failed: reject }, sink.alreadyThere),
      );
    });
  }

  it('sends a file that the technician chose', async () => {
    const size = 20_000_001;
    const transfers = new FileTransfers();
    const fileId = await page.evaluate((bytes) => window.exchange.offer('tool.zip', bytes), size);
    assert.deepEqual(told.shift(), {
      type: 'file.offer',
      fileId,
      tool: 'file-upload',
      name: 'tool.zip',
      size,
    });
    const received = receive(transfers, fileId, 'tool.zip', size);
    await follow({ fileId, tool: 'file-upload', standing: 'accepted', name: 'tool.zip', size, at });
    await connect('file-upload', transfers);
    const bytes = await readFile((await received).path);
    assert.equal(bytes.length, size);
    assert.ok(bytes.every((byte, index) => byte === index % 251));
    await until('the page says that it was sent', () => told.length > 0);
    const finished = {
      type: 'file.finished',
      fileId,
      outcome: 'completed',
      bytes: size,
      sha256: sha256(bytes),
    };
    assert.deepEqual(told, [finished]);
    const [progress] = (await page.evaluate(() => window.exchange.progress())) as TransferProgress[];
    assert.deepEqual(progress, { fileId, bytes: size, size, bytesPerSecond: 0, ended: 'completed' });
  });

  it('leaves nothing to wait for when the technician leaves the session’s page', async () => {
    const offered = await page.evaluate(() => window.exchange.offer('tool.zip', 10));
    const asked = await page.evaluate(() => window.exchange.ask('/var/log/printer.log'));
    await page.evaluate(() => window.exchange.close());
    const reason = 'cancelled-by-person';
    const gone = (fileId: string) => ({
      type: 'file.finished',
      fileId,
      outcome: 'cancelled',
      bytes: 0,
      reason,
    });
    await until('both are cancelled', () => told.length === 4);
    assert.deepEqual(told.slice(2), [gone(offered), gone(asked)]);
  });

  it('receives a file as a download, byte for byte, over a lane that breaks half way', async () => {
    const bytes = randomBytes(30_000_000);
    const path = join(home.path, 'log.bin');
    await writeFile(path, bytes);
    const fileId = crypto.randomUUID();
    const transfers = new FileTransfers();
    let broken = false;
    const sent = new Promise<string>((resolve, reject) => {
      void FileOnDisk.open(path).then((source) => {
        transfers.send(
          new FileSender(fileId, source, new NodeSha256(), {
            progressed(receivedBytes) {
              if (broken || receivedBytes < 12_000_000) return;
              broken = true;
              lane.close();
              void connect('file-download', transfers);
            },
            sent: resolve,
            failed: reject,
          }),
        );
      });
    });
    const download = page.waitForEvent('download');
    const state = {
      fileId,
      tool: 'file-download',
      standing: 'offered',
      name: 'log.bin',
      size: bytes.length,
      at,
    } as const;
    await page.evaluate((offered) => window.exchange.accept(offered), state);
    assert.deepEqual(told.shift(), { type: 'file.accept', fileId });
    await connect('file-download', transfers);
    assert.equal(await sent, sha256(bytes));
    const saved = await (await download).path();
    assert.equal((await download).suggestedFilename(), 'log.bin');
    assert.equal(sha256(await readFile(saved)), sha256(bytes));
    assert.ok(broken);
    await until('the page says that it has it', () => told.length > 0);
    assert.deepEqual(told, [
      { type: 'file.finished', fileId, outcome: 'completed', bytes: bytes.length, sha256: sha256(bytes) },
    ]);
  });

  it('takes at once what it asked for, and leaves anything else to a person', async () => {
    for (const [name, isTaken] of [
      ['Anna’s notes.txt', true],
      ['invoice.exe', false],
    ] as const) {
      const fileId = await page.evaluate(() => window.exchange.ask('C:\\Users\\anna\\Anna’s notes.txt'));
      told.length = 0;
      await follow({ fileId, tool: 'file-download', standing: 'offered', name, size: 10, at });
      if (isTaken) await until('it is accepted', () => told.some(({ type }) => type === 'file.accept'));
      else assert.deepEqual(told, []);
      await page.evaluate((id) => window.exchange.cancel(id), fileId);
    }
  });

  it('takes no file that does not fit into the browser’s storage, and says what to do', async () => {
    // As text: what a test compiles functions to knows names that the page does not.
    await page.evaluate(`
      navigator.storage.estimate = async () => ({ quota: 1_300_000_000, usage: 0 });
      window.showSaveFilePicker = async () => undefined;
    `);
    const ask = async () => {
      const fileId = await page.evaluate(() => window.exchange.ask('backup.tar'));
      told.length = 0;
      await follow({ fileId, tool: 'file-download', standing: 'offered', name: 'backup.tar', size: 2e9, at });
      return fileId;
    };
    const progress = async () =>
      (await page.evaluate(() => window.exchange.progress())) as TransferProgress[];
    // Where the person can choose a place, the file stays on offer.
    await ask();
    await until('the page says why', async () => (await progress()).some(({ isWaiting }) => isWaiting));
    assert.match((await progress())[0]?.problem ?? '', /room for 1\.3 GB in this browser’s storage.*2\.0 GB/);
    assert.equal(told.length, 0);
    // Where not, it fails with its reason.
    await page.evaluate(() => Object.assign(window, { showSaveFilePicker: undefined }));
    const fileId = await ask();
    await until('it is told', () => told.length > 0);
    const [finished] = told;
    assert(finished?.type === 'file.finished');
    assert.deepEqual(
      [finished.fileId, finished.outcome, finished.reason, finished.bytes],
      [fileId, 'failed', 'no-space', 0],
    );
  });

  it('stops at both ends when the technician cancels', async () => {
    const size = 50_000_000;
    const transfers = new FileTransfers();
    const fileId = await page.evaluate((bytes) => window.exchange.offer('big.zip', bytes), size);
    const received = receive(transfers, fileId, 'big.zip', size);
    await follow({ fileId, tool: 'file-upload', standing: 'accepted', name: 'big.zip', size, at });
    const cancelled = assert.rejects(received, { reason: 'cancelled-by-other' });
    await connect('file-upload', transfers);
    await until('bytes flow', () => (transfers.receiver(fileId)?.receivedBytes ?? 0) > 0);
    await page.evaluate((id) => window.exchange.cancel(id), fileId);
    await cancelled;
    await until('the page says so', () => told.some(({ type }) => type === 'file.finished'));
    const finished = told.at(-1);
    assert.equal(finished?.type === 'file.finished' && finished.outcome, 'cancelled');
  });
});
