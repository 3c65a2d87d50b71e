import type { z } from 'zod';
import type { SessionStop } from '../agent-messages.ts';
import { OPEN_STATUSES } from '../session.ts';
import { TOOLS } from '../tool.ts';
import type { Account } from './account.ts';
import type { BrokerRefusal } from './broker-answer.ts';
import type { CustomerDesktop, CustomerVoice } from './customer-end-parts.ts';
import { type Ending, endedState } from './ending.ts';
import type { Lanes } from './lanes.ts';
import type { OwnGrants } from './own-grants.ts';
import type { SessionLink } from './session-link.ts';
import type { Standing } from './standing.ts';
import type { Watchers } from './watchers.ts';

export type StopReason = z.infer<typeof SessionStop>['reason'];

/** For a customer, who knows nothing of agents and their tokens. */
const UNKNOWN_HERE =
  'The support server does not know this session any more. If you still want help, ask for a new code.';

interface EndOfSessionParts {
  readonly standing: Standing;
  readonly link: SessionLink;
  readonly account: Account;
  readonly grants: OwnGrants;
  readonly watchers: Watchers;
  readonly lanes: Lanes;
  readonly desktop: CustomerDesktop;
  readonly voice: CustomerVoice | undefined;
  readonly files: { halt(): Promise<void> };
  /** That the broker knows this end no more is because a program has taken its place. */
  readonly wasReplaced: () => boolean;
}

/** How a session ends here: by its customer, by the broker's word or its silence, or because another end goes on with it. */
export class EndOfSession {
  /** Resolves once, when everything is closed and the broker was told or cannot be. */
  readonly ended: Promise<Ending>;
  readonly #parts: EndOfSessionParts;
  #wentOn = false;
  /** Screen, input and files are closed: settled some moments after `#halt`. */
  #closed: Promise<unknown> = Promise.resolve();
  #finish!: (ending: Ending) => void;

  constructor(parts: EndOfSessionParts) {
    this.#parts = parts;
    this.ended = new Promise((resolve) => {
      this.#finish = resolve;
    });
  }

  /** Another end has it. */
  get wentOn(): boolean {
    return this.#wentOn;
  }

  /** The customer, or their computer, stops everything. */
  stop(reason: StopReason): void {
    const { standing, link } = this.#parts;
    if (standing.isOver) return;
    const ending: Ending = { status: 'ended', endedBy: 'customer', endReason: reason };
    this.#halt(ending);
    void link.tellInTheEnd({ type: 'session.stop', reason }).then(() => this.#close(ending));
  }

  /** It is over at the broker, or the broker is out of reach. */
  here(ending: Ending): void {
    if (this.#parts.standing.isOver) return;
    this.#halt(ending);
    this.#close(ending);
  }

  /** The broker will not talk with this end any more. */
  dismissed(refusal: BrokerRefusal): void {
    const { standing, wasReplaced } = this.#parts;
    if (wasReplaced()) {
      this.leave();
      return;
    }
    const known = refusal.code === 'session.over';
    if (!known) standing.problem = refusal.code === 'sign-in.needed' ? UNKNOWN_HERE : refusal.message;
    this.here({ status: known ? 'ended' : 'lost', endedBy: 'broker' });
  }

  /** Another end has the session: this one keeps nothing of it, and has said its last. */
  leave(): void {
    const { standing, grants, lanes, voice, desktop, files, link } = this.#parts;
    if (standing.isOver) return;
    standing.isOver = true;
    this.#wentOn = true;
    grants.withdraw(TOOLS);
    lanes.withdrawAll();
    voice?.release();
    standing.changed();
    void Promise.allSettled([desktop.close(), files.halt()]).then(() => {
      link.close();
      this.#finish({ status: 'active' });
    });
  }

  /** Everything of the customer's stops now, in this tick: what is still queued here is dropped with its lane. */
  #halt(ending: Ending): void {
    const { standing, grants, watchers, lanes, voice, desktop, files } = this.#parts;
    standing.isOver = true;
    grants.withdraw(TOOLS);
    watchers.withdrawAll();
    lanes.withdrawAll();
    voice?.release();
    this.#closed = Promise.allSettled([desktop.close(), files.halt()]);
    const { session } = standing;
    if (session && OPEN_STATUSES.includes(session.status)) standing.session = endedState(session, ending);
    standing.changed();
  }

  #close(ending: Ending): void {
    const { account, link } = this.#parts;
    void this.#closed
      .then(() => account.close(ending))
      .then(() => {
        link.close();
        this.#finish(ending);
      });
  }
}
