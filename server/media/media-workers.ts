import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import type { types } from 'mediasoup';
import type { Clock } from '../clock.ts';
import type { MediaSettings } from '../config.ts';
import type { Logger } from '../log.ts';
import { openMediaPort } from './media-port.ts';
import { endWhenSilent, inTime, killed, startWorker, WorkerStuck } from './worker-process.ts';

/** A worker with its port. */
export interface MediaWorker {
  readonly worker: types.Worker;
  readonly server: types.WebRtcServer;
}

interface Slot {
  readonly port: number;
  /** Set while it runs or is being started. */
  running: Promise<MediaWorker> | undefined;
  /** Its last start took longer than anybody waits for, or takes so long now: nobody counts on it before it runs. */
  isLate: boolean;
  /** One died young, or did not start: the next one waits a little. */
  resting: { readonly over: Promise<void>; readonly isShort: boolean } | undefined;
  rooms: number;
  /** It got stuck, or as a further one had no port, ms since 1970: it is not tried again for each room. */
  notBefore: number;
}

export interface MediaWorkersParts {
  readonly settings: MediaSettings;
  readonly clock: Clock;
  readonly log: Logger;
  /** How many at most; one for each core by default. */
  readonly most?: number;
}

/** How often it is looked for a worker that was not there: one may be built meanwhile. */
const LOOK_AGAIN_MS = 10_000;
const PORT_TRIED_AGAIN_MS = 60_000;
/** One that never got ready will hardly get so the next time: a machine is not kept busy with that. */
const STUCK_TRIED_AGAIN_MS = 60_000;
const FIRST_RETRY_MS = 100;
const LAST_RETRY_MS = 10_000;
/** Whoever wants a room waits for so long a pause, and takes the slower way rather than wait for a longer one. */
const SHORT_MS = 1000;
/** And for so long a start: it takes a tenth of a second. */
const SOON_MS = 5_000;
/** A worker that lived so long did not die of how it was started. */
const PROVED_MS = 60_000;

/**
 * mediasoup's worker processes: one at first, one more for each core as rooms fill them. One that dies is started again
 * on the same port: at once when it had proved itself, else after a pause that doubles.
 */
export class MediaWorkers {
  readonly #parts: MediaWorkersParts;
  readonly #slots: Slot[];
  readonly #listeners = new Set<() => void>();
  #alive = 0;
  #wasUsable = false;
  #died = 0;
  #retryMs = FIRST_RETRY_MS;
  #lookedAt = 0;
  #closed = false;

  constructor(parts: MediaWorkersParts) {
    this.#parts = parts;
    const most = parts.most ?? availableParallelism();
    this.#slots = Array.from({ length: most }, (_, index) => ({
      port: parts.settings.firstPort === 0 ? 0 : parts.settings.firstPort + index,
      running: undefined,
      isLate: false,
      resting: undefined,
      rooms: 0,
      notBefore: 0,
    }));
  }

  /** Starts the first worker, where there is one on this machine. @throws MediaPortProblem */
  async start(): Promise<void> {
    const [first] = this.#slots;
    if (!first || !(await isInstalled()) || first.running || first.resting) return;
    if (first.notBefore > this.#parts.clock.now()) return;
    await this.#run(first);
  }

  /** Something can be made in a worker right now. Where none was there it looks again, at most every ten seconds. */
  get ready(): boolean {
    if (this.#alive === 0) this.#lookAgain();
    return this.#alive > 0 && !this.#closed;
  }

  /** None runs, but one will in about a second: who lost a room with the last one gets another there. */
  get returning(): boolean {
    const isOnItsWay = (slot: Slot) => isCountedOn(slot) || slot.resting?.isShort === true;
    return !this.#closed && this.#slots.some(isOnItsWay);
  }

  /** Called when rooms can be had and could not before, or the other way round. */
  onChange(listener: () => void): void {
    this.#listeners.add(listener);
  }

  counts(): { alive: number; died: number; rooms: number } {
    return {
      alive: this.#alive,
      died: this.#died,
      rooms: this.#slots.reduce((sum, { rooms }) => sum + rooms, 0),
    };
  }

  /**
   * The worker with the fewest rooms; a further one where all are used and cores are left. Waits for one that will be back
   * soon. @throws Error where none runs, and none will
   */
  async take(): Promise<MediaWorker & { release(): void }> {
    const running = this.#slots.filter(isCountedOn);
    const now = this.#parts.clock.now();
    const isIdle = ({ running, resting, notBefore }: Slot) =>
      running === undefined && !resting && notBefore <= now;
    const idle = this.#slots.find(isIdle);
    if (!idle && running.length === 0) {
      const short = this.#slots.find(({ resting }) => resting?.isShort)?.resting;
      if (!short) throw new Error('no media worker runs right now');
      await short.over;
      return this.take();
    }
    if (idle && running.length === 0) return this.#use(idle);
    if (idle && running.every(({ rooms }) => rooms > 0)) {
      const further = await this.#use(idle).catch((error: unknown) => {
        idle.notBefore = now + PORT_TRIED_AGAIN_MS;
        // Its port may be taken: those that run do for everybody.
        this.#parts.log.warn({ err: error }, 'no further media worker could be started');
        return undefined;
      });
      if (further) return further;
    }
    return this.#use(running.reduce((fewest, each) => (each.rooms < fewest.rooms ? each : fewest)));
  }

  async #use(slot: Slot): Promise<MediaWorker & { release(): void }> {
    slot.rooms += 1;
    let released = false;
    const release = () => {
      if (!released) slot.rooms -= 1;
      released = true;
    };
    try {
      return { ...(await inTime(this.#parts.clock, slot.running ?? this.#run(slot), SOON_MS)), release };
    } catch (error) {
      release();
      throw error;
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    const running = await Promise.allSettled(this.#slots.map(({ running }) => running));
    for (const each of running) if (each.status === 'fulfilled') each.value?.worker.close();
  }

  #run(slot: Slot): Promise<MediaWorker> {
    slot.running = this.#started(slot);
    slot.running.catch(() => {
      slot.running = undefined;
    });
    return slot.running;
  }

  async #started(slot: Slot): Promise<MediaWorker> {
    const { log, clock } = this.#parts;
    const cancel = clock.after(SOON_MS, () => {
      slot.isLate = true;
      this.#tell();
    });
    const { worker, server } = await this.#made(slot.port)
      .catch((error: unknown) => {
        if (error instanceof WorkerStuck) slot.notBefore = clock.now() + STUCK_TRIED_AGAIN_MS;
        throw error;
      })
      .finally(cancel);
    const since = clock.now();
    if (this.#closed) worker.close();
    slot.isLate = false;
    slot.notBefore = 0;
    this.#alive += 1;
    this.#tell();
    worker.on('died', (error) => {
      this.#alive -= 1;
      this.#died += 1;
      slot.running = undefined;
      log.error({ err: error, pid: worker.pid }, 'a media worker died; another takes its place');
      if (clock.now() - since < PROVED_MS) {
        this.#startLater(slot);
        return;
      }
      this.#retryMs = FIRST_RETRY_MS;
      this.#startAgain(slot);
      this.#tell();
    });
    endWhenSilent(worker, this.#parts);
    log.info({ pid: worker.pid, port: slot.port }, 'a media worker runs');
    return { worker, server };
  }

  async #made(port: number): Promise<MediaWorker> {
    const { clock } = this.#parts;
    const worker = await startWorker(clock);
    try {
      return { worker, server: await inTime(clock, openMediaPort(worker, this.#parts.settings, port)) };
    } catch (error) {
      worker.close();
      killed(worker.pid);
      throw error;
    }
  }

  /** Those who had their rooms there want them back. */
  #startAgain(slot: Slot): void {
    if (this.#closed || slot.running) return;
    this.#run(slot).catch((error: unknown) => {
      this.#parts.log.error({ err: error }, 'a media worker could not be started');
      this.#startLater(slot);
    });
  }

  #startLater(slot: Slot): void {
    const pauseMs = Math.max(this.#retryMs, slot.notBefore - this.#parts.clock.now());
    const over = new Promise<void>((resolve) => {
      this.#parts.clock.after(pauseMs, () => {
        slot.resting = undefined;
        this.#startAgain(slot);
        resolve();
      });
    });
    slot.resting = { over, isShort: pauseMs <= SHORT_MS };
    this.#retryMs = Math.min(this.#retryMs * 2, LAST_RETRY_MS);
    this.#tell();
  }

  #tell(): void {
    const isUsable = this.#alive > 0 || this.returning;
    if (isUsable === this.#wasUsable) return;
    this.#wasUsable = isUsable;
    for (const listener of this.#listeners) listener();
  }

  #lookAgain(): void {
    const { clock, log } = this.#parts;
    if (this.#closed || clock.now() - this.#lookedAt < LOOK_AGAIN_MS) return;
    this.#lookedAt = clock.now();
    if (this.#slots.some(({ running, resting }) => running || resting)) return;
    this.start().catch((error: unknown) => log.warn({ err: error }, 'the media worker cannot be used'));
  }
}

/** It runs, or will in a moment. */
const isCountedOn = ({ running, isLate }: Slot): boolean => running !== undefined && !isLate;

/** It is where mediasoup looks for it (scripts/media-worker.mjs puts it there). */
async function isInstalled(): Promise<boolean> {
  const { workerBin } = await import('mediasoup');
  return existsSync(workerBin);
}
