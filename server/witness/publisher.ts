import type { LogCheckpoint } from '../../protocol/log-proof.ts';
import { type Clock, instant } from '../clock.ts';
import type { Logger } from '../log.ts';
import type { TransparencyLog } from '../records/transparency-log.ts';
import { LogDisagrees } from './kept-log.ts';
import type { Witness } from './witness.ts';

/** What a witness last said. */
export interface WitnessState {
  readonly name: string;
  /** `waiting`: it was not shown anything yet. */
  readonly state: 'waiting' | 'agrees' | 'unreachable' | 'disagrees';
  readonly agreedAt?: string | undefined;
  readonly agreedSize?: number | undefined;
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
    try {
      checkpoint = await transparency.checkpoint();
      await this.witness.show(
        checkpoint,
        async (from, to) => (await transparency.consistency(from, to)).hashes,
      );
    } catch (error) {
      if (checkpoint === undefined) return SHOW_EVERY_MS;
      this.#isBehind = true;
      return this.#failed(error as Error, log);
    }
    this.#retryMs = FIRST_RETRY_MS;
    this.state = {
      name: this.witness.name,
      state: 'agrees',
      agreedAt: instant(clock),
      agreedSize: checkpoint.size,
    };
    return SHOW_EVERY_MS;
  }

  #failed(error: Error, log: LineParts['log']): number {
    const { agreedAt, agreedSize } = this.state;
    const disagrees = error instanceof LogDisagrees;
    const state = disagrees ? 'disagrees' : 'unreachable';
    // Said once each time it changes, not at every try.
    if (this.state.state !== state) {
      if (disagrees) log.error({ witness: this.witness.name }, `ALARM: ${error.message}`);
      else
        log.warn(
          { witness: this.witness.name, err: error },
          'a witness cannot be reached; it is tried again',
        );
    }
    this.state = { name: this.witness.name, state, agreedAt, agreedSize, problem: error.message };
    const retryMs = disagrees ? LAST_RETRY_MS : this.#retryMs;
    this.#retryMs = Math.min(this.#retryMs * 2, LAST_RETRY_MS);
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
