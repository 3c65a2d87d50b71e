import express, { type Express, type RequestHandler } from 'express';
import type { z } from 'zod';
import type { Access } from '../access/access.ts';
import { demandAction } from '../access/policies.ts';
import type { SignedIn } from '../access/signed-in.ts';
import { Refusal } from '../refusal.ts';
import { csrfGuard } from './csrf.ts';
import { invalidBody, invalidQuery } from './refusal-handler.ts';
import type { Call, Route } from './route.ts';

export const MAX_BODY_BYTES = 64 * 1024;

/**
 * Puts every route behind the same gates, in this order: who is it, may they, did they mean it (CSRF), is the
 * body of bounded size, does it fit the schema. A stranger's body is not even read on a route that is not theirs.
 */
export function mountRoutes(
  app: Express,
  routes: readonly Route[],
  access: Access,
  origins: readonly string[],
): void {
  const readBody = express.json({ limit: MAX_BODY_BYTES, inflate: false });
  const guard = csrfGuard(access.signInSessions, origins);
  const paths = new Map<string, string[]>();

  for (const route of routes) {
    const path = route.path.replace(/\{(\w+)\}/g, ':$1');
    paths.set(path, [...(paths.get(path) ?? []), route.method.toUpperCase()]);
    const handlers: RequestHandler[] = [
      admit(route, access),
      guard,
      ...(route.body ? [demandJson, readBody] : []),
      run(route, access),
    ];
    app[route.method](path, ...handlers);
  }
  for (const [path, methods] of paths) {
    app.all(path, (request, response) => {
      response.setHeader('Allow', methods.join(', '));
      throw new Refusal('not-found', `${request.method} is not offered here, only ${methods.join(', ')}.`);
    });
  }
}

const admit =
  ({ who, isPolled }: Route, { identify }: Access): RequestHandler =>
  async (request, response, next) => {
    if (who !== 'anyone') {
      const user = await identify(request, isPolled ? 'page' : 'person');
      if (!user) throw new Refusal('sign-in.needed', 'Sign in first.');
      if (who !== 'signed-in') demandAction(user, who);
      response.locals.user = user;
    }
    next();
  };

const demandJson: RequestHandler = (request, _response, next) => {
  if (!request.is('json')) {
    throw new Refusal('request.invalid', 'Send JSON, with the header Content-Type: application/json.');
  }
  next();
};

const run =
  (route: Route, { addressOf }: Access): RequestHandler =>
  async (request, response) => {
    const call: Call = {
      user: response.locals.user as SignedIn,
      // An id that cannot exist is one that does not.
      params: parse(route.params, request.params, () => new Refusal('not-found', 'There is nothing here.')),
      query: parse(route.query, withoutBlanks(request.query), invalidQuery),
      body: parse(route.body, request.body, invalidBody),
      address: addressOf(request),
      request,
      response,
    };
    const result = await route.handle(call);
    if (route.answer.streamed) return;
    response.status(route.answer.status);
    if (result === undefined) response.end();
    else response.json(result);
  };

function parse<Schema extends z.ZodType>(
  schema: Schema | undefined,
  value: unknown,
  refusal: (error: z.ZodError) => Refusal,
): z.output<Schema> | undefined {
  if (!schema) return undefined;
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw refusal(parsed.error);
  return parsed.data;
}

/** A filter that was left empty in a form is no filter. */
const withoutBlanks = (query: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(query).filter(([, value]) => value !== ''));
