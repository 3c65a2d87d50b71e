import type { ErrorCode } from '../errors.ts';

/** The broker said no to a message, in its own words. */
export class BrokerRefusal extends Error {
  override readonly name = 'BrokerRefusal';
  constructor(
    readonly code: ErrorCode,
    message: string,
  ) {
    super(message);
  }
}

/** Refusals of a broker that may take the same message a moment later. */
const PASSING: readonly ErrorCode[] = ['record.unavailable', 'tries.too-many', 'server.stopping'];

export const passes = (error: unknown): boolean =>
  error instanceof BrokerRefusal && PASSING.includes(error.code);

/** The message may or may not have arrived. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
}
