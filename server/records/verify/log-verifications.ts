import type { VerificationOutcome } from '../../../protocol/log-verification.ts';
import { formatLeafRanges } from '../../../protocol/proof/leaf-ranges.ts';
import { type Clock, instant } from '../../clock.ts';
import type { Logger } from '../../log.ts';
import type { Recorder } from '../recorder.ts';
import type { FileOptions } from '../sqlite/connection.ts';
import { Thread } from '../sqlite/thread.ts';
import type { Finding } from './finding.ts';
import type { Verdict, VerificationProgress } from './store-verification.ts';
import { sentenceOf } from './verdict-sentence.ts';
import type { VerifyThread } from './verify-worker.ts';

/** One that goes on; `by` is who asked for it, as the entry names them. */
export interface UnderWay extends VerificationProgress {
  readonly by: string;
  readonly startedAt: string;
}

/** What one came to. */
export interface Report {
  readonly by: string;
  readonly startedAt: string;
  readonly endedAt: string;
  readonly outcome: VerificationOutcome;
  readonly size?: number;
  readonly sentence: string;
  /** Of what was logged. */
  readonly findingCount: number;
  /** Sessions. */
  readonly notAsSigned: number;
  readonly findings: readonly Finding[];
}

export interface LogVerificationsParts {
  /** The database, and the key that opens it. */
  readonly database: FileOptions;
  readonly recorder: Pick<Recorder, 'append'>;
  readonly clock: Clock;
  readonly log: Pick<Logger, 'error' | 'warn' | 'info'>;
}

const WORKER = new URL('./verify-worker.mjs', import.meta.url);
/** How often it tells how far it is, and can be broken off. */
const STEP_MS = 50;

/** Verifications of the whole log while the broker runs, each in a thread of its own. There is never more than one. */
export class LogVerifications {
  #underWay: UnderWay | undefined;
  #last: Report | undefined;
  #lastWhole: Report | undefined;
  #started: Promise<void> | undefined;
  #running: Promise<void> | undefined;
  #closed = false;

  constructor(private readonly parts: LogVerificationsParts) {}

  /** The one that goes on now. */
  get underWay(): UnderWay | undefined {
    return this.#underWay;
  }

  /** The last one that ended since the broker started. */
  get last(): Report | undefined {
    return this.#last;
  }

  /** The last one of these that came to its end: one that was broken off says nothing, so what was known before still holds. */
  get lastWhole(): Report | undefined {
    return this.#lastWhole;
  }

  /**
   * Begins one, or joins the one that goes on.
   * @throws Refusal `record.unavailable` when it cannot be noted: then nothing began.
   */
  start(by: string): Promise<void> {
    this.#started ??= this.#start(by).catch((error: unknown) => {
      this.#started = undefined;
      throw error;
    });
    return this.#started;
  }

  /** Breaks off what goes on, and waits until the record says so. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#started?.catch(() => {});
    await this.#running;
  }

  async #start(by: string): Promise<void> {
    const startedAt = instant(this.parts.clock);
    await this.parts.recorder.append([{ type: 'log.verification-started', by }]);
    this.#underWay = { by, startedAt, done: 0, total: 0 };
    this.#running = this.#run({ by, startedAt });
  }

  async #run(begun: { by: string; startedAt: string }): Promise<void> {
    const { log, clock } = this.parts;
    const found = await this.#verdict(begun);
    const report = { ...begun, endedAt: instant(clock), ...found };
    await this.#note(report).catch((error: unknown) =>
      log.error({ err: error }, 'the outcome of a verification could not be recorded'),
    );
    const { outcome, findings, sentence } = report;
    if (outcome === 'wrong') log.error({ findings }, `ALARM: ${sentence}`);
    if (outcome === 'not-as-signed') log.warn({ findings }, sentence);
    this.#last = report;
    if (outcome !== 'broken-off') this.#lastWhole = report;
    this.#underWay = undefined;
    this.#started = undefined;
  }

  async #verdict(begun: {
    by: string;
    startedAt: string;
  }): Promise<Omit<Report, 'by' | 'startedAt' | 'endedAt'>> {
    const { database, log } = this.parts;
    const thread = new Thread<VerifyThread>(WORKER, database, { restartDelayMs: 0, onDeath: () => {} });
    try {
      await thread.ready();
      this.#underWay = { ...begun, ...(await thread.call('begin')) };
      for (let isOver = false; !isOver && !this.#closed; ) {
        const progress = await thread.call('goOn', STEP_MS);
        isOver = progress.isOver;
        this.#underWay = { ...begun, done: progress.done, total: progress.total };
        if (isOver) return reportOf(await thread.call('verdict'));
      }
      return brokenOff('The broker was stopped before it was known.');
    } catch (error) {
      const { message, code } = error as { message: string; code?: unknown };
      // Beyond what a verification takes for a finding: the first page, the list of checkpoints.
      if (/^SQLITE_/.test(String(code))) return unreadable(message);
      log.error({ err: error }, 'a verification of the log could not go on');
      return brokenOff('It could not go on; the server’s log says why.');
    } finally {
      await thread.kill();
    }
  }

  async #note({ by, startedAt, outcome, size, findings, findingCount, notAsSigned }: Report): Promise<void> {
    const leaves = findings.flatMap(({ entry }) => (entry === undefined ? [] : [entry - 1]));
    await this.parts.recorder.append([
      {
        type: 'log.verified',
        by,
        startedAt,
        outcome,
        ...(size !== undefined && { size }),
        findings: findingCount,
        ...(notAsSigned > 0 && { notAsSigned }),
        leaves: formatLeafRanges([...new Set(leaves)].sort((a, b) => a - b)),
      },
    ]);
  }
}

function reportOf(verdict: Verdict) {
  const { size, findings, findingCount, notAsSigned } = verdict;
  const sentence = sentenceOf(verdict);
  return { outcome: outcomeOf(verdict), size, sentence, findings, findingCount, notAsSigned };
}

function outcomeOf({ findingCount, notAsSigned }: Verdict): VerificationOutcome {
  if (findingCount > 0) return 'wrong';
  return notAsSigned > 0 ? 'not-as-signed' : 'right';
}

const brokenOff = (why: string) => ({
  outcome: 'broken-off' as const,
  sentence: why,
  findings: [],
  findingCount: 0,
  notAsSigned: 0,
});

function unreadable(message: string) {
  const what = `The database records.db cannot be read: ${message}.`;
  return { outcome: 'wrong' as const, sentence: what, findings: [{ what }], findingCount: 1, notAsSigned: 0 };
}
