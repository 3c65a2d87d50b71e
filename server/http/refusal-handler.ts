import type { ErrorRequestHandler, RequestHandler } from 'express';
import type { z } from 'zod';
import { ERRORS, type ErrorBody } from '../../protocol/errors.ts';
import type { Logger } from '../log.ts';
import { Refusal } from '../refusal.ts';

/** When to come back to a broker that cannot write or is stopping, if nothing better is known. */
const BACK_IN_SECONDS = 5;
/** Enough for any form; a hostile body of a thousand wrong fields does not get a thousand lines back. */
const MAX_DETAILS = 20;

/** What of a body does not fit the schema, field by field: the path of each and what was expected. */
export const invalidBody = (error: z.ZodError): Refusal => invalid(error, (path) => path.join('.'));

/** The same of a query. It is flat: what the schema reads as a list, its caller sent as one parameter. */
export const invalidQuery = (error: z.ZodError): Refusal =>
  invalid(error, ([parameter]) => String(parameter ?? ''));

function invalid(error: z.ZodError, nameOf: (path: PropertyKey[]) => string): Refusal {
  const details = error.issues
    .slice(0, MAX_DETAILS)
    .map(({ path, message }) => ({ path: nameOf(path), message }));
  return new Refusal('request.invalid', 'The request does not fit. See details.', details);
}

export const unknownPath: RequestHandler = () => {
  throw new Refusal('not-found', 'There is nothing here.');
};

/** The one place where HTTP catches: a Refusal is sent as it is, a defect is logged and answered with nothing of the inside. */
export function refusalHandler(log: Logger): ErrorRequestHandler {
  // Express knows an error handler by its four parameters.
  return (error: unknown, _request, response, _next) => {
    const refusal = error instanceof Refusal ? error : (ofBodyParser(error) ?? defect());
    if (refusal.code === 'internal') {
      log.error({ err: error, requestId: response.getHeader('X-Request-Id') }, 'a request failed');
    }
    if (response.headersSent) {
      // An answer that breaks off must not look complete.
      response.destroy();
      return;
    }
    const { code, message, details, retryAfterSeconds } = refusal;
    const { status } = ERRORS[code];
    const retryAfter = retryAfterSeconds ?? (status === 503 ? BACK_IN_SECONDS : undefined);
    if (retryAfter !== undefined) response.setHeader('Retry-After', String(retryAfter));
    if (status === 401) response.setHeader('WWW-Authenticate', 'Bearer');
    const body: ErrorBody = { error: { code, message, ...(details && { details }) } };
    response.status(status).json(body);
  };
}

const defect = () => new Refusal('internal', 'Something went wrong here. It has been logged.');

/** What express and body-parser refuse: errors with a status of 4xx (http-errors). */
function ofBodyParser(error: unknown): Refusal | undefined {
  if (!(error instanceof Error) || !('status' in error) || typeof error.status !== 'number') return undefined;
  if (error.status === 413) return new Refusal('request.too-large', 'The request is larger than 64 KiB.');
  if (error.status === 400 || error.status === 415) {
    return new Refusal(
      'request.invalid',
      'The request cannot be read: send plain, well-formed JSON in UTF-8.',
    );
  }
  return undefined;
}
