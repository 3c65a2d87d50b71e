import type { Socket } from 'socket.io';
import { type ZodType, z } from 'zod';
import type { ErrorBody, ErrorCode } from '../../protocol/errors.ts';
import type { Clock } from '../clock.ts';
import type { Logger } from '../log.ts';
import { Refusal } from '../refusal.ts';
import { type Rate, TokenBucket } from '../token-bucket.ts';
import { beforeAnswer } from './outbox.ts';

/** A person and a batch of files stay far below it. */
const MESSAGES_PER_CONNECTION: Rate = { burst: 300, refillMs: 20 };
/** One page serves all sessions of a technician, and answers what their customers do. */
export const MESSAGES_PER_CONSOLE: Rate = { burst: 600, refillMs: 5 };
/** A connection that speaks more nonsense than this is closed. */
const NONSENSE: Rate = { burst: 9, refillMs: 10_000 };
const BAD: readonly ErrorCode[] = ['request.invalid', 'tries.too-many', 'statement.wrong'];

export interface IntakeParts {
  readonly clock: Clock;
  readonly log: Logger;
}

/**
 * Everything that a connection says: parsed once, here, answered by `{ok: true, ...}` or an ErrorBody, also when
 * nobody waits for the answer. A defect is logged, answered generically, and closes the connection.
 */
export function takeMessages<Message>(
  socket: Socket,
  schema: ZodType<Message>,
  answer: (message: Message) => Promise<object | undefined>,
  { clock, log }: IntakeParts,
  rate = MESSAGES_PER_CONNECTION,
): void {
  const bucket = new TokenBucket(rate, clock);
  const nonsense = new TokenBucket(NONSENSE, clock);
  const take = async (event: string, sent: unknown): Promise<object> => {
    try {
      if (!bucket.take()) throw new Refusal('tries.too-many', 'Too many messages at once.', undefined, 1);
      if (event !== 'message') throw new Refusal('request.invalid', 'There is no such event.');
      return { ok: true, ...(await answer(parsed(schema, sent))) };
    } catch (error) {
      const body = errorBody(error);
      if (body.error.code === 'internal') {
        log.error({ err: error, connection: socket.id }, 'a message could not be handled');
      }
      const isTooMuch = BAD.includes(body.error.code) && !nonsense.take();
      if (body.error.code === 'internal' || isTooMuch) setImmediate(() => socket.disconnect(true));
      return body;
    }
  };
  socket.onAny((event: string, ...sent: unknown[]) => {
    const last = sent.at(-1);
    const acknowledge = typeof last === 'function' ? (last as (answer: object) => void) : undefined;
    void take(event, sent[0]).then((answer) => {
      beforeAnswer(socket);
      acknowledge?.(answer);
    });
  });
}

function parsed<Message>(schema: ZodType<Message>, sent: unknown): Message {
  const result = schema.safeParse(sent);
  if (result.success) return result.data;
  const details = result.error.issues
    .slice(0, 10)
    .map(({ path, message }) => ({ path: path.join('.').slice(0, 200), message: message.slice(0, 200) }));
  throw new Refusal('request.invalid', 'This message is not understood.', details);
}

/** What the other end may know of an error. */
export function errorBody(error: unknown): ErrorBody {
  if (!(error instanceof Refusal)) {
    return { error: { code: 'internal', message: 'Something went wrong here. It has been noted.' } };
  }
  const { code, message, details } = error;
  return { error: { code, message, ...(details === undefined ? {} : { details }) } };
}

/** How socket.io carries a refusal to connect: the client finds the ErrorBody in `connect_error`'s `data`. */
export function refusedConnection(error: unknown): Error & { data: ErrorBody } {
  const data = errorBody(error);
  return Object.assign(new Error(data.error.message), { data });
}

/**
 * Lets go of the upgrade request once it has said who connects: engine.io would keep it, with its HTTP parser's
 * buffers, for as long as the connection lasts.
 */
export function forgetRequest(socket: Socket): void {
  (socket.conn as { request: unknown }).request = undefined;
}

const Version = z.looseObject({ protocolVersion: z.number().int() });

/** What a client shows when it connects. @throws Refusal `protocol.mismatch`, or `request.invalid`. */
export function parsedHandshake<Handshake>(
  schema: ZodType<Handshake>,
  shown: unknown,
  expected: number,
): Handshake {
  const version = Version.safeParse(shown);
  if (version.success && version.data.protocolVersion !== expected) {
    throw new Refusal(
      'protocol.mismatch',
      `This client speaks protocol ${version.data.protocolVersion}, the server ${expected}. Use the version that belongs to this server.`,
    );
  }
  return parsed(schema, shown);
}
