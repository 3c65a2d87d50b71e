import type { LogCheckpoint } from '../../protocol/log-proof.ts';
import { fromBase64 } from '../../protocol/proof/base64.ts';
import { readChain } from '../../protocol/proof/key-chain.ts';
import type { Clock } from '../clock.ts';
import { exists } from '../records/keys/key-file.ts';
import { sha256 } from '../records/transparency/node-crypto.ts';
import type { KeptLog } from './kept-log.ts';
import { openOnlyLog } from './log-folder.ts';
import type { ProveGrowth, Witness } from './witness.ts';

/**
 * Keeps checkpoints in a folder, for instance on a share of another machine. It is not made here: where a disk is not
 * mounted, a new folder would agree to any log.
 */
export function folderWitness(folder: string, clock: Clock): Witness {
  let kept: KeptLog | undefined;
  return {
    name: folder,
    async show(checkpoint: LogCheckpoint, prove: ProveGrowth) {
      if (kept === undefined && !(await exists(folder)))
        throw new Error(
          `${folder} is not there. Its disk may not be mounted; for a new witness, make the folder first.`,
        );
      kept ??= await openOnlyLog(folder, clock, checkpoint.origin);
      const from = kept.newest?.size ?? 0;
      // A log that shrank cannot prove anything: what is kept says so, and keeps both.
      const proof = from > checkpoint.size ? [] : await prove(from, checkpoint.size);
      const hashes = proof.map((hash) => fromBase64(hash) as Uint8Array);
      await kept.offer({
        note: checkpoint.note,
        from,
        proof: hashes,
        chain: readChain(sha256, checkpoint),
      });
      return { isVerified: true, from };
    },
  };
}
