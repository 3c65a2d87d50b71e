import type { LogCheckpoint } from '../../protocol/log-proof.ts';
import { type Clock, instant } from '../clock.ts';
import type { Logger } from '../log.ts';
import type { TransparencyLog } from '../records/transparency-log.ts';
import { LogDisagrees } from './kept-log.ts';
import type { Shown, Witness } from './witness.ts';

/** What a witness last said. */
export interface WitnessState {
  readonly name: string;
  /** `waiting`: it was not shown anything yet. `took`: it answered, but nothing shows that it kept what it was shown. */
  readonly state: 'waiting' | 'agrees' | 'took' | 'unreachable' | 'disagrees';
  readonly agreedAt?: string | undefined;
  readonly agreedSize?: number | undefined;
  /** Its newest cosignature, verified: a line of the signed note. */
  readonly cosignature?: string | undefined;
  /** Why not, for people. */
  readonly problem?: string | undefined;
}

/** A busy log has hundreds of checkpoints a second: the newest of each second covers them all. */
const SHOW_EVERY_MS = 1_000;
const FIRST_RETRY_MS = 2_000;
const LAST_RETRY_MS = 300_000;

/** Shows each witness the newest checkpoint, again and again until it has it. What waits is never more than the newest one. */
export class CheckpointPublisher {
  readonly #lines: readonly Line[];

  constructor(parts: {
    witnesses: readonly Witness[];
    transparency: Pick<TransparencyLog, 'checkpoint' | 'consistency'>;
    clock: Clock;
    log: Pick<Logger, 'warn' | 'error'>;
  }) {
    this.#lines = parts.witnesses.map((witness) => new Line(witness, parts));
  }

  /** There is a newer checkpoint than before; also at start, when there may be one. */
  readonly grown = (): void => {
    for (const line of this.#lines) line.wake();
  };

  states(): WitnessState[] {
    return this.#lines.map(({ state }) => state);
  }

  /** Lets what is under way finish. What was not shown is shown at the next start. */
  async close(): Promise<void> {
    await Promise.all(this.#lines.map((line) => line.close()));
  }
}

type LineParts = ConstructorParameters<typeof CheckpointPublisher>[0];

/** The way to one witness. */
class Line {
  state: WitnessState;
  #isBehind = false;
  #isUnreadSaid = false;
  #isUnreachableSaid = false;
  #closed = false;
  #retryMs = FIRST_RETRY_MS;
  #running: Promise<void> | undefined;
  #cancelPause: () => void = () => {};

  constructor(
    private readonly witness: Witness,
    private readonly parts: LineParts,
  ) {
    this.state = { name: witness.name, state: 'waiting' };
  }

  wake(): void {
    this.#isBehind = true;
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#cancelPause();
    await this.#running;
  }

  async #run(): Promise<void> {
    while (this.#isBehind && !this.#closed) {
      this.#isBehind = false;
      const pauseMs = await this.#showNewest();
      await this.#pause(pauseMs);
    }
  }

  /** @returns how long to wait before the next time. */
  async #showNewest(): Promise<number> {
    const { transparency, clock, log } = this.parts;
    let checkpoint: LogCheckpoint | undefined;
    let shown: Shown;
    try {
      checkpoint = await transparency.checkpoint();
      shown = await this.witness.show(
        checkpoint,
        async (from, to) => (await transparency.consistency(from, to)).hashes,
      );
    } catch (error) {
      // An empty log has nothing to show: its first entry wakes this line.
      if (checkpoint === undefined && (error as { code?: string }).code === 'not-found') return SHOW_EVERY_MS;
      this.#isBehind = true;
      if (checkpoint === undefined) return this.#unread(error as Error, log);
      return this.#failed(error as Error, log);
    }
    this.#retryMs = FIRST_RETRY_MS;
    this.#isUnreadSaid = false;
    this.#isUnreachableSaid = false;
    this.state = {
      name: this.witness.name,
      state: shown.isVerified ? 'agrees' : 'took',
      agreedAt: instant(clock),
      agreedSize: checkpoint.size,
      cosignature: shown.cosignature,
    };
    return SHOW_EVERY_MS;
  }

  /** The log itself could not be read: it is tried again, also when the log does not grow any more. */
  #unread(error: Error, log: LineParts['log']): number {
    const problem = `The newest checkpoint could not be read, so it was not shown: ${error.message}`;
    if (!this.#isUnreadSaid)
      log.warn({ witness: this.witness.name, err: error }, 'the newest checkpoint could not be read');
    this.#isUnreadSaid = true;
    // What a witness disagreed about stands until it agrees.
    if (this.state.state !== 'disagrees') this.state = { ...this.state, problem };
    return this.#nextRetry();
  }

  #failed(error: Error, log: LineParts['log']): number {
    const { name } = this.witness;
    const { agreedAt, agreedSize, cosignature, state: before } = this.state;
    const disagrees = error instanceof LogDisagrees;
    const state = disagrees ? 'disagrees' : 'unreachable';
    // Each is said once, and not at every try.
    if (disagrees && before !== 'disagrees') log.error({ witness: name }, `ALARM: ${error.message}`);
    if (!disagrees && !this.#isUnreachableSaid)
      log.warn({ witness: name, err: error }, 'a witness cannot be reached; it is tried again');
    this.#isUnreachableSaid = !disagrees;
    // Only its agreement ends an alarm: otherwise whoever keeps it from answering would.
    if (disagrees || before !== 'disagrees')
      this.state = { name, state, agreedAt, agreedSize, cosignature, problem: error.message };
    const retryMs = this.#nextRetry();
    return disagrees ? LAST_RETRY_MS : retryMs;
  }

  #nextRetry(): number {
    const retryMs = this.#retryMs;
    this.#retryMs = Math.min(retryMs * 2, LAST_RETRY_MS);
    return retryMs;
  }

  #pause(delayMs: number): Promise<void> {
    if (this.#closed) return Promise.resolve();
    return new Promise((resolve) => {
      const cancel = this.parts.clock.after(delayMs, resolve);
      this.#cancelPause = () => {
        cancel();
        resolve();
      };
    });
  }
}
