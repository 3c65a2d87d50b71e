import type { RequestHandler } from 'express';
import { sameSecret } from '../access/random-secret.ts';
import type { SignInSessions } from '../access/sign-in-sessions.ts';
import type { SignedIn } from '../access/signed-in.ts';
import { Refusal } from '../refusal.ts';

const READS = ['GET', 'HEAD', 'OPTIONS'];

/**
 * Lets a request that changes something pass only when our own page sent it. Three nets: the cookie is
 * SameSite=Strict; a browser's `Origin` and `Sec-Fetch-Site` must be ours; and who is signed in by a cookie must
 * return the token that only our page could read. An API key is no cookie: no browser adds it by itself.
 */
export function csrfGuard(signInSessions: SignInSessions, origins: readonly string[]): RequestHandler {
  return async (request, response, next) => {
    if (READS.includes(request.method)) return next();
    const { origin, 'sec-fetch-site': site } = request.headers;
    const foreign =
      origin === undefined ? site !== undefined && site !== 'same-origin' : !origins.includes(origin);
    if (foreign) throw new Refusal('origin.refused', 'This request comes from another site.');
    const user = response.locals.user as SignedIn | undefined;
    if (user?.signInId !== undefined) {
      const signIn = await signInSessions.of(request);
      const token = request.get('X-CSRF-Token');
      if (!signIn || token === undefined || !sameSecret(token, signIn.csrfToken)) {
        throw new Refusal('csrf.wrong', 'The page is out of date. Load it again.');
      }
    }
    next();
  };
}
