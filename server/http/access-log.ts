import { randomUUID } from 'node:crypto';
import type { RequestHandler } from 'express';
import type { Logger } from '../log.ts';

/**
 * One line per request that the API answered: method, route, status and time. No address, no query and no name: who
 * read what stands in the record, not here. A request id of the proxy in front is not taken over: it is foreign text.
 */
export function accessLog(log: Logger): RequestHandler {
  return (request, response, next) => {
    const requestId = randomUUID();
    const startedAt = performance.now();
    response.setHeader('X-Request-Id', requestId);
    response.on('close', () => {
      log.info(
        {
          requestId,
          method: request.method,
          // The pattern, not the path: an id in a path leads to a person.
          route: (request.route as { path?: string } | undefined)?.path ?? '(none)',
          status: response.statusCode,
          ms: Math.round(performance.now() - startedAt),
          ...(!response.writableFinished && { brokenOff: true }),
        },
        'request',
      );
    });
    next();
  };
}
