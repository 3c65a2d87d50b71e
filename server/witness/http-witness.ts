import type { LogCheckpoint } from '../../protocol/log-proof.ts';
import type { WrittenChain } from '../../protocol/proof/key-chain.ts';
import { type NoteKey, parseNote } from '../../protocol/proof/signed-note.ts';
import { cosignatureBy } from './cosignature.ts';
import { LogDisagrees } from './disagreement.ts';
import { quoted, quoteOf, textOf, unanswered } from './hostile-answer.ts';
import type { ProveGrowth, Witness } from './witness.ts';

const PATIENCE_MS = 15_000;
const SIZE_TYPE = 'text/x.tlog.size';
const SIZE = /^(0|[1-9]\d{0,15})\n?$/;
/** A witness answers with a line for each of its keys. */
const MAX_ANSWER_BYTES = 16 * 1024;

/**
 * Speaks the C2SP tlog-witness protocol (`POST /add-checkpoint`), as `countersign witness --listen` and others serve it.
 * @param key the witness's own: without it nothing shows who answered.
 */
export function httpWitness(url: string, key?: NoteKey): Witness {
  const base = url.endsWith('/') ? url : `${url}/`;
  /** What it is thought to have seen last; it says when that is wrong. */
  let seen = 0;

  const post = (path: string, body: string) =>
    fetch(new URL(path, base), {
      method: 'POST',
      body,
      redirect: 'error',
      signal: AbortSignal.timeout(PATIENCE_MS),
    }).catch(unanswered(url));
  const offerOnce = async (checkpoint: LogCheckpoint, from: number, prove: ProveGrowth) =>
    post('add-checkpoint', addCheckpointBody(from, await prove(from, checkpoint.size), checkpoint.note));
  /** A witness that was told another key of this log learns the newer ones, if it is one of ours. */
  const offer = async (checkpoint: LogCheckpoint, from: number, prove: ProveGrowth) => {
    const answer = await offerOnce(checkpoint, from, prove);
    if (answer.status !== 403 || checkpoint.keys.length < 2) return answer;
    const told = await post('add-keys', addKeysBody(checkpoint));
    await told.body?.cancel();
    return told.ok ? offerOnce(checkpoint, from, prove) : answer;
  };
  /** The size that it stands at, where that is what it answers. */
  const sizeIn = async (answer: Response): Promise<number | undefined> => {
    if (answer.status !== 409 || !answer.headers.get('content-type')?.startsWith(SIZE_TYPE)) return undefined;
    const text = await textOf(answer, MAX_ANSWER_BYTES);
    if (!SIZE.test(text)) throw new Error(`${url} answered with a size that is none: ${quoted(text)}`);
    return Number(text);
  };
  /** It has seen more than the checkpoint has: others may have shown it a newer one of this log meanwhile. */
  const outgrown = async (stands: number, { size }: LogCheckpoint, prove: ProveGrowth): Promise<Error> => {
    try {
      await prove(size, stands);
      return new Error(`${url} was shown a newer checkpoint meanwhile; it is asked again.`);
    } catch (error) {
      if ((error as { code?: string }).code !== 'not-found') throw error;
      return new LogDisagrees(
        `${url} has seen ${stands} entries of this log, which now has ${size}: entries are gone, as when an old copy is put back.`,
      );
    }
  };
  /** Again from where it says that it stands. */
  const offerFrom = async (stands: number, checkpoint: LogCheckpoint, prove: ProveGrowth) => {
    if (stands > checkpoint.size) throw await outgrown(stands, checkpoint, prove);
    seen = stands;
    const answer = await offer(checkpoint, stands, prove);
    const now = await sizeIn(answer);
    if (now === undefined) return answer;
    throw now === stands
      ? new LogDisagrees(`${url} has seen ${stands} entries of this log, and refuses what follows them.`)
      : new Error(`${url} stands at another number of entries each time it is asked.`);
  };

  return {
    name: url,
    async show(checkpoint, prove) {
      // Nothing is proven from behind the end of a log that shrank: the witness says again where it stands.
      const from = seen <= checkpoint.size ? seen : 0;
      let answer = await offer(checkpoint, from, prove);
      const stands = await sizeIn(answer);
      if (stands !== undefined) answer = await offerFrom(stands, checkpoint, prove);
      if (answer.status === 409 || answer.status === 422)
        throw new LogDisagrees(`${url} says: ${await quoteOf(answer)}`);
      if (answer.status === 403)
        throw new LogDisagrees(
          `${url} takes no checkpoint under the key ${checkpoint.keys.at(-1)}, which signs now: tell who runs it that key, so that they can give it to the witness.`,
        );
      if (!answer.ok) throw new Error(`${url} answered ${answer.status}: ${await quoteOf(answer)}`);
      const lines = await textOf(answer, MAX_ANSWER_BYTES);
      const before = stands ?? from;
      seen = checkpoint.size;
      if (key === undefined) return { isVerified: false, from: before };
      const signed = cosignatureBy(key, parseNote(checkpoint.note)?.text ?? '', lines);
      if (signed === undefined)
        throw new Error(
          `${url} answered, but not with a signature of the key ${key.name} that COUNTERSIGN_WITNESSES gives for it: the key is another one now, or somebody else answers there.`,
        );
      return { isVerified: true, from: before, cosignature: signed };
    },
  };
}

/** C2SP tlog-witness: the size that the witness stands at, the proof, an empty line, the signed note. */
export const addCheckpointBody = (from: number, proof: readonly string[], note: string): string =>
  `old ${from}\n${proof.map((hash) => `${hash}\n`).join('')}\n${note}`;

/** A line for each of the log's keys, the oldest first, and behind it what the one before it signed of it (decision 21). */
export const addKeysBody = ({ keys, vouchers = [] }: WrittenChain): string =>
  keys.map((key, index) => `${[key, vouchers[index - 1]].filter(Boolean).join(' ')}\n`).join('');

export function parseAddKeys(body: string): WrittenChain {
  const lines = body.split('\n').filter((line) => line !== '');
  return {
    keys: lines.map((line) => line.split(' ')[0] ?? ''),
    vouchers: lines.slice(1).map((line) => line.split(' ')[1] ?? ''),
  };
}

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
