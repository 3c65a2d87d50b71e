import type { ErrorBody, ErrorCode } from '../protocol/errors.ts';

export type RefusalDetails = NonNullable<ErrorBody['error']['details']>;

/** An answer we meant to give. Anything else thrown is a defect. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly details?: RefusalDetails,
    /** For `tries.too-many`: when to come back. */
    readonly retryAfterSeconds?: number,
  ) {
    super(message);
  }
}

/** For `catch`: what is not there is nothing, any other error goes on. */
export function nothingFound(error: unknown): undefined {
  if (!(error instanceof Refusal) || error.code !== 'not-found') throw error;
}
