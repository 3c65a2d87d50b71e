import { RetentionKind } from '../../protocol/record.ts';
import type { Clock } from '../clock.ts';
import type { Logger } from '../log.ts';
import type { RetentionSchedule, SettingsStore } from '../settings/settings.ts';
import type { DeletionCount, DeletionRule, RecordStore } from './record-store.ts';

const DAY_MS = 86_400_000;
/** A broker that is restarted every night must not put it off for ever. */
const FIRST_RUN_AFTER_MS = 60_000;
const RUN_EVERY_MS = DAY_MS;

export interface RetentionParts {
  readonly store: Pick<RecordStore, 'append' | 'deleteDue'>;
  readonly settings: Pick<SettingsStore, 'current'>;
  readonly clock: Clock;
  readonly log: Pick<Logger, 'info' | 'error'>;
}

/** What is older than the schedule allows at `now` (milliseconds since the epoch). */
export function deletionRules(schedule: RetentionSchedule, now: number): DeletionRule[] {
  return RetentionKind.options.map((kind) => ({
    kind,
    before: new Date(now - schedule[kind] * DAY_MS).toISOString(),
  }));
}

/** Deletes what is due by the retention schedule, and records that it did. */
export class Retention {
  readonly #parts: RetentionParts;
  #cancelNext: () => void = () => {};
  #running: Promise<unknown> = Promise.resolve();
  #closed = false;

  constructor(parts: RetentionParts) {
    this.#parts = parts;
  }

  /** Runs from now on by itself. */
  start(): void {
    this.#schedule(FIRST_RUN_AFTER_MS);
  }

  /**
   * Deletes what is due now, by the settings of now; with `dryRun` only counts. Runs wait for each other.
   * @throws Refusal `record.unavailable` when it cannot be recorded: then nothing was deleted.
   */
  run({ dryRun }: { dryRun: boolean }): Promise<DeletionCount[]> {
    const counts = this.#running.then(() => this.#run(dryRun));
    this.#running = counts.catch(() => {});
    return counts;
  }

  /** Waits for a run that has begun. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#cancelNext();
    await this.#running;
  }

  async #run(dryRun: boolean): Promise<DeletionCount[]> {
    const { store, settings, clock, log } = this.#parts;
    const rules = deletionRules(settings.current().retention, clock.now());
    const planned = await store.deleteDue(rules, true);
    if (dryRun) return planned;
    const deleted = planned.filter(({ entries, sessions }) => entries + sessions > 0);
    // The record comes before the effect. Nothing that is due can come or go between the count and the deletion.
    if (deleted.length > 0) await store.append([{ type: 'retention.ran', deleted }]);
    // Also when nothing is due: a run that was interrupted may have left something to finish.
    const counts = await store.deleteDue(rules, false);
    if (deleted.length > 0) log.info({ deleted: counts }, 'retention: deleted what was due');
    return counts;
  }

  #schedule(delayMs: number): void {
    this.#cancelNext = this.#parts.clock.after(delayMs, () => void this.#runAndSchedule());
  }

  async #runAndSchedule(): Promise<void> {
    try {
      await this.run({ dryRun: false });
    } catch (error) {
      this.#parts.log.error({ err: error }, 'retention: what is due could not be deleted; it is tried again');
    }
    if (!this.#closed) this.#schedule(RUN_EVERY_MS);
  }
}
