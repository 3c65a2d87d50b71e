import { LeftLane } from '../../protocol/customer-end/kept-end.ts';
import type { UnsignedReason } from '../../protocol/proof/statement.ts';
import { OPEN_STATUSES } from '../../protocol/session.ts';
import type { BrowserKey } from '../shared/browser-key.ts';
import type { Live } from '../shared/live.ts';
import { SessionAccount } from './account.ts';
import { leftBehind } from './left-behind.ts';

const lanesOf = (sessionId: string) => leftBehind('lanes', sessionId, LeftLane);

/** The accounts of every session that this window took part in. They outlive its pages: a session may end elsewhere. */
export class Accounts {
  readonly #live: Live;
  readonly #key: BrowserKey | UnsignedReason;
  readonly #accounts = new Map<string, SessionAccount>();

  constructor(live: Live, key: BrowserKey | UnsignedReason) {
    this.#live = live;
    this.#key = key;
    live.onMessage((message) => {
      if (message.type === 'session.passed') this.#accounts.get(message.sessionId)?.passed(message.passingId);
      if (message.type !== 'session.state' || OPEN_STATUSES.includes(message.state.status)) return;
      this.#accounts.get(message.state.sessionId)?.ended(message.state);
    });
    window.addEventListener('pagehide', () => {
      for (const [sessionId, account] of this.#accounts) lanesOf(sessionId).note(account.openLanes());
    });
    live.status.subscribe(() => {
      if (live.status.get() === 'online') for (const account of this.#accounts.values()) account.again();
    });
  }

  of(sessionId: string): SessionAccount {
    const known = this.#accounts.get(sessionId);
    if (known) return known;
    const account = new SessionAccount({
      sessionId,
      key: this.#key,
      left: lanesOf(sessionId).take(),
      tell: (statements) => this.#live.request({ type: 'account.state', sessionId, statements }),
    });
    this.#accounts.set(sessionId, account);
    return account;
  }
}
