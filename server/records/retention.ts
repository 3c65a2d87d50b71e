import type { ClockDoubt, RetentionPreview } from '../../protocol/retention.ts';
import { DATED_KINDS, type DatedKind, SESSION_KINDS } from '../../protocol/retention-kinds.ts';
import { type Clock, instant } from '../clock.ts';
import type { Logger } from '../log.ts';
import { type RetentionPeriods, type SettingsStore, scheduleOf } from '../settings/settings.ts';
import { ClockGuard, type GuardingLog } from './clock-guard.ts';
import type { DeletionCount, DeletionRule, RecordStore } from './record-store.ts';
import { PREVIEW_DAYS, previewOf } from './retention-preview.ts';

const DAY_MS = 86_400_000;
/** A broker that is restarted every night must not put it off for ever. */
const FIRST_RUN_AFTER_MS = 60_000;
const RUN_EVERY_MS = DAY_MS;
/** What was cut off (a reader in the way of the log, a full disk) leaves deleted words in some file: not for a day. */
const TRY_AGAIN_AFTER_MS = 5 * 60_000;
/** Who wants a run that nobody started: as its entry says. */
const SCHEDULE = 'schedule';

export interface RetentionParts {
  readonly store: Pick<RecordStore, 'append' | 'deleteDue' | 'countDue'> & GuardingLog;
  readonly settings: Pick<SettingsStore, 'current'>;
  readonly clock: Clock;
  readonly log: Pick<Logger, 'info' | 'error'>;
}

/** What is older than the schedule allows at `now` (milliseconds since the epoch); teams with their own periods apart. */
export function deletionRules(periods: RetentionPeriods, now: number): DeletionRule[] {
  const before = (days: number) => new Date(now - days * DAY_MS).toISOString();
  const ofTeams = Object.keys(periods.retentionOfTeams).flatMap((team) => {
    const own = scheduleOf(periods, team);
    return SESSION_KINDS.filter((kind) => own[kind] !== periods.retention[kind]).map((kind) => ({
      kind,
      team,
      before: before(own[kind]),
    }));
  });
  return [...DATED_KINDS.map((kind) => ({ kind, before: before(periods.retention[kind]) })), ...ofTeams];
}

/** Deletes what is due by the retention schedule, and records that it did. */
export class Retention {
  readonly #parts: RetentionParts;
  readonly #guard: ClockGuard;
  /** Milliseconds since the epoch: the moment of the log that the clock did not follow when a run was due. */
  #doubted: number | undefined;
  #cancelNext: (() => void) | undefined;
  #running: Promise<unknown> = Promise.resolve();
  #deleting = 0;
  #previewing: Promise<unknown> = Promise.resolve();
  #nextPreview: Promise<RetentionPreview> | undefined;
  readonly #stop = new AbortController();

  constructor(parts: RetentionParts) {
    this.#parts = parts;
    this.#guard = new ClockGuard(parts.store);
  }

  /** Runs from now on by itself, while the clock may be right. */
  start(): void {
    this.#schedule(FIRST_RUN_AFTER_MS);
  }

  /**
   * Deletes what is due now, by the settings and the clock of now; with `dryRun` only counts. Runs wait for each other; once started, one
   * that failed is tried again in a few minutes. One by the schedule deletes nothing while the clock is in doubt. `by`: who wanted it, as the entry names them.
   * @throws Refusal `record.unavailable` when it cannot be recorded: then nothing was deleted.
   */
  run(options: { dryRun: true } | { dryRun: false; by: string }): Promise<DeletionCount[]> {
    const deletes = options.dryRun ? 0 : 1;
    this.#deleting += deletes;
    const counts = this.#running
      .then(() => this.#run(options.dryRun ? undefined : options.by))
      .finally(() => {
        this.#deleting -= deletes;
      });
    this.#running = counts.catch(() => {
      if (!options.dryRun && this.#cancelNext) this.#schedule(TRY_AGAIN_AFTER_MS);
    });
    return counts;
  }

  /** Why nothing is deleted by itself now. */
  get clockDoubt(): ClockDoubt | undefined {
    if (this.#doubted === undefined) return undefined;
    return { clock: instant(this.#parts.clock), log: new Date(this.#doubted).toISOString() };
  }

  /**
   * Each kind's rule, and what goes when. One is counted at a time: all who ask meanwhile share the next one, so that pages
   * which ask again and again do not queue up counts. Nobody gets one that was begun before they asked.
   */
  preview(): Promise<RetentionPreview> {
    this.#nextPreview ??= this.#previewing.then(() => {
      this.#nextPreview = undefined;
      return this.#preview();
    });
    this.#previewing = this.#nextPreview.catch(() => {});
    return this.#nextPreview;
  }

  /** How much of a kind the next run would delete by these periods: sessions, or entries. */
  async dueUnder(periods: RetentionPeriods, kind: DatedKind): Promise<number> {
    const { store, clock } = this.#parts;
    const rules = deletionRules(periods, clock.now()).filter((rule) => rule.kind === kind);
    const counts = await store.countDue(rules, [0]);
    return counts.reduce((sum, { due: [due = 0] }) => sum + due, 0);
  }

  /** Ends a run that has begun after the step that it is at; the next start does the rest. */
  async close(): Promise<void> {
    this.#stop.abort();
    this.#cancelNext?.();
    await this.#running;
  }

  async #preview(): Promise<RetentionPreview> {
    const { store, settings, clock } = this.#parts;
    const periods = settings.current();
    // A run that ends while it is counted has left less than is said: who looks on asks once more.
    const wasRunning = this.#deleting > 0;
    const counts = await store.countDue(deletionRules(periods, clock.now()), PREVIEW_DAYS);
    const { clockDoubt } = this;
    return {
      ...previewOf(periods, counts, instant(clock)),
      isRunning: wasRunning || this.#deleting > 0,
      ...(clockDoubt && { clockDoubt }),
    };
  }

  async #run(by: string | undefined): Promise<DeletionCount[]> {
    const { store, settings, clock, log } = this.#parts;
    const now = clock.now();
    const rules = deletionRules(settings.current(), now);
    if (by === undefined) return store.deleteDue(rules, true);
    const doubted = await this.#guard.doubt(now);
    if (doubted !== undefined && by === SCHEDULE) return this.#wait(now, doubted);
    const planned = (await store.countDue(rules, [0])).flatMap(({ kind, before, team, due: [due = 0] }) =>
      due > 0 ? [{ kind, before, ...(team !== undefined && { team }), due }] : [],
    );
    // The record comes before the effect: this entry says what a run sets out to delete, the certificates what it did.
    // Also when nothing is due, where it says that somebody holds the clock to be right.
    if (planned.length > 0 || doubted !== undefined)
      await store.append([{ type: 'retention.ran', by, planned }]);
    this.#guard.believe(now);
    this.#doubted = undefined;
    // Also when nothing is due: a run that was interrupted may have left something to finish.
    const counts = await store.deleteDue(rules, false, this.#stop.signal, new Date(now).toISOString());
    if (planned.length > 0) log.info({ deleted: counts }, 'retention: deleted what was due');
    return counts;
  }

  #schedule(delayMs: number): void {
    this.#cancelNext?.();
    if (this.#stop.signal.aborted) return;
    this.#cancelNext = this.#parts.clock.after(delayMs, () => void this.#runAndSchedule());
  }

  async #runAndSchedule(): Promise<void> {
    try {
      await this.run({ dryRun: false, by: SCHEDULE });
      this.#schedule(this.#doubted === undefined ? RUN_EVERY_MS : TRY_AGAIN_AFTER_MS);
    } catch (error) {
      this.#parts.log.error({ err: error }, 'retention: what is due could not be deleted; it is tried again');
    }
  }

  /** A clock that is set right ends it; so does a run that somebody starts. */
  #wait(now: number, doubted: number): DeletionCount[] {
    if (this.#doubted === undefined)
      this.#parts.log.error(
        { clock: new Date(now).toISOString(), newestOfLog: new Date(doubted).toISOString() },
        'ALARM: the clock does not follow the log, so nothing is deleted by itself. Look at the clock: set it, or, if it is right, delete what is due by hand (the page /retention, or countersign retention)',
      );
    this.#doubted = doubted;
    return [];
  }
}
