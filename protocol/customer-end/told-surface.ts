import type { FromAgent } from '../agent-messages.ts';
import type { NothingShown, Surface } from '../surface.ts';
import type { Account } from './account.ts';
import { NoAnswer } from './broker-answer.ts';

/** What the customer chose to show, on its way to the broker: what a broken connection swallowed is told again. */
export class ToldSurface {
  readonly #account: Account;
  readonly #send: (message: FromAgent) => Promise<unknown>;
  #untold: (() => Promise<unknown>) | undefined;
  #shown: Surface | undefined;

  constructor(account: Account, send: (message: FromAgent) => Promise<unknown>) {
    this.#account = account;
    this.#send = send;
  }

  /** What is shown by this end's own word, which the broker has taken; whatever that one says is shown. */
  get shown(): Surface | undefined {
    return this.#shown;
  }

  /** Signed as every decision is. @throws BrokerRefusal */
  shared(surface: Surface): Promise<void> {
    this.#shown = undefined;
    const said = { type: 'surface.shared' as const, surface };
    const tell = async () => {
      await this.#account.decide(said, said);
      if (this.#untold === tell) this.#shown = surface;
    };
    return this.#tell(tell);
  }

  /** @throws BrokerRefusal */
  refused(reason: NothingShown): Promise<void> {
    return this.#tell(() => this.#send({ type: 'surface.refused', reason }));
  }

  /** Nothing is shown any more: no word of it is owed. */
  forget(): void {
    this.#untold = undefined;
    this.#shown = undefined;
  }

  /** The broker is back. @throws BrokerRefusal */
  async again(): Promise<void> {
    if (this.#untold) await this.#tell(this.#untold);
  }

  /** The last word counts. */
  async #tell(tell: () => Promise<unknown>): Promise<void> {
    this.#untold = tell;
    const done = () => {
      if (this.#untold === tell) this.#untold = undefined;
    };
    try {
      await tell();
      done();
    } catch (error) {
      if (error instanceof NoAnswer) return;
      done();
      throw error;
    }
  }
}
