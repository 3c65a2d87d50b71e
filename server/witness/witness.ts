import type { LogCheckpoint } from '../../protocol/log-proof.ts';

/** Proof that a log of `to` entries begins with that of `from`: hashes in base64. */
export type ProveGrowth = (from: number, to: number) => Promise<readonly string[]>;

/** What a witness answered to a checkpoint that it took. */
export interface Shown {
  /** That it has kept this checkpoint is known, and not only said. */
  readonly isVerified: boolean;
  /** How many entries it had seen before, and compared with; with none it can only believe. */
  readonly from: number;
  /** The line that it signed (C2SP tlog-cosignature), verified. */
  readonly cosignature?: string | undefined;
}

/** Somebody outside of the data folder who keeps the log's checkpoints, so that nobody can change it unseen. */
export interface Witness {
  /** For people: where it is. */
  readonly name: string;
  /**
   * Shows it the newest checkpoint. Resolves when it has kept it.
   * @throws LogDisagrees when it has seen another log; anything else means that it could not be reached.
   */
  show(checkpoint: LogCheckpoint, prove: ProveGrowth): Promise<Shown>;
}
