import type { Request, Response } from 'express';
import type { z } from 'zod';
import type { Action } from '../../protocol/access.ts';
import type { ErrorCode } from '../../protocol/errors.ts';
import type { SignedIn } from '../access/signed-in.ts';

/** Who may call a route: anybody, whoever is signed in, or whoever's role has this action for some subject. */
export type Who = 'anyone' | 'signed-in' | Action;

type Schema = z.ZodType | undefined;
type Parsed<Given extends Schema> = Given extends z.ZodType ? z.output<Given> : undefined;

/** One request as its handler sees it: everything parsed, the caller proved. */
export interface Call<
  Caller extends Who = Who,
  Params extends Schema = Schema,
  Query extends Schema = Schema,
  Body extends Schema = Schema,
> {
  readonly user: Caller extends 'anyone' ? undefined : SignedIn;
  readonly params: Parsed<Params>;
  readonly query: Parsed<Query>;
  readonly body: Parsed<Body>;
  readonly address: string;
  readonly request: Request;
  readonly response: Response;
}

export interface Answer<Result extends Schema = Schema> {
  readonly status: 200 | 201 | 202 | 204;
  readonly what: string;
  readonly schema?: Result;
  /** Media types of an answer that its handler writes itself. */
  readonly streamed?: readonly string[];
}

/**
 * One route, once: what mounts it, what checks its request and what describes it in openapi.json.
 * Its caller cannot be left out, so that no route is open by mistake.
 */
export interface RouteOf<
  Caller extends Who,
  Params extends Schema,
  Query extends Schema,
  Body extends Schema,
  Result extends Schema,
> {
  readonly method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  /** As in OpenAPI: `/api/v1/sessions/{id}`. */
  readonly path: `/api/v1/${string}`;
  readonly summary: string;
  readonly who: Caller;
  /** Pages ask it again and again by themselves: that keeps no sign-in alive. */
  readonly isPolled?: true;
  readonly params?: Params;
  readonly query?: Query;
  readonly body?: Body;
  readonly answer: Answer<Result>;
  /** What it may refuse besides what every route refuses. */
  readonly refusals?: readonly ErrorCode[];
  handle(call: Call<Caller, Params, Query, Body>): Promise<Result extends z.ZodType ? z.input<Result> : void>;
}

/** A route whose types have been checked by `route` and matter no longer. */
export interface Route extends Omit<RouteOf<Who, Schema, Schema, Schema, Schema>, 'handle'> {
  handle(call: Call): Promise<unknown>;
}

/** Lets TypeScript check that a handler fits the schemas beside it. */
export function route<
  Caller extends Who,
  Params extends Schema = undefined,
  Query extends Schema = undefined,
  Body extends Schema = undefined,
  Result extends Schema = undefined,
>(definition: RouteOf<Caller, Params, Query, Body, Result>): Route {
  return definition as unknown as Route;
}
