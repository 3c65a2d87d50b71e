import type { LogCheckpoint } from '../../protocol/log-proof.ts';
import { LogDisagrees } from './kept-log.ts';
import type { ProveGrowth, Witness } from './witness.ts';

const PATIENCE_MS = 15_000;
const SIZE_TYPE = 'text/x.tlog.size';

/** Speaks the C2SP tlog-witness protocol (`POST /add-checkpoint`), as `countersign witness --listen` and others serve it. */
export function httpWitness(url: string): Witness {
  const endpoint = new URL('add-checkpoint', url.endsWith('/') ? url : `${url}/`);
  /** What it is thought to have seen last; it says when that is wrong. */
  let seen = 0;

  const offer = async (checkpoint: LogCheckpoint, prove: ProveGrowth) =>
    fetch(endpoint, {
      method: 'POST',
      body: addCheckpointBody(seen, await prove(seen, checkpoint.size), checkpoint.note),
      redirect: 'error',
      signal: AbortSignal.timeout(PATIENCE_MS),
    }).catch((error: Error) => {
      // What fetch itself says ("fetch failed") tells nobody what to mend.
      const { message } = (error.cause as Error | undefined) ?? error;
      throw new Error(`${url} does not answer: ${message}`, { cause: error });
    });

  return {
    name: url,
    async show(checkpoint, prove) {
      let answer = await offer(checkpoint, prove);
      if (answer.status === 409 && answer.headers.get('content-type')?.startsWith(SIZE_TYPE)) {
        seen = Number(await answer.text());
        if (!(seen <= checkpoint.size))
          throw new LogDisagrees(
            `${url} has seen ${seen} entries of this log, which now has ${checkpoint.size}: entries are gone, as when an old copy is put back.`,
          );
        answer = await offer(checkpoint, prove);
      }
      if (answer.status === 409 || answer.status === 422)
        throw new LogDisagrees(`${url} says: ${(await answer.text()).trim()}`);
      if (!answer.ok)
        throw new Error(`${url} answered ${answer.status}: ${(await answer.text()).slice(0, 200).trim()}`);
      await answer.arrayBuffer();
      seen = checkpoint.size;
    },
  };
}

/** C2SP tlog-witness: the size that the witness stands at, the proof, an empty line, the signed note. */
export const addCheckpointBody = (from: number, proof: readonly string[], note: string): string =>
  `old ${from}\n${proof.map((hash) => `${hash}\n`).join('')}\n${note}`;

/** @returns `undefined` for what is not such a body. */
export function parseAddCheckpoint(
  body: string,
): { from: number; proof: string[]; note: string } | undefined {
  const end = body.indexOf('\n\n');
  const [first, ...proof] = body.slice(0, Math.max(0, end)).split('\n');
  const [, from] = /^old (0|[1-9]\d{0,15})$/.exec(first ?? '') ?? [];
  if (from === undefined || proof.length > 63) return undefined;
  return { from: Number(from), proof, note: body.slice(end + 2) };
}
