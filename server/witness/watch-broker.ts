import { ConsistencyProof, LogCheckpoint } from '../../protocol/log-proof.ts';
import { fromBase64 } from '../../protocol/proof/base64.ts';
import { type NoteKey, parseKeyText } from '../../protocol/proof/signed-note.ts';
import type { Clock } from '../clock.ts';
import { sha256 } from '../records/transparency/node-crypto.ts';
import { folderOf } from './folder-witness.ts';
import { KeptLog, type SeenCheckpoint } from './kept-log.ts';

const PATIENCE_MS = 15_000;

/** A witness that asks by itself: the broker need not know that it is watched. */
export class BrokerWatch {
  #kept: KeptLog | undefined;

  /** @param broker its public address; `key` its log's key, if it is known. */
  constructor(
    private readonly parts: { broker: string; folder: string; key?: NoteKey | undefined; clock: Clock },
  ) {}

  /** Fetches and keeps the newest checkpoint. @throws LogDisagrees for an alarm; anything else: the broker could not be asked. */
  async look(): Promise<SeenCheckpoint & { key: NoteKey }> {
    const { broker, folder, clock, key } = this.parts;
    const checkpoint = LogCheckpoint.parse(await ask(broker, 'checkpoint'));
    const origin = key?.name ?? checkpoint.origin;
    this.#kept ??= await KeptLog.open(folderOf(folder, origin), clock, key);
    const from = this.#kept.newest?.size ?? 0;
    const hashes =
      from === 0 || from >= checkpoint.size
        ? []
        : ConsistencyProof.parse(await ask(broker, `consistency?from=${from}&to=${checkpoint.size}`)).hashes;
    const keys = checkpoint.keys
      .map((text) => parseKeyText(text, sha256))
      .filter((each) => each !== undefined);
    const seen = await this.#kept.offer(
      checkpoint.note,
      from,
      hashes.map((hash) => fromBase64(hash) as Uint8Array),
      keys,
    );
    return { ...seen, key: this.#kept.key as NoteKey };
  }
}

async function ask(broker: string, what: string): Promise<unknown> {
  const answer = await fetch(new URL(`/api/v1/log/${what}`, broker), {
    signal: AbortSignal.timeout(PATIENCE_MS),
  });
  if (!answer.ok) throw new Error(`${broker} answered ${answer.status}`);
  return answer.json();
}
