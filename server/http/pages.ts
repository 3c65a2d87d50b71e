import { existsSync } from 'node:fs';
import { join } from 'node:path';
import express, { type RequestHandler, type Router } from 'express';
import type { SetUp } from '../access/set-up.ts';

const YEAR_MS = 365 * 24 * 60 * 60 * 1000;

/**
 * The pages that Vite built: `/join` for customers, everything else the console, which finds its way by itself.
 * `/set-up` is there only until there is a user.
 * @param folder `console/dist`
 */
export function pages(folder: string, setUp: SetUp): Router {
  const router = express.Router({ caseSensitive: true, strict: true });
  const page =
    (file: string): RequestHandler =>
    (_request, response) => {
      // A page names the scripts of its own build: an old one from a cache would look for files that are gone.
      response.setHeader('Cache-Control', 'no-store');
      if (!existsSync(join(folder, file))) {
        response.status(503).type('text').send('The console is not built yet: run "npm run build".\n');
        return;
      }
      response.sendFile(file, { root: folder, cacheControl: false });
    };

  router.get('/set-up', async (_request, response, next) => {
    if (await setUp.isOpen()) return next();
    response.status(404).setHeader('Cache-Control', 'no-store').type('text').send('There is nothing here.\n');
  });
  router.get('/join', page('join.html'));
  router.use(
    '/assets',
    express.static(join(folder, 'assets'), {
      immutable: true,
      maxAge: YEAR_MS,
      index: false,
      redirect: false,
    }),
    (_request, response) => {
      response
        .status(404)
        .setHeader('Cache-Control', 'no-store')
        .type('text')
        .send('There is nothing here.\n');
    },
  );
  router.get('/{*path}', page('index.html'));
  return router;
}
