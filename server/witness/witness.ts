import type { LogCheckpoint } from '../../protocol/log-proof.ts';

/** Proof that a log of `to` entries begins with that of `from`: hashes in base64. */
export type ProveGrowth = (from: number, to: number) => Promise<readonly string[]>;

/** Somebody outside of the data folder who keeps the log's checkpoints, so that nobody can change it unseen. */
export interface Witness {
  /** For people: where it is. */
  readonly name: string;
  /**
   * Shows it the newest checkpoint. Resolves when it has kept it.
   * @throws LogDisagrees when it has seen another log; anything else means that it could not be reached.
   */
  show(checkpoint: LogCheckpoint, prove: ProveGrowth): Promise<void>;
}
