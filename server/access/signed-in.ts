import type { Role } from '../../protocol/access.ts';
import type { ReadingPolicy } from '../../protocol/reading-policy.ts';

/** Who a request or a connection speaks for, proved by a sign-in cookie or an API key. */
export interface SignedIn {
  readonly userId: string;
  readonly email: string;
  readonly name: string;
  readonly role: Role;
  readonly teams: readonly string[];
  /** The sign-in's row, absent for an API key. Sockets of a sign-in are closed when it is revoked. */
  readonly signInId?: string;
  /** What its browser signs with. */
  readonly signingKey?: string;
  readonly address: string;
  /** What the organisation lets each role read at this moment. */
  readonly reading: ReadingPolicy;
}
