import { z } from 'zod';
import { ChangeUser, Email, NewUser, OrganisationName, type User } from '../../protocol/access.ts';
import type { Handlers } from '../../protocol/handlers.ts';
import { line } from '../../protocol/text.ts';
import type { Access } from '../access/access.ts';
import { DEFAULT_KEY_DAYS, MAX_KEY_DAYS } from '../access/api-keys.ts';
import { BackupProblem } from '../records/backup/backup-problem.ts';
import { LedgerProblem } from '../records/deletion-ledger.ts';
import type { RecordKeeping } from '../records/keeping.ts';
import { KeyProblem } from '../records/keys/key-problem.ts';
import type { Retention } from '../records/retention.ts';
import { Refusal } from '../refusal.ts';

/** The broker has another working folder than who asks. */
const AbsolutePath = z.string().max(4096).startsWith('/');

/** What the command line asks of whoever owns the data: a running broker, or the command itself. */
export const ControlCommand = z.discriminatedUnion('type', [
  z.object({ type: z.literal('user.add'), user: NewUser, organisation: OrganisationName.optional() }),
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
  z.object({ type: z.literal('key.rotate'), newKeyFile: AbsolutePath.optional() }),
  z.object({ type: z.literal('key.rotate-signing') }),
  z.object({ type: z.literal('backup.make'), file: AbsolutePath, keyFile: AbsolutePath.optional() }),
]);
export type ControlCommand = z.infer<typeof ControlCommand>;

/** Who did it, in the record: whoever may open the data folder's socket. */
const BY = 'command-line';

export interface ControlContext {
  readonly access: Pick<Access, 'users' | 'apiKeys'>;
  readonly nameOrganisation: (name: string, by: string) => Promise<void>;
  readonly runRetention: Retention['run'];
  readonly keeping: Pick<RecordKeeping, 'rotateMasterKey' | 'rotateSigningKey' | 'backUp'>;
}

export const controlHandlers: Handlers<ControlCommand, ControlContext> = {
  'user.add': async ({ user, organisation }, { access, nameOrganisation }) => {
    const added = await access.users.add(user, BY);
    if (organisation !== undefined) await nameOrganisation(organisation, BY);
    return added;
  },
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
  'retention.run': async ({ dryRun }, { runRetention }) => ({
    items: await runRetention(dryRun ? { dryRun } : { dryRun, by: BY }),
  }),
  'key.rotate': ({ newKeyFile }, { keeping }) => told(keeping.rotateMasterKey(newKeyFile, BY)),
  'key.rotate-signing': (_command, { keeping }) => told(keeping.rotateSigningKey(BY)),
  'backup.make': ({ file, keyFile }, { keeping }) => told(keeping.backUp(file, keyFile, BY)),
};

/** What is written for a person goes to who asked, also through the socket; it is no defect. */
async function told<Result>(work: Promise<Result>): Promise<Result> {
  try {
    return await work;
  } catch (error) {
    const forPeople = [KeyProblem, BackupProblem, LedgerProblem].some((type) => error instanceof type);
    throw forPeople ? new Refusal('request.invalid', (error as Error).message) : error;
  }
}
