import { z } from 'zod';
import { Action, Role } from './access.ts';

/**
 * What each role reads of customers, in one table. The first value of `sessions` is the most that a role can have
 * (server/access/policies.ts): a setting takes away, none gives more. Administrators read nothing by that role.
 * `contactDetails`: phone, e-mail and addresses of customers; without them they are neither shown, exported nor found.
 */
export const ReadingPolicy = z.strictObject({
  technician: z
    .strictObject({
      sessions: z.enum(['own', 'none']).default('own'),
      contactDetails: z.boolean().default(true),
    })
    .prefault({}),
  manager: z
    .strictObject({
      sessions: z.enum(['teams', 'none']).default('teams'),
      contactDetails: z.boolean().default(true),
      export: z.boolean().default(true),
    })
    .prefault({}),
  auditor: z
    .strictObject({
      sessions: z.enum(['all', 'none']).default('all'),
      contactDetails: z.boolean().default(true),
      export: z.boolean().default(true),
    })
    .prefault({}),
  privacy: z
    .strictObject({
      sessions: z.enum(['all', 'none']).default('all'),
      contactDetails: z.boolean().default(true),
      export: z.boolean().default(true),
      /** Who read what. Auditors always read that: somebody has to. */
      accessLog: z.boolean().default(true),
    })
    .prefault({}),
});
export type ReadingPolicy = z.infer<typeof ReadingPolicy>;

/** `was`: what the change was made from, so that nobody gives a right back, or takes one, without having seen it. */
export const ChangeReading = z.strictObject({ reading: ReadingPolicy, was: ReadingPolicy });

/** The policy, and for each role what it may do at most, whatever the policy says. */
export const Reading = z.object({ reading: ReadingPolicy, most: z.record(Role, z.array(Action)) });
export type Reading = z.infer<typeof Reading>;
