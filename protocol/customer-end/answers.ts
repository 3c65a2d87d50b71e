import type { AnswerMode, PendingConsent } from '../consent.ts';
import type { Says, ShownText } from '../proof/statement.ts';
import type { AgentSessionState } from '../session-state.ts';
import { TOOLS, type Tool } from '../tool.ts';
import type { Decision } from './account.ts';
import { NoAnswer } from './broker-answer.ts';
import { isGranted, type OwnGrants } from './own-grants.ts';

interface Answer {
  readonly asked: readonly Tool[];
  readonly allowed: readonly Tool[];
  readonly mode: AnswerMode;
  /** What stood in front of the customer at that moment. */
  readonly text: ShownText;
  told: boolean;
}

/**
 * What the customer decided, on its way to the broker. It holds here from the moment it was decided;
 * what a broken connection swallowed is told again when the broker is back.
 */
export class Answers {
  readonly #grants: OwnGrants;
  readonly #decide: (message: Decision, says: Says) => Promise<unknown>;
  readonly #shown: () => ShownText;
  /** Tools that a refusal of the broker took back: their lanes must close. */
  readonly #withdrawn: (tools: Tool[]) => void;
  readonly #given = new Map<string, Answer>();
  readonly #revoking = new Set<Tool>();

  constructor(parts: {
    grants: OwnGrants;
    /** Tells the broker, with what this end says of it in its account. */
    decide: (message: Decision, says: Says) => Promise<unknown>;
    withdrawn: (tools: Tool[]) => void;
    /** The consent text that is in front of the customer. */
    shown: () => ShownText;
  }) {
    this.#grants = parts.grants;
    this.#decide = parts.decide;
    this.#withdrawn = parts.withdrawn;
    this.#shown = parts.shown;
  }

  /** The first answer to a request counts. What it does not allow is refused, and not held any more either. */
  async answer(request: PendingConsent, wished: readonly Tool[], mode: AnswerMode): Promise<void> {
    const { requestId, tools } = request;
    if (this.#given.has(requestId)) return;
    const allowed = tools.filter((tool) => wished.includes(tool));
    this.#given.set(requestId, { asked: tools, allowed, mode, text: this.#shown(), told: false });
    this.#grants.allow(allowed);
    this.#withdrawn(this.#grants.withdraw(tools.filter((tool) => !wished.includes(tool))));
    await this.#tellAnswer(requestId);
  }

  /** Allows a tool that nobody asked for. */
  async volunteer(tool: Tool): Promise<void> {
    this.#grants.allow([tool]);
    const message = { type: 'consent.volunteered' as const, tool };
    await this.#tellAllowed(message, { ...message, ...this.#shown() }, [tool]);
  }

  /** Tells that a tool was taken back; here it is gone already. */
  async revoke(tool: Tool): Promise<void> {
    if (this.#revoking.has(tool)) return;
    this.#revoking.add(tool);
    try {
      await this.#decide({ type: 'grant.revoke', tool }, { type: 'grant.revoked', tool });
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error; // unanswered: `reconcile` tells it again
    } finally {
      this.#revoking.delete(tool);
    }
  }

  /**
   * Compares what was decided here with the broker's `state`, and tells it again where it differs.
   * @param reconnected this is the first state of a connection: whatever was under way before it is not any more.
   * @returns the tools that may not be used any more.
   */
  reconcile(state: AgentSessionState, reconnected: boolean): Tool[] {
    if (reconnected) this.#tellAgain(state);
    const withdrawn = this.#grants.narrowTo(state);
    for (const tool of TOOLS)
      if (isGranted(state, tool) && !this.#grants.holds(tool)) this.revoke(tool).catch(() => {});
    return withdrawn;
  }

  #tellAgain(state: AgentSessionState): void {
    const pending = new Set(state.pending.map(({ requestId }) => requestId));
    const lost = [...this.#given].filter(([requestId, { told }]) => !told && pending.has(requestId));
    const awaited = new Set(lost.flatMap(([, { allowed }]) => allowed));
    this.#grants.told(TOOLS.filter((tool) => !awaited.has(tool)));
    for (const [requestId] of lost) this.#tellAnswer(requestId).catch(() => {});
  }

  async #tellAnswer(requestId: string): Promise<void> {
    const answer = this.#given.get(requestId)!;
    // Some of it may have been taken back while the broker was away.
    const allowed = answer.allowed.filter((tool) => this.#grants.holds(tool));
    const message = { type: 'consent.answered' as const, requestId, allowed, mode: answer.mode };
    const refused = answer.asked.filter((tool) => !allowed.includes(tool));
    answer.told = await this.#tellAllowed(message, { ...message, refused, ...answer.text }, allowed);
  }

  /** @returns whether the broker answered. @throws BrokerRefusal, with the grants taken back. */
  async #tellAllowed(message: Decision, says: Says, allowed: readonly Tool[]): Promise<boolean> {
    try {
      await this.#decide(message, says);
      this.#grants.told(allowed);
      return true;
    } catch (error) {
      if (error instanceof NoAnswer) return false;
      this.#withdrawn(this.#grants.withdraw(allowed));
      throw error;
    }
  }
}
