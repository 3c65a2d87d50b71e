import type { LogCheckpoint } from '../../protocol/log-proof.ts';
import { AlarmingStanding, type WitnessStanding } from '../../protocol/log-state.ts';
import { type Clock, instant } from '../clock.ts';
import type { Logger } from '../log.ts';
import type { TransparencyLog } from '../records/transparency-log.ts';
import { KeptUnusable, LogDisagrees } from './disagreement.ts';
import type { Shown, Witness } from './witness.ts';

/** What a witness last said. */
export interface WitnessState {
  readonly name: string;
  readonly state: WitnessStanding;
  readonly agreedAt?: string | undefined;
  readonly agreedSize?: number | undefined;
  /** How many entries the log had when this witness saw it for the first time, if that was since the broker started. */
  readonly beganWith?: number | undefined;
  /** Its newest cosignature, verified: a line of the signed note. */
  readonly cosignature?: string | undefined;
  /** Why not, for people. */
  readonly problem?: string | undefined;
}

/** A busy log has hundreds of checkpoints a second: the newest of each second covers them all. */
const SHOW_EVERY_MS = 1_000;
const FIRST_RETRY_MS = 2_000;
const LAST_RETRY_MS = 300_000;
/** Who changes a log has to keep its witnesses away first: one that stays away for so long is an alarm itself. */
export const SILENT_AFTER_MS = 3_600_000;
/** The graver one stands until the witness agrees: otherwise whoever keeps it from answering would end an alarm. */
const GRAVITY: Record<WitnessStanding, number> = {
  waiting: 0,
  'first-seen': 0,
  agrees: 0,
  took: 0,
  unreachable: 1,
  silent: 2,
  damaged: 3,
  disagrees: 4,
};

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
  /** Each is said once, and not at every try. */
  readonly #said = new Set<WitnessStanding>();
  #failingSince: number | undefined;
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
    const { transparency, log } = this.parts;
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
    this.#said.clear();
    this.#failingSince = undefined;
    this.#took(checkpoint, shown);
    return SHOW_EVERY_MS;
  }

  #took({ size }: LogCheckpoint, { isVerified, from, cosignature }: Shown): void {
    const { clock, log } = this.parts;
    const { name } = this.witness;
    const isFirst = isVerified && from === 0;
    if (isFirst)
      log.warn(
        { witness: name, size },
        'a witness sees this log for the first time, with nothing to compare',
      );
    this.state = {
      name,
      state: isFirst ? 'first-seen' : isVerified ? 'agrees' : 'took',
      agreedAt: instant(clock),
      agreedSize: size,
      beganWith: isFirst ? size : this.state.beganWith,
      cosignature,
    };
  }

  /** The log itself could not be read: it is tried again, also when the log does not grow any more. */
  #unread(error: Error, log: LineParts['log']): number {
    const problem = `The newest checkpoint could not be read, so it was not shown: ${error.message}`;
    if (!this.#isUnreadSaid)
      log.warn({ witness: this.witness.name, err: error }, 'the newest checkpoint could not be read');
    this.#isUnreadSaid = true;
    // What a witness disagreed about stands until it agrees.
    if (!isAlarming(this.state.state)) this.state = { ...this.state, problem };
    return this.#nextRetry();
  }

  #failed(error: Error, log: LineParts['log']): number {
    const { name } = this.witness;
    const { state: before } = this.state;
    this.#failingSince ??= this.parts.clock.now();
    const state = standingOf(error) ?? this.#outOfReach();
    const problem =
      state === 'silent'
        ? `It was not reached since ${new Date(this.#failingSince).toISOString()}: ${error.message}`
        : error.message;
    if (!this.#said.has(state)) {
      if (isAlarming(state)) log.error({ witness: name }, `ALARM: ${problem}`);
      else log.warn({ witness: name, err: error }, 'a witness cannot be reached; it is tried again');
    }
    this.#said.add(state);
    if (GRAVITY[state] >= GRAVITY[before]) this.state = { ...this.state, state, problem };
    const retryMs = this.#nextRetry();
    return state === 'disagrees' || state === 'damaged' ? LAST_RETRY_MS : retryMs;
  }

  #outOfReach(): 'silent' | 'unreachable' {
    const { clock } = this.parts;
    const failedForMs = clock.now() - (this.#failingSince ?? clock.now());
    return failedForMs >= SILENT_AFTER_MS ? 'silent' : 'unreachable';
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

const isAlarming = (state: WitnessStanding): boolean => AlarmingStanding.safeParse(state).success;

/** What a witness said by failing; `undefined` when it said nothing. */
function standingOf(error: Error): 'disagrees' | 'damaged' | undefined {
  if (error instanceof LogDisagrees) return 'disagrees';
  return error instanceof KeptUnusable ? 'damaged' : undefined;
}
