import { z } from 'zod';

/** Every refusal that we give on purpose: its HTTP status and the close code of a WebSocket. */
export const ERRORS = {
  'request.invalid': { status: 400, close: 4400 },
  'request.too-large': { status: 413, close: 4413 },
  'request.out-of-order': { status: 409, close: 4409 },
  'sign-in.needed': { status: 401, close: 4401 },
  'sign-in.wrong': { status: 401, close: 4401 },
  'csrf.wrong': { status: 403, close: 4403 },
  'origin.refused': { status: 403, close: 4403 },
  'permission.missing': { status: 403, close: 4403 },
  'consent.missing': { status: 403, close: 4403 },
  'consent.withdrawn': { status: 403, close: 4410 },
  'statement.wrong': { status: 403, close: 4403 },
  'not-found': { status: 404, close: 4404 },
  'code.wrong': { status: 404, close: 4404 },
  'ticket.wrong': { status: 401, close: 4401 },
  'already-exists': { status: 409, close: 4409 },
  'receipt.not-yet': { status: 409, close: 4409 },
  'session.over': { status: 410, close: 4410 },
  'session.passed-on': { status: 403, close: 4403 },
  'lane.replaced': { status: 409, close: 4415 },
  'lane.peer-gone': { status: 409, close: 4412 },
  'lane.finished': { status: 409, close: 1000 },
  'protocol.mismatch': { status: 426, close: 4426 },
  'tries.too-many': { status: 429, close: 4429 },
  'media.unavailable': { status: 503, close: 4503 },
  'record.unavailable': { status: 503, close: 4503 },
  'server.stopping': { status: 503, close: 4504 },
  internal: { status: 500, close: 4500 },
} as const satisfies Record<string, { status: number; close: number }>;

export type ErrorCode = keyof typeof ERRORS;
export const ErrorCode = z.enum(Object.keys(ERRORS) as [ErrorCode, ...ErrorCode[]]);

/** The one shape of an error, over HTTP and in the answer to a signalling message. */
export const ErrorBody = z.object({
  error: z.object({
    code: ErrorCode,
    message: z.string(),
    /** Per field what was expected, for forms. */
    details: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  }),
});
export type ErrorBody = z.infer<typeof ErrorBody>;
