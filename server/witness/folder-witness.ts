import { join } from 'node:path';
import type { LogCheckpoint } from '../../protocol/log-proof.ts';
import { fromBase64 } from '../../protocol/proof/base64.ts';
import { parseKeyText } from '../../protocol/proof/signed-note.ts';
import type { Clock } from '../clock.ts';
import { sha256 } from '../records/transparency/node-crypto.ts';
import { KeptLog, LogDisagrees } from './kept-log.ts';
import type { ProveGrowth, Witness } from './witness.ts';

/** A log's folder below the one that a witness keeps its logs in. */
export const folderOf = (folder: string, origin: string): string =>
  join(folder, origin.replace(/[^A-Za-z0-9.-]/g, '_'));

/** Keeps checkpoints in a folder, for instance on a disk that this machine can only add to. */
export function folderWitness(folder: string, clock: Clock): Witness {
  let kept: KeptLog | undefined;
  return {
    name: folder,
    async show(checkpoint: LogCheckpoint, prove: ProveGrowth) {
      kept ??= await KeptLog.open(folderOf(folder, checkpoint.origin), clock);
      const from = kept.newest?.size ?? 0;
      if (from > checkpoint.size)
        throw new LogDisagrees(
          `${folder} has seen ${from} entries of this log, which now has ${checkpoint.size}: entries are gone, as when an old copy is put back.`,
        );
      const hashes = (await prove(from, checkpoint.size)).map((hash) => fromBase64(hash) as Uint8Array);
      const keys = checkpoint.keys
        .map((text) => parseKeyText(text, sha256))
        .filter((key) => key !== undefined);
      await kept.offer(checkpoint.note, from, hashes, keys);
    },
  };
}
