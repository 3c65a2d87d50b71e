import type { JoinRequest } from '../../protocol/join.ts';
import type { Clock } from '../clock.ts';
import type { SettingsStore } from '../settings/settings.ts';
import { hashAgentToken, hashCode, newAgentToken } from './code.ts';
import type { CodeGuard } from './code-guard.ts';
import { decideJoin, wrongCode } from './lifecycle.ts';
import type { LiveSession } from './live-session.ts';
import type { SessionRoll } from './session-roll.ts';
import { shownOf, termsFor } from './terms.ts';

interface JoiningParts {
  readonly roll: SessionRoll;
  readonly guard: CodeGuard;
  readonly clock: Clock;
  readonly settings: Pick<SettingsStore, 'current'>;
  /** 32 bytes that codes are hashed with. */
  readonly codeKey: Uint8Array;
}

/** The way into a session with its code: a right one lets one agent in, wrong ones are counted. */
export class Joining {
  readonly #parts: JoiningParts;

  constructor(parts: JoiningParts) {
    this.#parts = parts;
  }

  /** @throws Refusal `code.wrong` or `tries.too-many` */
  byCode(code: string, address: string): LiveSession {
    const { roll, guard, clock, codeKey } = this.#parts;
    guard.check(address);
    const live = roll.byCode(hashCode(code, codeKey));
    if (live?.session.status === 'created' && Date.parse(live.session.codeExpiresAt) > clock.now())
      return live;
    guard.countWrong(address);
    throw wrongCode();
  }

  /** @throws Refusal */
  async join(
    request: JoinRequest,
    address: string,
  ): Promise<{ readonly live: LiveSession; readonly agentToken: string }> {
    const live = this.byCode(request.code, address);
    const agentToken = newAgentToken();
    const joining = {
      computer: { ...request.computer, address },
      agent: request.agent,
      agentTokenHash: hashAgentToken(agentToken),
      ...(request.signingKey === undefined ? {} : { signingKey: request.signingKey }),
    };
    const { code, terms } = live;
    live.terms = termsFor(live.session, this.#parts.settings.current());
    const shown = shownOf(live.terms);
    try {
      await live.widen((session, now) =>
        decideJoin(session, { ...joining, shown }, now, (tool) => live.obstacle(tool) === undefined),
      );
    } catch (error) {
      live.terms = terms;
      throw error;
    }
    if (code !== undefined) live.code = undefined;
    this.#parts.roll.index(live);
    return { live, agentToken };
  }
}
