import { z } from 'zod';
import { SigningKey } from './proof/signing-key.ts';
import { line, seen } from './text.ts';

export const Role = z.enum(['technician', 'manager', 'auditor', 'privacy', 'admin']);
export type Role = z.infer<typeof Role>;

export const TeamName = line(60);

export const Email = z.string().trim().toLowerCase().max(254).pipe(z.email());

/** Long rather than complicated (NIST SP 800-63B 3.1.1.2): any characters, at least 12. */
export const NewPassword = z.string().min(12, 'at least 12 characters').max(256);

export const SignInRequest = z.object({ email: Email, password: z.string().min(1).max(256) });

export const OrganisationName = seen(line(80));

export const SetUpRequest = z.object({
  token: z.string().max(128),
  organisation: OrganisationName,
  name: seen(line(80)),
  email: Email,
  password: NewPassword,
});

/** `isOpen`: nobody is set up yet. `tokenFits`: the asked token is that of the link which this start printed. */
export const SetUpState = z.object({ isOpen: z.boolean(), tokenFits: z.boolean() });
export type SetUpState = z.infer<typeof SetUpState>;

export const NewUser = z.object({
  email: Email,
  name: seen(line(80)),
  role: Role,
  teams: z.array(TeamName).max(20).default([]),
  password: NewPassword,
});
export type NewUser = z.infer<typeof NewUser>;

export const User = z.object({
  id: z.uuid(),
  email: z.string(),
  name: z.string(),
  role: Role,
  teams: z.array(z.string()),
  disabled: z.boolean(),
  createdAt: z.string(),
});
export type User = z.infer<typeof User>;

export const ChangeUser = z.object({
  disabled: z.boolean().optional(),
  role: Role.optional(),
  teams: z.array(TeamName).max(20).optional(),
  password: NewPassword.optional(),
});
export type ChangeUser = z.infer<typeof ChangeUser>;

/** Actions that the policy table (server/access/policies.ts) speaks about and that the console asks before it shows a page. */
export const Action = z.enum([
  'session.open',
  'session.read',
  'session.export',
  /** A session that goes on and is somebody else's. */
  'session.watch',
  'session.invite',
  'access-log.read',
  'log.watch',
  'log.verify',
  'session.hold',
  'retention.read',
  'retention.run',
  'user.read',
  'user.change',
  'settings.read',
  'settings.change',
  'metrics.read',
]);
export type Action = z.infer<typeof Action>;

/** A browser gives the public half of the key that it made for its sign-in. */
export const AddSigningKey = z.object({ signingKey: SigningKey });

/** Whether this broker can forward media. */
export const MediaReadiness = z.enum(['ready', 'none']);
export type MediaReadiness = z.infer<typeof MediaReadiness>;

/** Who is signed in, for the console. `csrfToken` goes back in the header `X-CSRF-Token` of every request that changes something. */
export const Me = z.object({
  user: User,
  organisation: z.string(),
  /** Actions that this role has for at least some subject. */
  actions: z.array(Action),
  csrfToken: z.string(),
  /** The key that this sign-in signs with; the other half never leaves the browser that made it. */
  signingKey: SigningKey.optional(),
  /** `none`: no media worker runs, so there is no voice, and pictures of browsers go over WebSockets. */
  media: MediaReadiness,
});
export type Me = z.infer<typeof Me>;
