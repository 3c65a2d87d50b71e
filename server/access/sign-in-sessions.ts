import type { IncomingMessage } from 'node:http';
import { ServerResponse } from 'node:http';
import type { Request, RequestHandler, Response } from 'express';
import session, { type SessionData, Store } from 'express-session';
import { type Clock, instant } from '../clock.ts';
import type { AccountStore, SignInRow, UserRow } from '../records/account-store.ts';
import type { EndedSignIns } from './ended-sign-ins.ts';
import { randomSecret, secretHash } from './random-secret.ts';

declare module 'express-session' {
  interface SessionData {
    userId: string;
    /** What `X-CSRF-Token` must say. */
    csrfToken: string;
    /** What this browser signs its account of sessions with. */
    signingKey?: string;
    /** Of the row, once it was read. */
    createdAt?: string;
    lastUsedAt?: string;
  }
}

const HOUR_MS = 60 * 60 * 1000;
/** A sign-in that nobody used for this long is over, */
export const IDLE_MS = 12 * HOUR_MS;
/** and one that is this old is over however much it is used. */
export const ABSOLUTE_MS = 7 * 24 * HOUR_MS;
/** How often the row of a sign-in in use is written. */
const TOUCH_EVERY_MS = 60_000;

export interface SignInSessionsParts {
  readonly accounts: AccountStore;
  readonly clock: Clock;
  /** Signs the cookie. From the data key, so that a restart ends no sign-in. */
  readonly cookieSecret: string;
  /** The broker is reached by HTTPS: the cookie is bound to it and to this host. */
  readonly secure: boolean;
  readonly endedSignIns: EndedSignIns;
}

/** A request that speaks for a sign-in. */
export interface CookieSignIn {
  /** Of the row: the hash of the cookie's id, not the id. */
  readonly id: string;
  readonly userId: string;
  readonly csrfToken: string;
  readonly signingKey?: string;
  /** As the row says; absent for one that begins with this request. */
  readonly use?: { readonly createdAt: string; readonly lastUsedAt: string };
}

/**
 * Sign-ins of browsers: rows that can be revoked, found by a cookie that lasts until the browser closes.
 * The cookie's id is made here and anew at each sign-in, so that nobody can be given one that is known (session fixation).
 */
export class SignInSessions {
  /** Reads the sign-in of a request, and sets the cookie of one that began. */
  readonly middleware: RequestHandler;
  readonly #accounts: AccountStore;
  readonly #clock: Clock;
  readonly #endedSignIns: EndedSignIns;

  constructor(parts: SignInSessionsParts) {
    this.#accounts = parts.accounts;
    this.#clock = parts.clock;
    this.#endedSignIns = parts.endedSignIns;
    this.middleware = session({
      store: new SignInStore(parts.accounts, parts.clock),
      secret: parts.cookieSecret,
      // A `__Host-` cookie is one that no other host, no subdomain and no plain HTTP page can have set (RFC 6265bis 4.1.3.2).
      name: parts.secure ? '__Host-countersign' : 'countersign',
      genid: randomSecret,
      resave: false,
      saveUninitialized: false,
      cookie: { path: '/', httpOnly: true, sameSite: 'strict', secure: parts.secure },
    });
  }

  /** The sign-in of any request, also of an upgrade, which no middleware has seen. */
  async of(request: IncomingMessage & { session?: unknown }): Promise<CookieSignIn | undefined> {
    if (request.headers.cookie === undefined && request.session === undefined) return undefined;
    if (request.session === undefined) await this.#read(request);
    const { sessionID, session: found } = request as Request;
    if (!found?.userId || !found.csrfToken) return undefined;
    const { userId, csrfToken, signingKey, createdAt, lastUsedAt } = found;
    return {
      id: secretHash(sessionID),
      userId,
      csrfToken,
      ...(createdAt !== undefined && lastUsedAt !== undefined && { use: { createdAt, lastUsedAt } }),
      ...(signingKey === undefined ? {} : { signingKey }),
    };
  }

  /** Somebody uses it, so that it goes on. */
  async touch({ id, use }: CookieSignIn): Promise<void> {
    const now = this.#clock.now();
    if (use === undefined || now - Date.parse(use.lastUsedAt) < TOUCH_EVERY_MS) return;
    await this.#accounts.touchSignIn(id, instant(this.#clock), expiry(now, Date.parse(use.createdAt)));
  }

  /**
   * The key that this sign-in signs with from now on. A second one is refused: whoever stole the cookie cannot sign.
   * Answers whether it is its key.
   */
  bindSigningKey(signInId: string, signingKey: string): Promise<boolean> {
    return this.#accounts.bindSigningKey(signInId, signingKey);
  }

  /**
   * Begins a sign-in of `user`, as they were when they proved who they are, under a new id; one that this browser had
   * before ends. Nothing when their password was changed meanwhile, or their account disabled.
   */
  async begin(request: Request, user: UserRow): Promise<CookieSignIn | undefined> {
    const before = await this.of(request);
    await whenDone((done) => request.session.regenerate(done));
    if (before) this.#endedSignIns.announce({ signInIds: [before.id] });
    const csrfToken = randomSecret();
    Object.assign(request.session, { userId: user.id, csrfToken });
    await whenDone((done) => request.session.save(done));
    // Looked at once the row is written: a change before that shows here, a later one deletes the row.
    const now = await this.#accounts.user(user.id);
    if (now?.passwordHash !== user.passwordHash || now.disabled) {
      await whenDone((done) => request.session.destroy(done));
      return undefined;
    }
    return { id: secretHash(request.sessionID), userId: user.id, csrfToken };
  }

  async end(request: Request): Promise<void> {
    const signIn = await this.of(request);
    await whenDone((done) => request.session.destroy(done));
    if (signIn) this.#endedSignIns.announce({ signInIds: [signIn.id] });
  }

  /** An upgrade has no response; what the middleware wants to put into one is never sent. */
  async #read(request: IncomingMessage): Promise<void> {
    const response = new ServerResponse(request);
    await whenDone((done) => this.middleware(request as Request, response as Response, done));
  }
}

const whenDone = (begin: (done: (error?: unknown) => void) => void) =>
  new Promise<void>((resolve, reject) => begin((error) => (error ? reject(error) : resolve())));

/** express-session's store over the rows of the account store. */
class SignInStore extends Store {
  readonly #accounts: AccountStore;
  readonly #clock: Clock;

  constructor(accounts: AccountStore, clock: Clock) {
    super();
    this.#accounts = accounts;
    this.#clock = clock;
  }

  override get(id: string, done: (error: unknown, data?: SessionData | null) => void): void {
    this.#read(id).then((data) => done(undefined, data), done);
  }

  /** Called once for each sign-in, by `begin`: of its data only the signing key comes later, and only into the row. */
  override set(id: string, data: SessionData, done?: (error?: unknown) => void): void {
    this.#accounts.putSignIn(this.#row(id, data)).then(() => done?.(), done);
  }

  override destroy(id: string, done?: (error?: unknown) => void): void {
    this.#accounts.deleteSignIn(secretHash(id)).then(() => done?.(), done);
  }

  async #read(id: string): Promise<SessionData | null> {
    const row = await this.#accounts.signIn(secretHash(id));
    if (!row || row.expiresAt <= instant(this.#clock)) return null;
    const { createdAt, lastUsedAt } = row;
    return { ...(JSON.parse(row.data) as SessionData), createdAt, lastUsedAt };
  }

  #row(id: string, data: SessionData): SignInRow {
    const now = instant(this.#clock);
    return {
      id: secretHash(id),
      userId: data.userId,
      createdAt: now,
      lastUsedAt: now,
      expiresAt: expiry(this.#clock.now(), this.#clock.now()),
      data: JSON.stringify(data),
    };
  }
}

const expiry = (nowMs: number, createdMs: number) =>
  new Date(Math.min(nowMs + IDLE_MS, createdMs + ABSOLUTE_MS)).toISOString();
