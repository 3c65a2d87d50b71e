import { ZodError } from 'zod';
import { ConsistencyProof, LogCheckpoint } from '../../protocol/log-proof.ts';
import { fromBase64 } from '../../protocol/proof/base64.ts';
import { readChain } from '../../protocol/proof/key-chain.ts';
import type { NoteKey } from '../../protocol/proof/signed-note.ts';
import type { Clock } from '../clock.ts';
import { sha256 } from '../records/transparency/node-crypto.ts';
import { textOf, unanswered } from './hostile-answer.ts';
import type { KeptLog, SeenCheckpoint } from './kept-log.ts';
import { openOnlyLog } from './log-folder.ts';
import type { NoProof } from './offer.ts';

const PATIENCE_MS = 15_000;
/** A log's checkpoint names each key that it ever had, in some 200 bytes. */
const MAX_ANSWER_BYTES = 256 * 1024;

/** A witness that asks by itself: the broker need not know that it is watched. */
export class BrokerWatch {
  #kept: KeptLog | undefined;

  /** @param broker its public address; `keys` its log's, as far as they are known. */
  constructor(
    private readonly parts: { broker: string; folder: string; keys: readonly NoteKey[]; clock: Clock },
  ) {}

  /** Fetches and keeps the newest checkpoint; `before`: how many entries it was compared with. @throws LogDisagrees for an alarm; anything else: the broker could not be asked. */
  async look(): Promise<SeenCheckpoint & { before: number }> {
    const { broker, folder, clock, keys } = this.parts;
    const checkpoint = LogCheckpoint.parse(await ask(broker, 'checkpoint'));
    this.#kept ??= await openOnlyLog(folder, clock, checkpoint.origin, keys);
    const from = this.#kept.newest?.size ?? 0;
    const seen = await this.#kept.offer({
      note: checkpoint.note,
      from,
      proof: from === 0 || from >= checkpoint.size ? [] : await growthOf(broker, from, checkpoint.size),
      chain: readChain(sha256, checkpoint),
    });
    return { ...seen, before: from };
  }
}

/** That there is none may be an alarm: only who can read the checkpoint that came with it tells. */
async function growthOf(broker: string, from: number, to: number): Promise<Uint8Array[] | NoProof> {
  try {
    const { hashes } = ConsistencyProof.parse(await ask(broker, `consistency?from=${from}&to=${to}`));
    return hashes.map((hash) => fromBase64(hash) as Uint8Array);
  } catch (error) {
    return { problem: error instanceof ZodError ? 'the answer is no proof' : (error as Error).message };
  }
}

async function ask(broker: string, what: string): Promise<unknown> {
  const answer = await fetch(new URL(`/api/v1/log/${what}`, broker), {
    redirect: 'error',
    signal: AbortSignal.timeout(PATIENCE_MS),
  }).catch(unanswered(broker));
  if (!answer.ok) {
    await answer.body?.cancel();
    throw new Error(`${broker} answered ${answer.status}`);
  }
  return JSON.parse(await textOf(answer, MAX_ANSWER_BYTES));
}
