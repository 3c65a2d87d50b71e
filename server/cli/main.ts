import type { Refusal } from '../refusal.ts';
import { UsageError } from './command-line.ts';
import { helpFor } from './help.ts';

/** Each loads its program only when it is asked for, so that `help` is instant. */
const COMMANDS: Readonly<Record<string, (argv: readonly string[]) => Promise<void>>> = {
  serve: async (argv) => {
    if (argv.length > 0)
      throw new UsageError('countersign serve takes no options: the environment says how.');
    const { serve } = await import('../main.ts');
    await serve();
  },
  user: async (argv) => (await import('./user.ts')).userCommand(argv),
  'api-key': async (argv) => (await import('./api-key.ts')).apiKeyCommand(argv),
  retention: async (argv) => (await import('./retention.ts')).retentionCommand(argv),
  backup: async (argv) => (await import('./backup.ts')).backupCommand(argv),
  restore: async (argv) => (await import('./backup.ts')).restoreCommand(argv),
  key: async (argv) => (await import('./key.ts')).keyCommand(argv),
  verify: async (argv) => (await import('./verify.ts')).verifyCommand(argv),
  witness: async (argv) => (await import('./witness.ts')).witnessCommand(argv),
  help: async ([about]) => console.log(helpFor(about)),
  version: async () => {
    const { default: about } = await import('../../package.json', { with: { type: 'json' } });
    console.log(about.version);
  },
};

const ALIASES: Readonly<Record<string, string>> = { '--help': 'help', '-h': 'help', '--version': 'version' };

/** Errors that tell a person what to do: their message is enough. By name, so that `help` need not load what throws them. */
const EXPLAINED: readonly string[] = [
  'Refusal',
  'ConfigError',
  'KeyProblem',
  'BackupProblem',
  'LedgerProblem',
  'SettingsProblem',
  'DataFolderProblem',
  'DataFolderInUse',
  'ProofProblem',
  'VerificationFailed',
  'NotAsSigned',
  'NotAllChecked',
  'WitnessProblem',
  'LogDisagrees',
  'KeptDamaged',
  'RecordsDamaged',
  'OtherVersion',
  'NoData',
];

/** Runs one command. Answers the exit code: 0 done (a broker that was started goes on), 1 refused or failed, 2 not understood, 3 all is as logged and not as signed. */
export async function runCommand(argv: readonly string[]): Promise<number> {
  const [given = 'help', ...rest] = argv;
  const name = ALIASES[given] ?? given;
  const run = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  try {
    if (!run) throw new UsageError(`There is no command "${given}". See: countersign help`);
    if (rest.some((argument) => argument === '--help' || argument === '-h')) console.log(helpFor(name));
    else await run(rest);
    return 0;
  } catch (error) {
    return explain(error);
  }
}

function explain(error: unknown): number {
  if (error instanceof UsageError) {
    console.error(`countersign: ${error.message}`);
    return 2;
  }
  if (!(error instanceof Error) || !EXPLAINED.includes(error.name)) throw error;
  const { message, details = [] } = error as Error & Pick<Refusal, 'details'>;
  console.error(
    [`countersign: ${message}`, ...details.map((one) => `  ${one.path}: ${one.message}`)].join('\n'),
  );
  return error.name === 'NotAsSigned' ? 3 : 1;
}
