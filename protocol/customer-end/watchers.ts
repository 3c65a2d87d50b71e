import type { AnswerMode } from '../consent.ts';
import { toHex } from '../proof/hex.ts';
import type { Says } from '../proof/statement.ts';
import { watcherDigestInput } from '../proof/watcher-digest.ts';
import type { AgentSessionState } from '../session-state.ts';
import type { WatchingState } from '../watching.ts';
import type { Decision } from './account.ts';
import { NoAnswer } from './broker-answer.ts';
import type { Digests } from './session-key.ts';

interface Given {
  readonly allowed: boolean;
  readonly tell: () => Promise<void>;
  told: boolean;
}

/**
 * Whom this customer lets watch, kept at the customer's own end beside what they let the technician do. A lane to somebody
 * who watches is served only when they stand here.
 */
export class Watchers {
  readonly #decide: (message: Decision, says: Says) => Promise<unknown>;
  readonly #digests: Digests;
  readonly #withdrawn: (watchingId: string) => void;
  readonly #keep: (allowed: readonly string[]) => void;
  readonly #allowed: Set<string>;
  readonly #given = new Map<string, Given>();
  readonly #stopping = new Set<string>();
  /** As they were first told: what is answered is the question that was read. */
  readonly #asked = new Map<string, string>();

  constructor(parts: {
    decide: (message: Decision, says: Says) => Promise<unknown>;
    digests: Digests;
    /** Their lane must close. */
    withdrawn: (watchingId: string) => void;
    /** Before this end was loaded anew. */
    allowed?: readonly string[] | undefined;
    keep?: ((allowed: readonly string[]) => void) | undefined;
  }) {
    this.#decide = parts.decide;
    this.#digests = parts.digests;
    this.#withdrawn = parts.withdrawn;
    this.#allowed = new Set(parts.allowed);
    this.#keep = parts.keep ?? (() => {});
  }

  allows(watchingId: string): boolean {
    return this.#allowed.has(watchingId);
  }

  /** Whether it is about the same person as when it was first shown. */
  isStill(asked: WatchingState): boolean {
    return this.#asked.get(asked.watchingId) === this.#digest(asked);
  }

  /** The first answer counts. @throws BrokerRefusal, and then nothing was answered. */
  async answer(asked: WatchingState, allowed: boolean, mode: AnswerMode): Promise<void> {
    const { watchingId } = asked;
    if (this.#given.has(watchingId)) return;
    const message = { type: 'watching.answered' as const, watchingId, allowed, mode };
    const watcherSha256 = this.#digest(asked);
    if (allowed) this.#allow(watchingId);
    const given: Given = {
      allowed,
      told: false,
      tell: async () => {
        try {
          await this.#decide(message, { ...message, watcherSha256 });
          given.told = true;
        } catch (error) {
          if (error instanceof NoAnswer) return;
          this.#given.delete(watchingId);
          this.#withdraw(watchingId);
          throw error;
        }
      },
    };
    this.#given.set(watchingId, given);
    await given.tell();
  }

  /** Here at once; then the broker is told. @throws BrokerRefusal */
  async stop(watchingId: string): Promise<void> {
    this.#withdraw(watchingId);
    if (this.#stopping.has(watchingId)) return;
    this.#stopping.add(watchingId);
    try {
      const says = { type: 'watching.stopped' as const, watchingId };
      await this.#decide({ type: 'watching.stop', watchingId }, says);
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error; // unanswered: `reconcile` tells it again
    } finally {
      this.#stopping.delete(watchingId);
    }
  }

  /** Compares what was decided here with the broker's `state`, which can only narrow it, and tells it again where it differs. */
  reconcile(state: AgentSessionState, reconnected: boolean): void {
    for (const watcher of state.watchers)
      if (!this.#asked.has(watcher.watchingId)) this.#asked.set(watcher.watchingId, this.#digest(watcher));
    const standings = new Map(state.watchers.map(({ watchingId, standing }) => [watchingId, standing]));
    if (reconnected)
      for (const [watchingId, given] of this.#given)
        if (!given.told && standings.get(watchingId) === 'asked') given.tell().catch(() => {});
    for (const watchingId of this.#allowed) {
      const isUntold = this.#given.get(watchingId)?.told === false && standings.get(watchingId) === 'asked';
      if (standings.get(watchingId) !== 'allowed' && !isUntold) this.#withdraw(watchingId);
    }
    for (const [watchingId, standing] of standings)
      if (standing === 'allowed' && !this.#allowed.has(watchingId)) this.stop(watchingId).catch(() => {});
  }

  /** The picture is not theirs to see any more, whoever they are. */
  withdrawAll(): void {
    for (const watchingId of this.#allowed) this.#withdraw(watchingId);
  }

  #allow(watchingId: string): void {
    this.#allowed.add(watchingId);
    this.#keep([...this.#allowed]);
  }

  #withdraw(watchingId: string): void {
    if (this.#allowed.delete(watchingId)) this.#keep([...this.#allowed]);
    this.#withdrawn(watchingId);
  }

  #digest(watcher: WatchingState): string {
    return toHex(this.#digests.sha256(watcherDigestInput(watcher)));
  }
}
