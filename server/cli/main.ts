import type { Refusal } from '../refusal.ts';
import { UsageError } from './command-line.ts';

const HELP = `countersign: remote support with consent, and a record of it

  countersign serve                        start the broker
  countersign agent --server URL --code CODE [--allow view,control,...] [--display :0]
                                           let a technician help on this computer
  countersign user add --email E --name N --role technician|manager|auditor|privacy|admin
                       [--team T]... [--password-stdin]
  countersign user list
  countersign user disable --email E       end their sign-ins, revoke their API keys
  countersign user enable --email E
  countersign user set-password --email E [--password-stdin]
  countersign api-key add --email E --name N [--days 30]
                                           print a key, once, with the rights of this user's role
  countersign api-key list --email E
  countersign api-key revoke --email E --id ID
  countersign retention [--dry-run]        delete what is due; with --dry-run only say what would go
  countersign backup FILE [--key-file KEY] everything that the broker keeps, in one encrypted file
  countersign restore FILE [--force] [--key-file KEY] [--signing-key-lost]
                                           bring it back, while no broker runs; with --check only read it through
  countersign key rotate                   a new master key in the key file; or with --new-key-file FILE in another
                       [--data]            encrypt the records anew, while no broker runs
                       [--signing]         sign the log with a new key; with --lost if the old one is gone
  countersign verify [FOLDER | FILE] [--key KEY]... [--witness FOLDER]...
                                           check all records, an export or a receipt; offline
  countersign witness --dir FOLDER --from URL [--key KEY] [--every SECONDS] [--once]
  countersign witness --dir FOLDER --listen HOST:PORT --key KEY...
                                           keep a log's checkpoints elsewhere; raise the alarm when it forked or shrank
  countersign help | version

The environment says where and how: COUNTERSIGN_HOST, _PORT, _PUBLIC_URL, _DATA_DIR, _KEY_FILE, _SIGNING_KEY_FILE,
_TLS_CERT, _TLS_KEY, _TRUST_PROXY, _LOG_LEVEL, _WITNESSES. While a broker runs, commands go through it; otherwise
they open the data themselves.
Exit codes: 0 done, 1 refused or failed, 2 not understood.`;

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
  help: async () => console.log(HELP),
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
  'WitnessProblem',
  'LogDisagrees',
];

/** Runs one command. Answers the exit code: 0 done (a broker that was started goes on), 1 refused or failed, 2 not understood. */
export async function runCommand(argv: readonly string[]): Promise<number> {
  const [given = 'help', ...rest] = argv;
  const name = ALIASES[given] ?? given;
  const run = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  try {
    if (!run) throw new UsageError(`There is no command "${given}". See: countersign help`);
    if (rest.some((argument) => argument === '--help' || argument === '-h')) console.log(HELP);
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
  return 1;
}
