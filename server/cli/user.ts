import { z } from 'zod';
import { Email, NewPassword, NewUser, OrganisationName, User } from '../../protocol/access.ts';
import { plain } from '../../protocol/plain-text.ts';
import { fit, readOptions, table, UsageError } from './command-line.ts';
import { perform } from './perform.ts';
import { passwordFromStdin, passwordFromTerminal } from './read-password.ts';

const identity = { email: { type: 'string' } } as const;
const password = { 'password-stdin': { type: 'boolean' } } as const;

const readPassword = (fromStdin: boolean | undefined) =>
  fromStdin ? passwordFromStdin() : passwordFromTerminal();

async function add(argv: readonly string[]): Promise<void> {
  const {
    'password-stdin': fromStdin,
    team,
    organisation,
    ...given
  } = readOptions(argv, {
    ...identity,
    ...password,
    name: { type: 'string' },
    role: { type: 'string' },
    team: { type: 'string', multiple: true },
    organisation: { type: 'string' },
  });
  const named = fit(z.object({ organisation: OrganisationName.optional() }), { organisation });
  const details = fit(NewUser.omit({ password: true }), { ...given, teams: team ?? [] });
  const user = fit(NewUser, { ...details, password: await readPassword(fromStdin) });
  const added = await perform({ type: 'user.add', user, ...named }, User);
  console.log(`Added ${added.email} (${added.role}).`);
  if (named.organisation !== undefined) console.log(`Customers read the name ${plain(named.organisation)}.`);
}

async function list(argv: readonly string[]): Promise<void> {
  readOptions(argv, {});
  const { items } = await perform({ type: 'user.list' }, z.object({ items: z.array(User) }));
  if (items.length === 0) return console.log('There is no user yet.');
  console.log(
    table([
      ['E-MAIL', 'NAME', 'ROLE', 'TEAMS', 'STATE'],
      ...items.map(({ email, name, role, teams, disabled }) => [
        email,
        name,
        role,
        teams.join(', '),
        disabled ? 'disabled' : 'active',
      ]),
    ]),
  );
}

async function disable(argv: readonly string[]): Promise<void> {
  const { email } = fit(z.object({ email: Email }), readOptions(argv, identity));
  await perform({ type: 'user.change', email, change: { disabled: true } }, User);
  console.log(`${email} is disabled: sign-ins are ended, API keys revoked.`);
}

async function enable(argv: readonly string[]): Promise<void> {
  const { email } = fit(z.object({ email: Email }), readOptions(argv, identity));
  await perform({ type: 'user.change', email, change: { disabled: false } }, User);
  console.log(`${email} may sign in again. API keys stay revoked.`);
}

async function setPassword(argv: readonly string[]): Promise<void> {
  const { 'password-stdin': fromStdin, ...given } = readOptions(argv, { ...identity, ...password });
  const { email } = fit(z.object({ email: Email }), given);
  const change = fit(z.object({ password: NewPassword }), { password: await readPassword(fromStdin) });
  await perform({ type: 'user.change', email, change }, User);
  console.log(`${email} has a new password; sign-ins with the old one are ended.`);
}

const SUBCOMMANDS = { add, list, disable, enable, 'set-password': setPassword };

/** `countersign user add|list|disable|enable|set-password` */
export async function userCommand([name, ...argv]: readonly string[]): Promise<void> {
  const run = Object.hasOwn(SUBCOMMANDS, name ?? '') && SUBCOMMANDS[name as keyof typeof SUBCOMMANDS];
  if (!run) throw new UsageError(`countersign user ${Object.keys(SUBCOMMANDS).join('|')}`);
  await run(argv);
}
