import { z } from 'zod';
import { ErrorBody, type ErrorCode } from '../../protocol/errors.ts';
import { t } from './strings.ts';

/** `unreachable`: no answer at all. `unreadable`: an answer that is not of our contract. */
export type ProblemCode = ErrorCode | 'unreachable' | 'unreadable';

/** What went wrong, as a sentence that people can read. Pages show `message`; forms put `fields` beside their fields. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly code: ProblemCode;
  /** Field path (`contact.name`) to what was expected. */
  readonly fields: Readonly<Record<string, string>>;

  constructor(code: ProblemCode, message: string, fields: Readonly<Record<string, string>> = {}) {
    super(message);
    this.code = code;
    this.fields = fields;
  }
}

/** Anything thrown, as a Problem: what is not one is a defect of ours and says nothing of the inside. */
export const asProblem = (thrown: unknown): Problem =>
  thrown instanceof Problem ? thrown : new Problem('internal', t.problems.internal);

export const problemFrom = ({ error }: ErrorBody): Problem =>
  new Problem(
    error.code,
    t.problems.ofCode(error.code) ?? (error.details?.length ? t.problems.fields : error.message),
    Object.fromEntries((error.details ?? []).map(({ path, message }) => [path, message])),
  );

/** How a request is sent: `fetch`, or a stand-in in tests. */
export type Fetch = (path: string, init: RequestInit) => Promise<Response>;

/** The broker's HTTP API, as one signed-in (or not yet signed-in) person sees it. */
export class Api {
  readonly #fetch: Fetch;
  /** Goes back with every request that changes something; comes with `Me`. */
  csrfToken: string | undefined;
  /** Called when the broker says that nobody is signed in any more. */
  onSignedOut: () => void = () => {};

  constructor(send: Fetch = (path, init) => fetch(path, init)) {
    this.#fetch = send;
  }

  get<Schema extends z.ZodType>(
    path: string,
    answer: Schema,
    signal?: AbortSignal,
  ): Promise<z.output<Schema>> {
    return this.#send('GET', path, undefined, answer, signal);
  }

  post<Schema extends z.ZodType>(path: string, body: unknown, answer: Schema): Promise<z.output<Schema>> {
    return this.#send('POST', path, body, answer);
  }

  patch<Schema extends z.ZodType>(path: string, body: unknown, answer: Schema): Promise<z.output<Schema>> {
    return this.#send('PATCH', path, body, answer);
  }

  put<Schema extends z.ZodType>(path: string, body: unknown, answer: Schema): Promise<z.output<Schema>> {
    return this.#send('PUT', path, body, answer);
  }

  delete<Schema extends z.ZodType>(path: string, answer: Schema): Promise<z.output<Schema>> {
    return this.#send('DELETE', path, undefined, answer);
  }

  async #send<Schema extends z.ZodType>(
    method: string,
    path: string,
    body: unknown,
    answer: Schema,
    signal?: AbortSignal,
  ): Promise<z.output<Schema>> {
    const headers: Record<string, string> = { accept: 'application/json' };
    if (body !== undefined) headers['content-type'] = 'application/json';
    if (method !== 'GET' && this.csrfToken !== undefined) headers['x-csrf-token'] = this.csrfToken;
    const response = await this.#fetch(`/api/v1${path}`, {
      method,
      headers,
      credentials: 'same-origin',
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal === undefined ? {} : { signal }),
    }).catch((thrown: unknown) => {
      if (signal?.aborted) throw thrown;
      throw new Problem('unreachable', t.problems.unreachable);
    });
    const content: unknown = await readJson(response);
    if (!response.ok) throw this.#refusal(content);
    const parsed = answer.safeParse(content);
    if (!parsed.success) throw new Problem('unreadable', t.problems.unreadable);
    return parsed.data;
  }

  #refusal(content: unknown): Problem {
    const refusal = ErrorBody.safeParse(content);
    if (!refusal.success) return new Problem('unreadable', t.problems.unreadable);
    const problem = problemFrom(refusal.data);
    if (problem.code === 'sign-in.needed') this.onSignedOut();
    return problem;
  }
}

async function readJson(response: Response): Promise<unknown> {
  if (response.status === 204) return undefined;
  try {
    return await response.json();
  } catch {
    // Not JSON (a proxy's page, a cut connection): the caller's schema refuses `undefined` and says so.
    return undefined;
  }
}

/** The answer of a route that only says that it was done, with a body or without. */
export const Done = z.unknown();
