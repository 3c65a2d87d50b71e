import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { createLog } from '../../server/log.ts';
import type { MediaWorkers } from '../../server/media/media-workers.ts';
import { startMedia } from '../../server/media/start-media.ts';
import { type RunningBroker, startBroker } from '../support/broker.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { isRunning, startsGetStuck, stuckWorker } from '../support/stuck-worker.ts';
import { until } from '../support/until.ts';

describe('media workers', () => {
  let clock: FakeClock;
  const started: MediaWorkers[] = [];
  const start = async ({ firstPort = 0, isPortGiven = false, most = 1 } = {}) => {
    const settings = {
      listenIp: '127.0.0.1',
      announcedAddress: undefined,
      firstPort,
      isPortGiven,
      turn: undefined,
    };
    const { workers } = await startMedia({ settings, clock, log: createLog('silent'), most });
    started.push(workers);
    return workers;
  };
  beforeEach(() => {
    clock = new FakeClock();
  });
  afterEach(async () => {
    for (const workers of started.splice(0)) await workers.close();
  });

  async function kill(workers: MediaWorkers) {
    const { worker, release } = await workers.take();
    release();
    const { died } = workers.counts();
    process.kill(worker.pid, 'SIGKILL');
    await until('it is known to have died', () => workers.counts().died === died + 1);
  }
  const isBack = (workers: MediaWorkers) => until('one runs again', () => workers.counts().alive === 1);

  it('are started again after a pause that doubles, where they die young', async () => {
    const workers = await start();
    for (const pause of [100, 200, 400, 800]) {
      await kill(workers);
      clock.advance(pause - 1);
      assert.equal(workers.counts().alive, 0, `${pause} ms`);
      clock.advance(1);
      await isBack(workers);
    }
  });

  it('are waited for by who wants a room where they are back in a moment, and no longer', async () => {
    const workers = await start();
    for (const pause of [100, 200, 400, 800]) {
      await kill(workers);
      assert.deepEqual([workers.ready, workers.returning], [false, true]);
      const taken = workers.take();
      clock.advance(pause);
      (await taken).release();
    }
    await kill(workers);
    assert.deepEqual([workers.ready, workers.returning], [false, false]);
    await assert.rejects(workers.take(), /no media worker runs/);
  });

  it('are not waited for by a broker where one never gets ready', async function () {
    this.timeout(60_000);
    const stuck = await stuckWorker();
    const broker = await startBroker({ COUNTERSIGN_MEDIA: 'on', MEDIASOUP_WORKER_BIN: stuck.path });
    try {
      assert.equal((await (await fetch(`${broker.url}/readyz`)).json()).media, 'none');
      assert.match(broker.program.output(), /the media worker does not start/);
      const [pid] = await stuck.pids();
      await until('it is ended', () => pid !== undefined && !isRunning(pid));
    } finally {
      await broker.close();
      await stuck.close();
    }
  });

  it('are one process at a time, and not counted on, where one that starts again gets stuck', async () => {
    const workers = await start();
    const stuck = await startsGetStuck();
    try {
      await kill(workers);
      clock.advance(100);
      await until('it starts', async () => (await stuck.pids()).length === 1);
      assert.equal(workers.returning, true);
      const taken = workers.take();
      taken.catch(() => {});
      clock.advance(5_000);
      await assert.rejects(taken, /does not get ready/);
      assert.deepEqual([workers.ready, workers.returning], [false, false]);
      await assert.rejects(workers.take(), /no media worker runs/);
      clock.advance(5_000);
      const [pid] = await stuck.pids();
      await until('it is ended', () => !isRunning(pid!));
      clock.advance(59_999);
      assert.equal(workers.returning, false);
      stuck.heal();
      clock.advance(1);
      await isBack(workers);
      assert.deepEqual(await stuck.pids(), [pid], 'none was started before');
    } finally {
      await stuck.close();
    }
  });

  it('are back at once where the one that died had proved itself', async () => {
    const workers = await start();
    await kill(workers);
    clock.advance(100);
    await isBack(workers);
    clock.advance(60_000);
    await kill(workers);
    await isBack(workers);
    await kill(workers);
    clock.advance(100);
    await isBack(workers);
  });

  it('are one for each port, also when they are asked for while one is on its way', async () => {
    const workers = await start();
    await kill(workers);
    clock.advance(100);
    assert.equal(workers.ready, false);
    const [one, other] = await Promise.all([workers.take(), workers.take(), workers.start()]);
    assert.equal(one.worker.pid, other.worker.pid);
    assert.equal(workers.counts().alive, 1);
  });

  it('are ended and replaced when they hang, though nobody wants anything of them', async () => {
    const workers = await start();
    const { worker, release } = await workers.take();
    release();
    process.kill(worker.pid, 'SIGSTOP');
    await until('it is ended', () => {
      clock.advance(1_000);
      return workers.counts().died === 1;
    });
    clock.advance(100);
    await isBack(workers);
  });

  it('are not ended by a broker that was held up itself', async () => {
    const workers = await start();
    const before = await workers.take();
    clock.advance(60_000);
    // Looked at a second time only after what came meanwhile was heard.
    await before.worker.dump();
    clock.advance(60_000);
    await before.worker.dump();
    assert.deepEqual(workers.counts(), { alive: 1, died: 0, rooms: 1 });
  });

  describe('whose port another program has', () => {
    let taken: Server;
    let firstPort: number;
    beforeEach(async () => {
      taken = await besideAFreePort();
      firstPort = (taken.address() as AddressInfo).port;
    });
    afterEach(() => taken.close());

    it('are done without, where nobody named the port', async () => {
      const workers = await start({ firstPort });
      assert.equal(workers.ready, false);
    });

    it('are had by the next room once the port is free, where none runs', async () => {
      const workers = await start({ firstPort });
      await assert.rejects(workers.take(), /already in use/);
      taken.close();
      await once(taken, 'close');
      (await workers.take()).release();
      assert.equal(workers.counts().alive, 1);
    });

    it('are a reason not to start, where somebody did', async () => {
      await assert.rejects(
        start({ firstPort, isPortGiven: true }),
        /COUNTERSIGN_MEDIA_PORT: .*already in use/,
      );
    });

    it('of a further one is not tried for each room, but now and then', async () => {
      const workers = await start({ firstPort: firstPort - 1, most: 2 });
      const [one, other] = [await workers.take(), await workers.take()];
      assert.equal(other.worker.pid, one.worker.pid);
      taken.close();
      await once(taken, 'close');
      assert.equal((await workers.take()).worker.pid, one.worker.pid);
      clock.advance(60_000);
      assert.notEqual((await workers.take()).worker.pid, one.worker.pid);
    });
  });

  it('inherit no secret of the broker', async function () {
    this.timeout(60_000);
    const secrets = {
      COUNTERSIGN_KEY: Buffer.alloc(32, 7).toString('base64'),
      COUNTERSIGN_SIGNING_KEY: Buffer.alloc(32, 9).toString('base64'),
      COUNTERSIGN_MEDIA_TURN_SECRET: 'what the relay and we share',
    };
    const broker: RunningBroker = await startBroker({
      ...secrets,
      COUNTERSIGN_KEY_FILE: '',
      COUNTERSIGN_MEDIA: 'on',
      COUNTERSIGN_MEDIA_TURN: 'turn:127.0.0.1:3478',
      COUNTERSIGN_LOG_LEVEL: 'info',
    });
    try {
      const [, pid] = await broker.program.prints(/"pid":(\d+),"port":\d+,"msg":"a media worker runs"/);
      const environment = await readFile(`/proc/${pid}/environ`, 'utf8');
      assert.match(environment, /MEDIASOUP_VERSION=/);
      for (const [name, secret] of Object.entries(secrets)) {
        assert(!environment.includes(`${name}=`), name);
        assert(!environment.includes(secret), name);
      }
    } finally {
      await broker.close();
    }
  });
});

/** Listens at a port whose lower neighbour nobody has. */
async function besideAFreePort(): Promise<Server> {
  for (;;) {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const neighbour = createServer().listen((server.address() as AddressInfo).port - 1, '127.0.0.1');
    const isFree = await once(neighbour, 'listening').catch(() => undefined);
    neighbour.close();
    if (isFree) return server;
    server.close();
  }
}
