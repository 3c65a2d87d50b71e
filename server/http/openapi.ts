import { z } from 'zod';
import { ERRORS, ErrorBody, type ErrorCode } from '../../protocol/errors.ts';
import type { Route } from './route.ts';

type Json = Record<string, unknown>;

const EVERY_ROUTE: readonly ErrorCode[] = ['record.unavailable', 'internal'];

/** OpenAPI 3.1 of the routes, from the schemas that check their requests: what is described is what happens. */
export function openApiDocument(routes: readonly Route[], publicUrl: string): Json {
  const paths: Record<string, Json> = {};
  for (const route of routes) {
    paths[route.path] = { ...paths[route.path], [route.method]: operation(route) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Countersign',
      version: '1',
      description: 'Remote-support session broker and audit recorder',
    },
    servers: [{ url: publicUrl }],
    paths,
    components: {
      schemas: { Error: answerSchema(ErrorBody) },
      securitySchemes: {
        apiKey: { type: 'http', scheme: 'bearer' },
        signIn: {
          type: 'apiKey',
          in: 'cookie',
          name: publicUrl.startsWith('https:') ? '__Host-countersign' : 'countersign',
          description:
            'Requests that change something also need the header X-CSRF-Token, as GET /me answers it.',
        },
      },
    },
  };
}

function operation(route: Route): Json {
  const { method, path, summary, who, params, query, body, answer } = route;
  return {
    operationId: `${method} ${path.replace('/api/v1/', '')}`.replace(/[^a-z0-9]+/gi, '-').replace(/-$/, ''),
    summary,
    ...(who !== 'anyone' && {
      security: [{ apiKey: [] }, { signIn: [] }],
      ...(who !== 'signed-in' && { description: `Needs a role with \`${who}\`.` }),
    }),
    parameters: [...parameters('path', params), ...parameters('query', query)],
    ...(body && {
      requestBody: { required: true, content: { 'application/json': { schema: requestSchema(body) } } },
    }),
    responses: {
      [answer.status]: {
        description: answer.what,
        ...(answer.schema && { content: { 'application/json': { schema: answerSchema(answer.schema) } } }),
        ...(answer.streamed && {
          content: Object.fromEntries(answer.streamed.map((type) => [type.split(';')[0], {}])),
        }),
      },
      ...refusals(route),
    },
  };
}

function refusals({ who, method, params, query, body, refusals = [] }: Route): Json {
  const codes = new Set<ErrorCode>([
    ...refusals,
    ...(params ? (['not-found'] as const) : []),
    ...(query || body ? (['request.invalid'] as const) : []),
    ...(body ? (['request.too-large'] as const) : []),
    ...(who === 'anyone' ? [] : (['sign-in.needed', 'permission.missing'] as const)),
    ...(method === 'get' ? [] : (['origin.refused'] as const)),
    ...(method === 'get' || who === 'anyone' ? [] : (['csrf.wrong'] as const)),
    ...EVERY_ROUTE,
  ]);
  const statuses = new Set([...codes].map((code) => ERRORS[code].status));
  return Object.fromEntries(
    [...statuses].map((status) => [
      status,
      {
        description: [...codes]
          .filter((code) => ERRORS[code].status === status)
          .map((code) => `\`${code}\``)
          .join(', '),
        content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
      },
    ]),
  );
}

function parameters(where: 'path' | 'query', schema: z.ZodType | undefined): Json[] {
  if (!schema) return [];
  const asked = jsonSchema(schema, 'input');
  const understood = jsonSchema(schema, 'output');
  const required = (asked.required ?? []) as string[];
  return Object.entries((understood.properties ?? {}) as Json).map(([name, output]) => {
    // What a preprocess step takes cannot be described; what it makes of it can.
    const input = (asked.properties as Record<string, Json> | undefined)?.[name] ?? {};
    const described = Object.keys(input).length > 0 ? input : (output as Json);
    return {
      name,
      in: where,
      required: where === 'path' || required.includes(name),
      schema: described,
      // A list is written with commas: ?tool=view,control
      ...(described.type === 'array' && { style: 'form', explode: false }),
    };
  });
}

const requestSchema = (schema: z.ZodType) => jsonSchema(schema, 'input');
const answerSchema = (schema: z.ZodType) => jsonSchema(schema, 'output');

function jsonSchema(schema: z.ZodType, io: 'input' | 'output'): Json {
  const { $schema, ...described } = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  return described;
}
