import type { LeafRange } from '../../../protocol/proof/tree-shape.ts';
import { type Clock, instant } from '../../clock.ts';
import type { Deletion } from '../ledger-line.ts';
import type { DeletionCount, DeletionRule } from '../record-store.ts';
import type { Spared } from './deletion.ts';
import { inOrder, type Team, teamsOf } from './rule-teams.ts';
import { StepPace } from './step-pace.ts';
import type { StoreThreads } from './store-threads.ts';

export interface StoreDeletionsOptions {
  readonly clock: Clock;
  /**
   * Told of each step of a deletion once it is durable; the next step waits for the answer. After a crash or a failure in between only
   * the step's certificate tells of it (settle-deletion-ledger.ts).
   */
  readonly onDeleted?: ((deletion: Deletion) => Promise<void> | void) | undefined;
  /** Before a run deletes anything: what an earlier one could not tell `onDeleted` is told first, or nothing more goes. */
  readonly beforeRun?: (() => Promise<void>) | undefined;
  /** Told of sessions whose rows were not what their entries tell, when they are right again. */
  readonly onCorrected?: ((sessionIds: readonly string[]) => void) | undefined;
  /** Told of sessions and entries that are due and do not go, because they are not as they were logged; once a run. */
  readonly onDamaged?: ((named: readonly string[]) => void) | undefined;
  /** How many entries there are more, or fewer. */
  readonly onCounted: (change: number) => void;
}

export type OnStep = (progress: { readonly done: number; readonly total: number }) => void;

/** Each try may keep an append waiting for a moment. */
const SHRINK_AGAIN_AFTER_MS = 500;

/** Deletes in steps, so that appends pass between them, and forgets what was deleted. */
export class StoreDeletions {
  #reading: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly threads: StoreThreads,
    private readonly options: StoreDeletionsOptions,
  ) {}

  /**
   * @param stop leaves the rest to the next run; what is deleted by then is certified and told of.
   * @param begun the moment (ISO 8601) at which somebody looked at the clock: what is kept is judged by it.
   */
  async due(
    rules: readonly DeletionRule[],
    dryRun: boolean,
    stop?: AbortSignal,
    begun = instant(this.options.clock),
  ): Promise<DeletionCount[]> {
    if (dryRun) return this.threads.readLong('countDue', rules, begun);
    await this.options.beforeRun?.();
    const alarmed = new Set<string>();
    await this.#correctOverlooked(alarmed);
    const teams = await this.threads.read('teams');
    const counts: DeletionCount[] = [];
    for (const rule of inOrder(rules))
      counts.push(await this.#deleteRule(rule, teamsOf(rule, rules, teams), begun, alarmed, stop));
    await this.#forget(stop);
    return counts;
  }

  /** Puts right rows of sessions that say without reason that these are not over, or are kept. */
  correctOverlooked(): Promise<void> {
    return this.#correctOverlooked(new Set());
  }

  async #correctOverlooked(alarmed: Set<string>): Promise<void> {
    const at = instant(this.options.clock);
    const numbers = await this.threads.read('overlooked', at);
    if (numbers.length > 0)
      this.#spared(await this.threads.commits.write('correctSessions', numbers, at), alarmed);
  }

  /** @param alarmed what was told of already */
  #spared({ corrected, damaged }: Spared, alarmed: Set<string>): void {
    if (corrected.length > 0) this.options.onCorrected?.(corrected);
    const named = damaged.map((each) => each.named).filter((each) => !alarmed.has(each));
    if (named.length > 0) this.options.onDamaged?.(named);
    for (const each of named) alarmed.add(each);
  }

  /**
   * Deletes entries by their leaves: what was deleted once and has come back with a restore. Answers which were there.
   * @param onStep told after each step how far through the ranges it is.
   */
  async leaves(ranges: readonly LeafRange[], onStep?: OnStep): Promise<number[]> {
    const deleted: number[] = [];
    const total = ranges.reduce((sum, [start, end]) => sum + end - start, 0);
    let passed = 0;
    for (const range of ranges) {
      const [start, end] = range;
      for (let more = true; more && (await this.#mayGoOn()); ) {
        const step = await this.threads.commits.write('deleteLeavesStep', range, instant(this.options.clock));
        for (const leaf of step.leaves) deleted.push(leaf);
        more = step.more;
        onStep?.({ done: passed + (more ? step.last + 1 - start : end - start), total });
      }
      passed += end - start;
    }
    this.options.onCounted(-deleted.length);
    await this.#forget(undefined, () => onStep?.({ done: total, total }));
    return deleted.sort((a, b) => a - b);
  }

  /** The WAL cannot be emptied while somebody reads the whole database: what was deleted is forgotten behind it. */
  async whileReading<Result>(work: () => Promise<Result>): Promise<Result> {
    const reading = work();
    this.#reading = reading.catch(() => {});
    return reading;
  }

  /** In steps, so that appends pass between them. */
  async #deleteRule(
    rule: DeletionRule,
    teams: readonly Team[],
    begun: string,
    alarmed: Set<string>,
    stop?: AbortSignal,
  ): Promise<DeletionCount> {
    const passed: number[] = [];
    let entries = 0;
    let sessions = 0;
    const pace = new StepPace();
    const asked = () => this.threads.commits.asked;
    for (let more = true; more && (await this.#mayGoOn(stop)); ) {
      const at = instant(this.options.clock);
      const step = await pace.step(asked, (forMs) =>
        this.threads.commits.write('deleteStep', rule, teams, at, forMs, passed, begun),
      );
      entries += step.entries;
      sessions += step.sessions;
      more = step.more;
      this.#spared(step, alarmed);
      passed.push(...step.damaged.map(({ number }) => number), ...step.early);
      if (step.leaves === '') continue;
      // One entry more: the certificate.
      this.options.onCounted(1 - step.entries);
      await this.options.onDeleted?.({ at, rule: rule.kind, leaves: step.leaves });
    }
    return { ...rule, entries, sessions };
  }

  /** Takes what was deleted out of the word index and the WAL; also what a deletion left that was interrupted. */
  async #forget(stop?: AbortSignal, onStep?: () => void): Promise<void> {
    if (!(await this.threads.read('hasUnfinished'))) return;
    while ((await this.#mayGoOn(stop)) && (await this.threads.commits.write('forgetStep'))) onStep?.();
    if (stop?.aborted) return;
    await this.#reading;
    // A reader may be in the way for a moment.
    for (let tries = 0; !(await this.threads.emptyLog()); tries += 1) {
      if (tries === 100) throw new Error('the write-ahead log could not be emptied of what was deleted');
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    await this.threads.commits.write('forgotten');
  }

  /**
   * While somebody reads, the WAL only grows: a backup or a verification may read for long. What is deleted would fill the
   * disk once more, and its words would stand there so long; what is still to be deleted can wait. False when it is stopped.
   */
  async #mayGoOn(stop?: AbortSignal): Promise<boolean> {
    while (!stop?.aborted && !(await this.threads.shrinkLog()))
      await new Promise((resolve) => setTimeout(resolve, SHRINK_AGAIN_AFTER_MS));
    return !stop?.aborted;
  }
}
