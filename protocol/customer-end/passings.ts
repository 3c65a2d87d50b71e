import type { AnswerMode } from '../consent.ts';
import type { PassingState, Successor } from '../passing.ts';
import { toHex } from '../proof/hex.ts';
import type { Says } from '../proof/statement.ts';
import { successorDigestInput } from '../proof/successor-digest.ts';
import type { AgentSessionState } from '../session-state.ts';
import type { Decision } from './account.ts';
import { NoAnswer } from './broker-answer.ts';
import type { Digests } from './session-key.ts';

interface Given {
  readonly tell: () => Promise<void>;
  told: boolean;
}

/**
 * Who helps this customer, as the customer's own end knows it: the technician with whom it began, and after them whoever the
 * customer let go on. The broker cannot put anybody else in their place.
 */
export class Passings {
  readonly #decide: (message: Decision, says: Says) => Promise<unknown>;
  readonly #digests: Digests;
  readonly #keep: (technician: Successor) => void;
  readonly #given = new Map<string, Given>();
  readonly #allowed = new Map<string, Successor>();
  /** As they were first told: what is answered is the question that was read. */
  readonly #asked = new Map<string, Successor>();
  #technician: Successor | undefined;

  constructor(parts: {
    decide: (message: Decision, says: Says) => Promise<unknown>;
    digests: Digests;
    /** Before this end was loaded anew. */
    technician?: Successor | undefined;
    keep?: ((technician: Successor) => void) | undefined;
  }) {
    this.#decide = parts.decide;
    this.#digests = parts.digests;
    this.#technician = parts.technician;
    this.#keep = parts.keep ?? (() => {});
  }

  /** Whether it is about the same person as when it was first shown. */
  isStill({ passingId, successor }: PassingState): boolean {
    const first = this.#asked.get(passingId);
    return first !== undefined && isSame(first, successor);
  }

  /** The first answer counts. @throws BrokerRefusal, and then it is a no. */
  async answer({ passingId, successor }: PassingState, allowed: boolean, mode: AnswerMode): Promise<void> {
    if (this.#given.has(passingId)) return;
    const message = { type: 'passing.answered' as const, passingId, allowed, mode };
    const successorSha256 = toHex(this.#digests.sha256(successorDigestInput(passingId, successor)));
    if (allowed) this.#allowed.set(passingId, successor);
    const given: Given = {
      told: false,
      tell: async () => {
        try {
          await this.#decide(message, { ...message, successorSha256 });
          given.told = true;
        } catch (error) {
          if (error instanceof NoAnswer) return;
          this.#allowed.delete(passingId);
          throw error;
        }
      },
    };
    this.#given.set(passingId, given);
    await given.tell();
  }

  /**
   * Tells again what a broken connection swallowed. @returns whether the technician of `state` is one whom this customer
   * let help; whoever is not is from then on known, and has nothing that they do not give them anew.
   */
  follow({ passing, card: { technician } }: AgentSessionState, reconnected: boolean): boolean {
    if (passing && !this.#asked.has(passing.passingId)) this.#asked.set(passing.passingId, passing.successor);
    const given = passing && this.#given.get(passing.passingId);
    if (reconnected && given?.told === false) given.tell().catch(() => {});
    const before = this.#technician;
    if (before && isSame(before, technician)) return true;
    this.#technician = technician;
    this.#keep(technician);
    if (!before) return true;
    const [passingId] = [...this.#allowed].find(([, successor]) => isSame(successor, technician)) ?? [];
    // A yes is to one passing, not to all that come.
    return passingId !== undefined && this.#allowed.delete(passingId);
  }
}

const isSame = (one: Successor, other: Successor): boolean =>
  one.name === other.name && one.team === other.team;
