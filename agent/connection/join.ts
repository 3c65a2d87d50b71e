import { z } from 'zod';
import { ErrorBody, type ErrorCode } from '../../protocol/errors.ts';
import { Joined, type JoinRequest, TakenOver, type TakeOverRequest } from '../../protocol/join.ts';
import { PROTOCOL_VERSION } from '../../protocol/version.ts';
import { AgentError, EXIT } from '../agent-error.ts';
import type { ServerAddress } from './server-address.ts';

const TIMEOUT_MS = 15_000;
/** A broker's answer is a card and a token. More than this is not a broker. */
const MAX_ANSWER_BYTES = 256 * 1024;

/**
 * Finds out whether the server answers, before anybody is asked for a code. The way that is opened here serves `join`.
 * @throws AgentError with the sentence that the customer needs.
 */
export async function reach(server: ServerAddress): Promise<void> {
  const answer = await ask(server, '/healthz', {});
  await answer.arrayBuffer().catch(() => {});
}

/**
 * Uses up the code.
 * @throws AgentError with the sentence that the customer needs, for whatever went wrong.
 */
export const join = (server: ServerAddress, request: JoinRequest, signal?: AbortSignal): Promise<Joined> =>
  joinedBy(server, '/api/v1/join', Joined, request, signal);

/** The same with the ticket of a hand-over, which is used up. */
export const takeOver = (server: ServerAddress, request: TakeOverRequest): Promise<TakenOver> =>
  joinedBy(server, '/api/v1/join/take-over', TakenOver, request);

async function joinedBy<Answer>(
  server: ServerAddress,
  path: string,
  schema: z.ZodType<Answer>,
  request: object,
  signal?: AbortSignal,
): Promise<Answer> {
  const answer = await post(server, path, request, signal);
  const body = await readJson(answer);
  if (!answer.ok) throw refused(server, answer, body);
  const version = z.object({ protocolVersion: z.number().int() }).safeParse(body);
  if (version.success && version.data.protocolVersion !== PROTOCOL_VERSION)
    throw versionMismatch(server, version.data.protocolVersion);
  const joined = schema.safeParse(body);
  if (!joined.success) throw notABroker(server);
  return joined.data;
}

function post(server: ServerAddress, path: string, request: object, signal?: AbortSignal): Promise<Response> {
  return ask(server, path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body: JSON.stringify(request),
    ...(signal ? { signal } : {}),
  });
}

async function ask(server: ServerAddress, path: string, request: RequestInit): Promise<Response> {
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  try {
    return await fetch(server.api(path), {
      ...request,
      // A redirect could lead the code to somebody else.
      redirect: 'error',
      signal: request.signal ? AbortSignal.any([request.signal, timeout]) : timeout,
    });
  } catch (error) {
    throw new AgentError(EXIT.unreachable, `${server.origin} does not answer: ${reasonOf(error)}.`, {
      cause: error,
    });
  }
}

async function readJson(answer: Response): Promise<unknown> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const chunk of answer.body ?? []) {
      bytes += chunk.byteLength;
      if (bytes > MAX_ANSWER_BYTES) return undefined;
      chunks.push(chunk);
    }
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch {
    return undefined; // not JSON, or cut off: the caller says that this is no broker
  }
}

function refused(server: ServerAddress, answer: Response, body: unknown): AgentError {
  const error = ErrorBody.safeParse(body);
  if (!error.success) return notABroker(server);
  const { code, message } = error.data.error;
  const wait = Number(answer.headers.get('retry-after'));
  const said = SENTENCES[code];
  if (code === 'protocol.mismatch') {
    const version = z.object({ error: z.object({ protocolVersion: z.number().int() }) }).safeParse(body);
    return versionMismatch(server, version.success ? version.data.error.protocolVersion : undefined, message);
  }
  if (code === 'tries.too-many')
    return new AgentError(
      EXIT.tooManyTries,
      `Too many codes were tried. ${wait > 0 ? `Try again in ${inWords(wait)}.` : 'Wait a few minutes and try again.'}`,
    );
  return said
    ? new AgentError(said.status, said.sentence)
    : new AgentError(EXIT.unreachable, printable(message));
}

const SENTENCES: Partial<Record<ErrorCode, { status: AgentError['status']; sentence: string }>> = {
  'code.wrong': {
    status: EXIT.codeRefused,
    sentence:
      'This code does not work. It may be mistyped, used already, or older than ten minutes. ' +
      'Ask your technician to read it out again, or for a new one.',
  },
  'ticket.wrong': {
    status: EXIT.codeRefused,
    sentence:
      'This command does not work any more: its ticket was used, is older than five minutes, or the session is over. ' +
      'Go back to the page where you found it, and get a new one there.',
  },
  'request.invalid': { status: EXIT.codeRefused, sentence: 'A code has nine digits, such as 123-456-789.' },
  'record.unavailable': {
    status: EXIT.unreachable,
    sentence:
      'The server cannot write its record at the moment, so no session may begin. Tell your technician.',
  },
  'server.stopping': {
    status: EXIT.unreachable,
    sentence: 'The server is just being restarted. Try again in a minute.',
  },
  internal: {
    status: EXIT.unreachable,
    sentence: 'The server had a fault. Try again, and tell your technician.',
  },
};

/** @param theirs the server's protocol version, where it told. */
export function versionMismatch(server: ServerAddress, theirs?: number, message?: string): AgentError {
  if (theirs === undefined)
    return new AgentError(
      EXIT.versionMismatch,
      `This program and ${server.origin} are of different versions. ${printable(message ?? '')}`.trim(),
    );
  const advice =
    theirs > PROTOCOL_VERSION
      ? 'The server is newer: get the current version of this program from its join page.'
      : 'This program is newer: ask the people who run the server to update it, or use the version from its join page.';
  return new AgentError(
    EXIT.versionMismatch,
    `This program (protocol ${PROTOCOL_VERSION}) and ${server.origin} (protocol ${theirs}) do not fit. ${advice}`,
  );
}

const notABroker = (server: ServerAddress) =>
  new AgentError(
    EXIT.unreachable,
    `${server.origin} answers, but not as a Countersign server. Check the address.`,
  );

const CAUSES: Record<string, string> = {
  ECONNREFUSED: 'nothing listens there',
  ECONNRESET: 'the connection broke',
  ENOTFOUND: 'there is no computer of that name',
  EAI_AGAIN: 'its name cannot be looked up; is this computer online',
  EHOSTUNREACH: 'there is no way to it from here',
  ENETUNREACH: 'this computer is not online',
  ETIMEDOUT: 'it took too long',
  UND_ERR_CONNECT_TIMEOUT: 'it took too long',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'nobody vouches for its certificate',
  SELF_SIGNED_CERT_IN_CHAIN: 'nobody vouches for its certificate',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'nobody vouches for its certificate',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another name',
  ERR_SSL_WRONG_VERSION_NUMBER: 'it does not speak https there',
};

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown reason';
  if (error.name === 'TimeoutError') return 'it took too long';
  // fetch hides the reason in `cause`, and several addresses in an AggregateError below it.
  const causes = [error.cause, ...((error.cause as { errors?: unknown[] } | undefined)?.errors ?? [])];
  for (const cause of causes) {
    const code = (cause as NodeJS.ErrnoException | undefined)?.code;
    if (code) return CAUSES[code] ?? code;
  }
  return error.cause instanceof Error ? printable(error.cause.message) : printable(error.message);
}

const inWords = (seconds: number) =>
  seconds < 90 ? `${Math.ceil(seconds)} seconds` : `${Math.ceil(seconds / 60)} minutes`;

/** A text from the other side, for a terminal: one line, without control characters, cut. */
const printable = (text: string) =>
  text
    .replace(/[\p{Cc}\u2028\u2029\u202A-\u202E\u2066-\u2069]/gu, ' ')
    .trim()
    .slice(0, 300);
