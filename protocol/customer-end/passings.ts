import type { AnswerMode } from '../consent.ts';
import type { PassingState, Successor } from '../passing.ts';
import { toHex } from '../proof/hex.ts';
import type { Says } from '../proof/statement.ts';
import { successorDigestInput } from '../proof/successor-digest.ts';
import type { AgentSessionState } from '../session-state.ts';
import type { Decision } from './account.ts';
import { NoAnswer } from './broker-answer.ts';
import type { KeptHelp, LetGoOn } from './kept-end.ts';
import type { Digests } from './session-key.ts';

interface Given {
  readonly tell: () => Promise<void>;
  told: boolean;
}

/** Of a state: the same technician as before, the one whom the customer let go on, or somebody else. */
export type WhoHelps = 'the same' | 'the next' | 'a stranger';

/**
 * Who helps this customer, as the customer's own end knows it: the technician with whom it began, and after them whoever the
 * customer let go on. The broker cannot put anybody else in their place.
 */
export class Passings {
  readonly #decide: (message: Decision, says: Says) => Promise<unknown>;
  readonly #digests: Digests;
  readonly #keep: (help: KeptHelp) => void;
  readonly #given = new Map<string, Given>();
  /** As they were first told: what is answered is the question that was read. */
  readonly #asked = new Map<string, Successor>();
  #technician: Successor | undefined;
  /** A yes whose question stands still: one at a time is asked. */
  #next: LetGoOn | undefined;

  constructor(parts: {
    decide: (message: Decision, says: Says) => Promise<unknown>;
    digests: Digests;
    /** Before this end was loaded anew. */
    kept?: KeptHelp | undefined;
    keep?: ((help: KeptHelp) => void) | undefined;
  }) {
    this.#decide = parts.decide;
    this.#digests = parts.digests;
    this.#technician = parts.kept?.technician;
    this.#next = parts.kept?.next;
    this.#keep = parts.keep ?? (() => {});
  }

  /** Whether it is about the same person as when it was first shown. */
  isStill({ passingId, successor }: PassingState): boolean {
    const first = this.#asked.get(passingId);
    return first !== undefined && isSame(first, successor);
  }

  /** The first answer counts. @throws BrokerRefusal, and then nothing was answered. */
  async answer({ passingId, successor }: PassingState, allowed: boolean, mode: AnswerMode): Promise<void> {
    if (this.#given.has(passingId)) return;
    const message = { type: 'passing.answered' as const, passingId, allowed, mode };
    const successorSha256 = toHex(this.#digests.sha256(successorDigestInput(passingId, successor)));
    this.#helps(this.#technician, allowed ? { passingId, successor } : undefined);
    const given: Given = {
      told: false,
      tell: async () => {
        try {
          await this.#decide(message, { ...message, successorSha256 });
          given.told = true;
        } catch (error) {
          if (error instanceof NoAnswer) return;
          this.#given.delete(passingId);
          if (this.#next?.passingId === passingId) this.#helps(this.#technician, undefined);
          throw error;
        }
      },
    };
    this.#given.set(passingId, given);
    await given.tell();
  }

  /**
   * Tells again what a broken connection swallowed. @returns who the technician of `state` is. A stranger is from then on
   * known, and has nothing that the customer does not give them anew.
   */
  follow({ passing, card: { technician } }: AgentSessionState, reconnected: boolean): WhoHelps {
    if (passing && !this.#asked.has(passing.passingId)) this.#asked.set(passing.passingId, passing.successor);
    const given = passing && this.#given.get(passing.passingId);
    if (reconnected && given?.told === false) given.tell().catch(() => {});
    const before = this.#technician;
    const isOther = before !== undefined && !isSame(before, technician);
    const isAsked = this.#next !== undefined && passing?.passingId === this.#next.passingId;
    // Two colleagues may bear one name: then only the end of the question tells.
    const hasCome =
      this.#next !== undefined && isSame(this.#next.successor, technician) && (isOther || !isAsked);
    // A yes is to one passing, and goes with its question: what comes later is asked anew.
    this.#helps({ ...technician }, isAsked && !hasCome ? this.#next : undefined);
    if (hasCome) return 'the next';
    return isOther ? 'a stranger' : 'the same';
  }

  /** Kept only where it is another one: a state comes with every change. */
  #helps(technician: Successor | undefined, next: LetGoOn | undefined): void {
    const isKept =
      next === this.#next && technician && this.#technician && isSame(technician, this.#technician);
    this.#technician = technician;
    this.#next = next;
    if (technician && !isKept) this.#keep({ technician, next });
  }
}

const isSame = (one: Successor, other: Successor): boolean =>
  one.name === other.name && one.team === other.team;
