const HEAD = 'countersign: remote support with consent, and a record of it';

/** What each command takes, in the order in which it is told. */
const COMMANDS: Readonly<Record<string, string>> = {
  serve: '  countersign serve                        start the broker',
  agent: `  countersign agent --server URL --code CODE [--allow view,control,...] [--display :0]
                                           let a technician help on this computer`,
  user: `  countersign user add --email E --name N --role technician|manager|auditor|privacy|admin
                       [--team T]... [--password-stdin] [--organisation NAME]
  countersign user list
  countersign user disable --email E       end their sign-ins, revoke their API keys
  countersign user enable --email E
  countersign user set-password --email E [--password-stdin]`,
  'api-key': `  countersign api-key add --email E --name N [--days 30]
                                           print a key, once, with the rights of this user's role
  countersign api-key list --email E
  countersign api-key revoke --email E --id ID`,
  retention:
    '  countersign retention [--dry-run]        delete what is due; with --dry-run only say what would go',
  backup:
    '  countersign backup FILE [--key-file KEY] everything that the broker keeps, in one encrypted file',
  restore: `  countersign restore FILE [--force] [--key-file KEY] [--signing-key-lost] [--ledger-damaged]
                       [--clock-checked]   bring it back, while no broker runs; with --check only read it through`,
  key: `  countersign key rotate                   a new master key in the key file; or with --new-key-file FILE in another
                       [--data]            encrypt the records anew, while no broker runs
                       [--signing]         sign the log with a new key; with --lost if the old one is gone`,
  verify: `  countersign verify [FOLDER | FILE] [--key KEY] [--witness FOLDER]...
                                           check all records, an export or a receipt; offline`,
  witness: `  countersign witness --dir FOLDER --from URL [--key KEY] [--every SECONDS] [--once]
  countersign witness --dir FOLDER --listen HOST:PORT --key KEY...
                                           keep a log's checkpoints elsewhere; raise the alarm when it forked or shrank`,
  help: '  countersign help | version',
};

const FOOT = `The environment says where and how: COUNTERSIGN_HOST, _PORT, _PUBLIC_URL, _DATA_DIR, _KEY_FILE, _SIGNING_KEY_FILE,
_TLS_CERT, _TLS_KEY, _TRUST_PROXY, _LOG_LEVEL, _WITNESSES. While a broker runs, commands go through it; otherwise
they open the data themselves.
Exit codes: 0 done, 1 refused or failed, 2 not understood; of verify also 3: all is as logged, and not as somebody signed.`;

/** All commands, or the one that is named. */
export function helpFor(command?: string): string {
  const one = command !== undefined && Object.hasOwn(COMMANDS, command) ? COMMANDS[command] : undefined;
  return one ?? [HEAD, '', ...Object.values(COMMANDS), '', FOOT].join('\n');
}
