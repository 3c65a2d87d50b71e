import type { AgentSessionState } from '../session-state.ts';
import { NoAnswer } from './broker-answer.ts';
import { LaneBroken } from './lanes.ts';

/** Where this end stands: what its parts read of the session, and what whoever shows it to the customer is told. */
export class Standing {
  /** As the broker told it last; after the end as this end knows it. */
  session: AgentSessionState | undefined;
  isOver = false;
  /** The last thing that went wrong, as a sentence for the customer. */
  problem: string | undefined;
  readonly #listeners = new Set<() => void>();

  get technician(): string | undefined {
    return this.session?.card.technician.name;
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  changed(): void {
    for (const listener of this.#listeners) listener();
  }

  /** Tells the customer what went wrong. */
  complain(sentence: string): void {
    if (this.isOver) return;
    this.problem = sentence;
    this.changed();
  }

  /** It is tried again, or something else is done. */
  forgetProblem(): void {
    this.problem = undefined;
    this.changed();
  }

  /** Of what becomes of `work` the customer learns only what somebody here can do something about. */
  inBackground(work: Promise<unknown>): void {
    work.catch((error: unknown) => {
      // A broken network is shown as such, and tried again.
      if (!(error instanceof NoAnswer) && !(error instanceof LaneBroken)) this.complain(sentenceOf(error));
    });
    this.changed();
  }
}

export const sentenceOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);
