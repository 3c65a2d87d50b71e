import { z } from 'zod';
import { ChangeUser, Email, NewUser, type User } from '../../protocol/access.ts';
import type { Handlers } from '../../protocol/handlers.ts';
import { line } from '../../protocol/text.ts';
import type { Access } from '../access/access.ts';
import { DEFAULT_KEY_DAYS, MAX_KEY_DAYS } from '../access/api-keys.ts';
import type { DeletionCount } from '../records/record-store.ts';
import { Refusal } from '../refusal.ts';

/** What the command line asks of whoever owns the data: a running broker, or the command itself. */
export const ControlCommand = z.discriminatedUnion('type', [
  z.object({ type: z.literal('user.add'), user: NewUser }),
  z.object({ type: z.literal('user.list') }),
  z.object({ type: z.literal('user.change'), email: Email, change: ChangeUser }),
  z.object({
    type: z.literal('api-key.add'),
    email: Email,
    name: line(80),
    days: z.number().int().min(1).max(MAX_KEY_DAYS).default(DEFAULT_KEY_DAYS),
  }),
  z.object({ type: z.literal('api-key.list'), email: Email }),
  z.object({ type: z.literal('api-key.revoke'), email: Email, keyId: z.uuid() }),
  z.object({ type: z.literal('retention.run'), dryRun: z.boolean() }),
]);
export type ControlCommand = z.infer<typeof ControlCommand>;

/** Who did it, in the record: whoever may open the data folder's socket. */
const BY = 'command-line';

export interface ControlContext {
  readonly access: Pick<Access, 'users' | 'apiKeys'>;
  readonly runRetention: (options: { dryRun: boolean }) => Promise<DeletionCount[]>;
}

export const controlHandlers: Handlers<ControlCommand, ControlContext> = {
  'user.add': ({ user }, { access }) => access.users.add(user, BY),
  'user.list': async (_command, { access }) => ({ items: await access.users.list() }),
  'user.change': async ({ email, change }, { access }) => {
    const user = (await access.users.list()).find((candidate: User) => candidate.email === email);
    if (!user) throw new Refusal('not-found', `There is no user ${email}.`);
    return access.users.change(user.id, change, BY);
  },
  'api-key.add': ({ email, name, days }, { access }) => access.apiKeys.add({ email, name, days }, BY),
  'api-key.list': async ({ email }, { access }) => ({
    items: (await access.apiKeys.list(email)).map(({ keyHash, ...shown }) => shown),
  }),
  'api-key.revoke': async ({ email, keyId }, { access }) => {
    await access.apiKeys.revoke(email, keyId, BY);
    return undefined;
  },
  'retention.run': async ({ dryRun }, { runRetention }) => ({ items: await runRetention({ dryRun }) }),
};
