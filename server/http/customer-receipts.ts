import type { Receipt } from '../../protocol/receipt.ts';
import { AddressTries } from '../access/address-tries.ts';
import { type Clock, instant } from '../clock.ts';
import { isStillSigning, makeReceipt } from '../records/receipt.ts';
import { RecentQuestions } from '../records/recent-questions.ts';
import type { RecordStore } from '../records/record-store.ts';
import type { ProvenSession, TransparencyLog } from '../records/transparency-log.ts';
import { nothingFound, Refusal } from '../refusal.ts';
import { isAgentToken } from '../sessions/code.ts';
import type { SettingsStore } from '../settings/settings.ts';

export interface CustomerReceiptsParts {
  readonly records: Pick<RecordStore, 'append' | 'joinOf'> & Pick<TransparencyLog, 'provenSession'>;
  readonly settings: Pick<SettingsStore, 'current'>;
  readonly clock: Clock;
}

/** An agent asks four times at most, and an office may end many sessions at once behind one address. */
export const RECEIPT_TRIES = { burst: 60, refillMs: 1_000 };

/**
 * Receipts for customers, who have no account: their agent's token is all that they show. Nothing is proven before it was
 * looked at, so that a stranger costs the broker one look at one row.
 */
export class CustomerReceipts {
  readonly #parts: CustomerReceiptsParts;
  readonly #tries: AddressTries;
  readonly #issued: RecentQuestions;
  /** Whoever asks for a session's receipt while it is being proven waits for the same proof. */
  readonly #proving = new Map<string, Promise<ProvenSession | undefined>>();

  constructor(parts: CustomerReceiptsParts) {
    this.#parts = parts;
    this.#tries = new AddressTries(RECEIPT_TRIES, parts.clock);
    this.#issued = new RecentQuestions(parts.clock);
  }

  /**
   * That it was given stands in the record first, once for all who ask within minutes.
   * @throws Refusal `tries.too-many`; `not-found` for what does not exist and for what is not theirs; `receipt.not-yet`
   */
  async issue(sessionId: string, token: string, address: string): Promise<Receipt> {
    const { records, settings, clock } = this.#parts;
    this.#tries.take(address);
    const join = await records.joinOf(sessionId);
    if (!isAgentToken(token, join?.agentTokenHash ?? '')) throw notTheirs();
    if (join?.isOver !== true) throw notYet('The session goes on. Its receipt is made when it is over.');
    const proven = await this.#proven(sessionId);
    if (proven === undefined) throw notTheirs();
    if (isStillSigning(proven, clock.now()))
      throw notYet('Both ends are still signing. Ask again in a second.');
    const { organisation } = settings.current();
    const receipt = makeReceipt(sessionId, proven, { organisation, madeAt: instant(clock) });
    const { size } = receipt.checkpoint;
    await this.#issued.once([sessionId, address], () =>
      records.append([{ type: 'receipt.issued', receiptOf: sessionId, address, size }]),
    );
    return receipt;
  }

  #proven(sessionId: string): Promise<ProvenSession | undefined> {
    const underWay = this.#proving.get(sessionId);
    if (underWay !== undefined) return underWay;
    const proving = this.#parts.records
      .provenSession(sessionId, { everything: true })
      .catch(nothingFound)
      .finally(() => this.#proving.delete(sessionId));
    this.#proving.set(sessionId, proving);
    return proving;
  }
}

const notTheirs = () => new Refusal('not-found', 'There is no receipt for this token.');
const notYet = (message: string) => new Refusal('receipt.not-yet', message);
