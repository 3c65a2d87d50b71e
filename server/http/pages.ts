import { existsSync } from 'node:fs';
import { join } from 'node:path';
import express, { type RequestHandler, type Router } from 'express';
import type { SetUp } from '../access/set-up.ts';
import { asksNothing } from './security-headers.ts';

const YEAR_MS = 365 * 24 * 60 * 60 * 1000;

const nothingHere: RequestHandler = (_request, response) => {
  response.status(404).setHeader('Cache-Control', 'no-store').type('text').send('There is nothing here.\n');
};

export interface PagesParts {
  /** `console/dist` */
  readonly consoleFolder: string;
  /** The agent as an npm package, which customers start by `npx <address>/agent.tgz`. */
  readonly agentPackage: string;
  readonly setUp: SetUp;
}

/**
 * The pages that Vite built: `/join` and `/receipt` for customers, everything else the console, which finds its way by itself.
 * `/set-up` is there only until there is a user.
 */
export function pages({ consoleFolder, agentPackage, setUp }: PagesParts): Router {
  const router = express.Router({ caseSensitive: true, strict: true });
  const page =
    (file: string): RequestHandler =>
    (_request, response) => {
      // A page names the scripts of its own build: an old one from a cache would look for files that are gone.
      response.setHeader('Cache-Control', 'no-store');
      if (!existsSync(join(consoleFolder, file))) {
        response.status(503).type('text').send('The console is not built yet: run "npm run build".\n');
        return;
      }
      response.sendFile(file, { root: consoleFolder, cacheControl: false });
    };

  router.get('/set-up', async (request, response, next) => {
    if (await setUp.isOpen()) return next();
    nothingHere(request, response, next);
  });
  router.get('/join', page('join.html'));
  router.get('/receipt', asksNothing, page('receipt.html'));
  // Its build stands in the name that people are told, for npx keeps what it once fetched from an address.
  router.get(/^\/agent(-[0-9a-f]{12})?\.tgz$/, (_request, response, next) => {
    if (!existsSync(agentPackage)) return next('router');
    response.setHeader('Cache-Control', 'no-cache');
    response.type('application/gzip').sendFile(agentPackage, { cacheControl: false });
  });
  router.use(
    '/assets',
    express.static(join(consoleFolder, 'assets'), {
      immutable: true,
      maxAge: YEAR_MS,
      index: false,
      redirect: false,
    }),
    nothingHere,
  );
  // A name with a dot is a file that is not there, not a page.
  router.get(/^[^.]*$/, page('index.html'));
  return router;
}
