import type { ChainedKey } from '../../protocol/proof/key-chain.ts';

/** The keeper was asked for a proof, and gave none; for people, what happened instead. */
export interface NoProof {
  readonly problem: string;
}

/** What somebody shows of a log. */
export interface Offer {
  readonly note: string;
  /** The proof that the log begins with the one of `from` entries, kept before. */
  readonly from: number;
  readonly proof: readonly Uint8Array[] | NoProof;
  /** The log's keys as its keeper tells them, oldest first. */
  readonly chain?: readonly ChainedKey[];
  /**
   * Anybody may have sent it, with checkpoints that the keeper did sign: then it is an alarm only where what is signed does not
   * fit. Otherwise it is what the log's keeper answered just now, and what is missing in it is an alarm too.
   */
  readonly isByAnybody?: boolean;
}

/** The offer does not begin where this witness stands; nothing is wrong with the log. */
export class OfferOutdated extends Error {
  override readonly name = 'OfferOutdated';
  constructor(readonly keptSize: number) {
    super(`the newest kept checkpoint is of ${keptSize} entries`);
  }
}

/** The offer cannot be: it begins behind its own end, or its proof proves nothing. It says nothing about the log. */
export class OfferWrong extends Error {
  override readonly name = 'OfferWrong';
  constructor(
    message: string,
    readonly part: 'size' | 'proof',
  ) {
    super(message);
  }
}

/** Not a checkpoint, or not signed by the log's key. Anybody can send such a thing: it says nothing about the log. */
export class OfferUnreadable extends Error {
  override readonly name = 'OfferUnreadable';
}

/** A larger log without a proof that it grew. Once, it may be bad luck. */
export class GrowthUnproven extends Error {
  override readonly name = 'GrowthUnproven';
}
