import { z } from 'zod';
import { Email } from '../../protocol/access.ts';
import { line } from '../../protocol/text.ts';
import { DEFAULT_KEY_DAYS, MAX_KEY_DAYS } from '../access/api-keys.ts';
import { fit, readOptions, table, UsageError } from './command-line.ts';
import { perform } from './perform.ts';

const Added = z.object({ id: z.string(), key: z.string(), expiresAt: z.string() });
const Listed = z.object({
  items: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      createdAt: z.string(),
      expiresAt: z.string(),
      revoked: z.boolean(),
    }),
  ),
});

async function add(argv: readonly string[]): Promise<void> {
  const given = readOptions(argv, {
    email: { type: 'string' },
    name: { type: 'string' },
    days: { type: 'string' },
  });
  const wish = fit(
    z.object({
      email: Email,
      name: line(80),
      days: z.coerce.number().int().min(1).max(MAX_KEY_DAYS).default(DEFAULT_KEY_DAYS),
    }),
    given,
  );
  const { key, expiresAt } = await perform({ type: 'api-key.add', ...wish }, Added);
  // The key alone on standard output, so that a script can take it.
  console.error(`Valid until ${expiresAt}. It is shown this once; send it as Authorization: Bearer.`);
  console.log(key);
}

async function list(argv: readonly string[]): Promise<void> {
  const { email } = fit(z.object({ email: Email }), readOptions(argv, { email: { type: 'string' } }));
  const { items } = await perform({ type: 'api-key.list', email }, Listed);
  if (items.length === 0) return console.log(`${email} has no API key.`);
  console.log(
    table([
      ['ID', 'NAME', 'MADE', 'VALID UNTIL', 'STATE'],
      ...items.map(({ id, name, createdAt, expiresAt, revoked }) => [
        id,
        name,
        createdAt,
        expiresAt,
        revoked ? 'revoked' : Date.parse(expiresAt) <= Date.now() ? 'over' : 'valid',
      ]),
    ]),
  );
}

async function revoke(argv: readonly string[]): Promise<void> {
  const { email, id } = fit(
    z.object({ email: Email, id: z.uuid() }),
    readOptions(argv, { email: { type: 'string' }, id: { type: 'string' } }),
  );
  await perform({ type: 'api-key.revoke', email, keyId: id }, z.unknown());
  console.log('The key is revoked.');
}

const SUBCOMMANDS = { add, list, revoke };

/** `countersign api-key add|list|revoke` */
export async function apiKeyCommand([name, ...argv]: readonly string[]): Promise<void> {
  const run = Object.hasOwn(SUBCOMMANDS, name ?? '') && SUBCOMMANDS[name as keyof typeof SUBCOMMANDS];
  if (!run) throw new UsageError(`countersign api-key ${Object.keys(SUBCOMMANDS).join('|')}`);
  await run(argv);
}
