import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { fromBase64 } from '../../protocol/proof/base64.ts';
import { parseCheckpoint } from '../../protocol/proof/checkpoint.ts';
import { type NoteKey, parseNote } from '../../protocol/proof/signed-note.ts';
import type { Clock } from '../clock.ts';
import { type Cosigner, cosignature } from './cosignature.ts';
import { folderOf } from './folder-witness.ts';
import { parseAddCheckpoint } from './http-witness.ts';
import { KeptLog, LogDisagrees, OfferOutdated, OfferUnreadable } from './kept-log.ts';

const MAX_BODY_BYTES = 64 * 1024;

export interface WitnessServerParts {
  /** Where checkpoints are kept: a folder for each log below it. */
  readonly folder: string;
  /** The logs that it watches. Others are refused: it would be anybody's disk. */
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

  const openLog = (key: NoteKey): Promise<KeptLog> => {
    const opened = kept.get(key.name) ?? KeptLog.open(folderOf(parts.folder, key.name), parts.clock, key);
    kept.set(key.name, opened);
    return opened;
  };
  const add = async (body: string): Promise<Answer> => {
    const request = parseAddCheckpoint(body);
    const note = request && parseNote(request.note);
    const checkpoint = note && parseCheckpoint(note.text);
    const proof = request?.proof.map(fromBase64);
    if (!request || !note || !checkpoint || !proof?.every((hash) => hash !== undefined))
      return { status: 400, text: 'This is not an add-checkpoint request (C2SP tlog-witness).\n' };
    const key = parts.logs.find(({ name }) => name === checkpoint.origin);
    if (key === undefined) return { status: 404, text: 'This witness does not watch that log.\n' };
    const log = await openLog(key);
    await log.offer(request.note, request.from, proof);
    return { status: 200, text: cosignature(parts.cosigner, note.text, parts.clock) };
  };
  const inTurn = (body: string): Promise<Answer> => {
    const origin = parseAddCheckpoint(body)?.note.split('\n', 1)[0] ?? '';
    const answer = (last.get(origin) ?? Promise.resolve()).then(() => add(body));
    last.set(
      origin,
      answer.catch(() => {}),
    );
    return answer.catch((error: unknown) => refusal(error, parts.alarm));
  };

  return createServer({ requestTimeout: 20_000, headersTimeout: 10_000 }, (request, response) => {
    if (request.method !== 'POST' || request.url !== '/add-checkpoint')
      return send(response, { status: 404, text: 'POST /add-checkpoint\n' });
    readBody(request).then(
      async (body) => send(response, await inTurn(body)),
      () => send(response, { status: 413, text: 'That is too long for a checkpoint.\n' }),
    );
  });
}

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly type?: string;
}

function refusal(error: unknown, alarm: (message: string) => void): Answer {
  if (error instanceof OfferOutdated)
    return { status: 409, type: 'text/x.tlog.size', text: `${error.keptSize}\n` };
  if (error instanceof OfferUnreadable) return { status: 403, text: `${error.message}\n` };
  if (error instanceof LogDisagrees) {
    alarm(error.message);
    return { status: 422, text: `${error.message}\n` };
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
