import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { fromBase64 } from '../../protocol/proof/base64.ts';
import { parseCheckpoint } from '../../protocol/proof/checkpoint.ts';
import { type ChainedKey, isSameKey, readChain } from '../../protocol/proof/key-chain.ts';
import { type NoteKey, parseNote } from '../../protocol/proof/signed-note.ts';
import type { Clock } from '../clock.ts';
import { sha256 } from '../records/transparency/node-crypto.ts';
import { type Cosigner, cosignature } from './cosignature.ts';
import { LogDisagrees, LogForked } from './disagreement.ts';
import { parseAddCheckpoint, parseAddKeys } from './http-witness.ts';
import { KeptLog } from './kept-log.ts';
import { folderOf } from './log-folder.ts';
import { OfferOutdated, OfferUnreadable, OfferWrong } from './offer.ts';

const MAX_BODY_BYTES = 64 * 1024;
const SAY_AGAIN_MS = 3_600_000;

export interface WitnessServerParts {
  /** Where checkpoints are kept: a folder for each log below it. */
  readonly folder: string;
  /** The logs that it watches, by keys of theirs. Others are refused: it would be anybody's disk. */
  readonly logs: readonly NoteKey[];
  readonly cosigner: Cosigner;
  readonly clock: Clock;
  readonly alarm: (message: string) => void;
}

/** Takes checkpoints by the C2SP tlog-witness protocol, keeps those that prove that their log only grew, and signs them too. */
export function createWitnessServer(parts: WitnessServerParts): Server {
  const kept = new Map<string, Promise<KeptLog>>();
  /** One after the other for each log, so that none is compared with one that is on its way to the disk. */
  const last = new Map<string, Promise<unknown>>();

  /** What brokers told of their logs' keys: believed as far as a key that is trusted vouches for it. */
  const chains = new Map<string, readonly ChainedKey[]>();
  const said = new Map<string, { message: string; again: number }>();
  /** Whoever repeats something does not fill what collects alarms: once an hour for each log. */
  const alarm = (origin: string, message: string): void => {
    const before = said.get(origin);
    if (before?.message === message && parts.clock.now() < before.again) return;
    said.set(origin, { message, again: parts.clock.now() + SAY_AGAIN_MS });
    parts.alarm(message);
  };

  /** `undefined` for a log that this witness does not watch. */
  const openLog = async (origin: string): Promise<KeptLog | undefined> => {
    const keys = parts.logs.filter(({ name }) => name === origin);
    if (keys.length === 0) return undefined;
    const opened = kept.get(origin) ?? KeptLog.open(folderOf(parts.folder, origin), parts.clock, keys);
    kept.set(origin, opened);
    // What could not be opened is tried again: a disk may be full, or not be there yet.
    opened.catch(() => kept.delete(origin));
    return opened;
  };
  const addKeys = async (body: string): Promise<Answer> => {
    const chain = readChain(sha256, parseAddKeys(body));
    const origin = chain[0]?.name ?? '';
    const log = await openLog(origin);
    if (log === undefined) return UNWATCHED;
    const vouched = log.vouchedOf(chain);
    // No alarm: anybody can make up a key. The broker that has no better one is told, and says so on its page.
    if (vouched === undefined)
      return { status: 403, text: 'No key that this witness knows vouches for the last of these.\n' };
    // Old chains are in everybody's hands too: one that tells nothing new takes nothing away.
    const told = chains.get(origin) ?? [];
    if (!vouched.every((key) => told.some((known) => isSameKey(key, known)))) chains.set(origin, vouched);
    return { status: 200, text: '' };
  };
  const addCheckpoint = async (body: string): Promise<Answer> => {
    const request = parseAddCheckpoint(body);
    const note = request && parseNote(request.note);
    const checkpoint = note && parseCheckpoint(note.text);
    const proof = request?.proof.map(fromBase64);
    if (!request || !note || !checkpoint || !proof?.every((hash): hash is Uint8Array => hash?.length === 32))
      return { status: 400, text: 'This is not an add-checkpoint request (C2SP tlog-witness).\n' };
    const log = await openLog(checkpoint.origin);
    if (log === undefined) return UNWATCHED;
    const chain = chains.get(checkpoint.origin) ?? [];
    await log.offer({ note: request.note, from: request.from, proof, chain, isByAnybody: true });
    return { status: 200, text: cosignature(parts.cosigner, note.text, parts.clock) };
  };
  const inTurn = (body: string): Promise<Answer> => {
    const origin = parseAddCheckpoint(body)?.note.split('\n', 1)[0] ?? '';
    // Only logs that are watched stand in line: names that anybody makes up would be kept for ever.
    if (!parts.logs.some(({ name }) => name === origin)) return addCheckpoint(body);
    const answer = (last.get(origin) ?? Promise.resolve())
      .then(() => addCheckpoint(body))
      .catch((error: unknown) => refusal(error, (message) => alarm(origin, message)));
    last.set(origin, answer);
    return answer;
  };

  const posts: Readonly<Record<string, (body: string) => Promise<Answer>>> = {
    '/add-checkpoint': inTurn,
    '/add-keys': (body) =>
      addKeys(body).catch((error: unknown) => refusal(error, (message) => alarm('', message))),
  };

  return createServer({ requestTimeout: 20_000, headersTimeout: 10_000 }, (request, response) => {
    const answer = request.method === 'POST' ? posts[request.url ?? ''] : undefined;
    if (answer === undefined)
      return send(response, { status: 404, text: `POST ${Object.keys(posts).join(' or ')}\n` });
    readBody(request).then(
      async (body) => send(response, await answer(body)),
      () => send(response, { status: 413, text: 'That is too long for a checkpoint.\n' }),
    );
  });
}

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly type?: string;
}

const UNWATCHED: Answer = { status: 404, text: 'This witness does not watch that log.\n' };

function refusal(error: unknown, alarm: (message: string) => void): Answer {
  if (error instanceof OfferOutdated)
    return { status: 409, type: 'text/x.tlog.size', text: `${error.keptSize}\n` };
  if (error instanceof OfferWrong)
    return { status: error.part === 'size' ? 400 : 422, text: `${error.message}\n` };
  if (error instanceof OfferUnreadable) return { status: 403, text: `${error.message}\n` };
  if (error instanceof LogDisagrees) {
    alarm(error.message);
    return { status: error instanceof LogForked ? 409 : 422, text: `${error.message}\n` };
  }
  alarm(`A checkpoint could not be kept: ${(error as Error).message}`);
  return { status: 500, text: 'The checkpoint could not be kept.\n' };
}

function send(response: ServerResponse, { status, text, type = 'text/plain; charset=utf-8' }: Answer): void {
  response.writeHead(status, { 'Content-Type': type, 'Cache-Control': 'no-store' }).end(text);
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES) throw new Error('too long');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
