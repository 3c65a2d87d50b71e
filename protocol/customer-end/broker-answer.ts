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

/** The message may or may not have arrived. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
}
