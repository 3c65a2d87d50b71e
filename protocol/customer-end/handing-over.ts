import { type ComingProgram, goesOn, HandOverWay } from '../hand-over.ts';
import type { LanePass } from '../lane.ts';
import type { LocalState } from '../local-page.ts';
import type { AgentSessionState } from '../session-state.ts';
import type { Surface } from '../surface.ts';
import type { Tool } from '../tool.ts';
import type { Account } from './account.ts';
import { NoAnswer, passes } from './broker-answer.ts';
import type { Lanes } from './lanes.ts';
import { pause } from './pause.ts';

export interface HandingOverParts {
  readonly account: Account;
  readonly lanes: Lanes;
  /** What the customer allows. */
  readonly allowed: () => readonly Tool[];
  /** What is shown, by this end's own word: a broker's could let a program show more than its customer does. */
  readonly shown: () => Surface | undefined;
  /** @throws BrokerRefusal, NoAnswer */
  readonly send: (message: { type: 'hand-over.begin' | 'hand-over.refuse' }) => Promise<unknown>;
  readonly changed: () => void;
  /** The session goes on here, and the broker can be asked. */
  readonly canAsk: () => boolean;
  /** The program is the customer's end now. */
  readonly done: () => void;
  /** It is not: this end goes on. `refusal`: why the broker would not have it, where that is not only for now. */
  readonly failed: (held: readonly LanePass[], refusal: Error | undefined) => void;
}

/** Lanes are closed with a word to the other side, which may take this long. */
const LANES_CLOSE_WITHIN_MS = 2_000;
const LOOK_AGAIN_MS = 20;
/** A broker that did not answer, or could not take it just now, is asked again. */
const TRY_AGAIN_MS = 500;

/**
 * How a browser lets a program take its place, when its customer says that it is theirs: whoever sees the picture can
 * read what it was started with. It closes what is open and gives its last word, so that there is never a moment in which
 * two ends may be used; until the broker has taken that word, this one goes on with what was allowed.
 */
export class HandingOver {
  readonly #parts: HandingOverParts;
  #way: HandOverWay | undefined;
  #isUnderWay = false;
  #hasSpoken = false;
  /** Its last word may have been taken, and the answer was lost. */
  #isUnsure = false;
  /** The key of the program that the customer let in, until it is in or gone. */
  #letIn: string | undefined;
  #notLetIn: ComingProgram | undefined;
  #state: AgentSessionState | undefined;
  /** Lanes that the other side wants meanwhile: for this end, if it goes on. */
  #held: LanePass[] = [];

  constructor(parts: HandingOverParts) {
    this.#parts = parts;
  }

  /** `way`: what the customer starts the program with, while it is good. `notLetIn`: the one that came last and was not let in, until they begin anew. */
  state(): Pick<LocalState, 'way' | 'notLetIn' | 'isHandingOver'> {
    return {
      ...(this.#way && { way: this.#way }),
      ...(this.#notLetIn && { notLetIn: this.#notLetIn }),
      ...(this.#isUnderWay && { isHandingOver: true }),
    };
  }

  get isUnderWay(): boolean {
    return this.#isUnderWay;
  }

  /** The program that waits for the customer's answer, or for this end. */
  get comes(): ComingProgram | undefined {
    return this.#state?.handOver?.comes;
  }

  /** Its last word is on its way: what is taken back now is taken back from the program. */
  get hasSpoken(): boolean {
    return this.#hasSpoken;
  }

  /** The broker does not know this end any more, because another one has taken its place. */
  get explainsDismissal(): boolean {
    return this.#isUnderWay || this.#isUnsure;
  }

  /** Whether a lane waits until it is clear whose it is. */
  holds(pass: LanePass): boolean {
    if (this.#isUnderWay) this.#held.push(pass);
    return this.#isUnderWay;
  }

  /** The customer wants to go on with the program. @throws BrokerRefusal, NoAnswer */
  async begin(): Promise<void> {
    const way = HandOverWay.parse(await this.#parts.send({ type: 'hand-over.begin' }));
    this.#way = way;
    this.#notLetIn = undefined;
    this.#parts.changed();
  }

  /** The customer says that the program with this key is theirs. */
  letIn(signingKey: string): void {
    this.#letIn = signingKey;
    if (!this.#isUnderWay) void this.#handOver(signingKey);
  }

  /** @throws BrokerRefusal, NoAnswer */
  async refuse(): Promise<void> {
    this.#way = undefined;
    this.#parts.changed();
    await this.#parts.send({ type: 'hand-over.refuse' });
  }

  follow(state: AgentSessionState, reconnected: boolean): void {
    const before = this.comes;
    this.#state = state;
    const { comes, ticketUntil } = state.handOver ?? {};
    if (before?.signingKey !== comes?.signingKey) this.#notLetIn = comes ? undefined : before;
    if (this.#letIn !== comes?.signingKey) this.#letIn = undefined;
    // Used up, run out, or forgotten by a broker that was restarted.
    if (this.#way && comes === undefined && ticketUntil !== this.#way.expiresAt && !this.#isUnderWay)
      this.#way = undefined;
    if (reconnected) this.#isUnsure = false;
    if (this.#letIn !== undefined && !this.#isUnderWay) void this.#handOver(this.#letIn);
  }

  async #handOver(signingKey: string): Promise<void> {
    const { account, lanes, allowed, shown, changed, done, failed } = this.#parts;
    this.#isUnderWay = true;
    changed();
    lanes.finishAll();
    // What went over them is said before the last word.
    const until = Date.now() + LANES_CLOSE_WITHIN_MS;
    while (lanes.now().length > 0 && Date.now() < until) await pause(LOOK_AGAIN_MS);
    // What was taken back meanwhile does not go on.
    const stays = goesOn(allowed(), shown());
    this.#hasSpoken = true;
    try {
      await account.handOver({ type: 'hand-over.confirm', signingKey, allowed: stays }, (statements) => ({
        type: 'agent.handed-over',
        signingKey,
        allowed: stays,
        statements,
      }));
      done();
    } catch (error) {
      this.#isUnsure = error instanceof NoAnswer;
      const isForNow = this.#isUnsure || passes(error);
      if (!isForNow) this.#letIn = undefined;
      this.#isUnderWay = false;
      this.#hasSpoken = false;
      failed(this.#held.splice(0), isForNow ? undefined : (error as Error));
      if (isForNow) void pause(TRY_AGAIN_MS).then(() => this.#tryAgain());
    }
  }

  /** Where nothing new was heard since: a broker that went away tells all anew when it is back. */
  #tryAgain(): void {
    if (this.#state && this.#parts.canAsk()) this.follow(this.#state, false);
  }
}
