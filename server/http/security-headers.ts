import type { RequestHandler } from 'express';
import helmet from 'helmet';

/**
 * A dialog of react-aria-components adds one fixed style element on iOS (overscroll-behavior behind it; usePreventScroll).
 * It is allowed by what it says, so that no other inline style is.
 */
const REACT_ARIA_STYLE = "'sha256-gYiS/BvZvRcK27JIXTuwhZ3hs2+VJ1X+2gUlE+farlg='";

/** Behind `securityHeaders`, for a page that keeps what it is shown: its browser sends nothing for it, to anybody. */
export const asksNothing: RequestHandler = (_request, response, next) => {
  const policy = String(response.getHeader('Content-Security-Policy'));
  response.setHeader(
    'Content-Security-Policy',
    policy.replace(/(connect-src|form-action) [^;]*/g, "$1 'none'"),
  );
  next();
};

/** Strict headers for every answer, pages and API alike. */
export function securityHeaders(publicUrl: string): RequestHandler[] {
  const secure = publicUrl.startsWith('https:');
  // Browsers before CSP 3 do not take 'self' for the WebSockets of the same host.
  const sockets = publicUrl.replace(/^http/, 'ws');
  return [
    helmet({
      contentSecurityPolicy: {
        useDefaults: false,
        directives: {
          defaultSrc: ["'self'"],
          baseUri: ["'none'"],
          connectSrc: ["'self'", sockets],
          fontSrc: ["'self'"],
          formAction: ["'self'"],
          frameAncestors: ["'none'"],
          // noVNC draws cursors as data: images and pictures as blobs.
          imgSrc: ["'self'", 'data:', 'blob:'],
          objectSrc: ["'none'"],
          scriptSrc: ["'self'"],
          scriptSrcAttr: ["'none'"],
          styleSrc: ["'self'", REACT_ARIA_STYLE],
          ...(secure && { upgradeInsecureRequests: [] }),
        },
      },
      // Only once the broker is reached by HTTPS does a browser have to insist on it.
      strictTransportSecurity: secure && { maxAge: 365 * 24 * 60 * 60, includeSubDomains: false },
      referrerPolicy: { policy: 'same-origin' },
      frameguard: { action: 'deny' },
    }),
    (_request, response, next) => {
      response.setHeader(
        'Permissions-Policy',
        'camera=(), microphone=(self), geolocation=(), payment=(), usb=(), clipboard-read=(self), clipboard-write=(self), fullscreen=(self)',
      );
      next();
    },
  ];
}
