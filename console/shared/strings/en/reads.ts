import type { AccessKind } from '../../../../protocol/access-log.ts';
import { isolated } from '../../isolated.ts';

const count = new Intl.NumberFormat('en');
const sessions = (figure: number): string =>
  `${count.format(figure)} ${figure === 1 ? 'session' : 'sessions'}`;
const entries = (figure: number): string => `${count.format(figure)} ${figure === 1 ? 'entry' : 'entries'}`;

const kinds: Record<AccessKind, string> = {
  read: 'Reads',
  search: 'Searches',
  export: 'Exports',
  'sign-in': 'Sign-ins',
  change: 'Changes',
};

const FILTERS: Readonly<Record<string, string>> = {
  q: 'any word',
  technician: 'technician',
  watcher: 'watched by',
  contact: 'customer',
  company: 'company',
  reference: 'reference',
  computer: 'computer',
  file: 'file',
  team: 'team',
  status: 'status',
  tool: 'used',
  refused: 'refused',
  outcome: 'outcome',
  endedBy: 'ended by',
  kept: 'kept longer',
  signatures: 'signatures',
  minSeconds: 'seconds at least',
  maxSeconds: 'seconds at most',
  from: 'from',
  to: 'before',
  person: 'person',
  kind: 'kind',
  session: 'session',
  words: 'words',
  zone: 'time zone',
  by: 'by',
};

/** Who read what: the page of auditors and privacy officers. */
export const reads = {
  title: 'Who read what',
  lead: 'Every reading of a record or a list, search for a person, export, sign-in and change. That you look here is noted too.',
  filters: 'Filters',
  person: 'Person',
  everybody: 'Everybody',
  commandLine: 'Command line',
  setUp: 'Set-up',
  settingsFile: 'Settings file',
  schedule: 'The schedule',
  start: 'A start of the server',
  kind: 'What',
  kinds,
  table: 'Who read what',
  columns: { at: 'When', who: 'Who', what: 'What', address: 'From', number: 'Entry' },
  numberMeaning: 'Its number in the transparency log',
  counted: (loaded: number, hasMore: boolean) =>
    hasMore
      ? `The newest ${count.format(loaded)}`
      : `${count.format(loaded)} ${loaded === 1 ? 'entry' : 'entries'}`,
  loadMore: 'Load more',
  loading: 'Loading who read what',
  failedTitle: 'The list could not be loaded',
  emptyTitle: 'Nothing yet',
  empty: 'As soon as somebody signs in, reads or changes something, it stands here.',
  noMatchTitle: 'Nothing matches',
  noMatch: 'Nobody did this, or it is no longer kept.',
  clear: 'Clear all',
  ofSession: 'Who read this session',
  allSessions: 'Show all sessions',
  toRecord: 'Its record',
  export: 'Export',
  exportStarted: 'The export is on its way to your downloads.',
  broker: 'The server',
  unknown: (id: string) => `Unknown (${id})`,

  read: 'Read the record of',
  session: (technician: string, contact: string) =>
    `${isolated(technician)}’s session with ${isolated(contact)}`,
  someSession: 'a session',
  searched: 'Searched the session log',
  listed: 'Listed sessions',
  readFigures: 'Looked at the overview',
  sessionsCounted: (figure: number) => `${sessions(figure)} counted`,
  found: (figure: number | undefined) =>
    figure === undefined ? 'more than a thousand found' : `${sessions(figure)} found`,
  exported: (format: string, figure: number | undefined) =>
    `Exported ${figure === undefined ? 'sessions' : sessions(figure)} as ${format.toUpperCase()}`,
  exportedWithProofs: (format: string, figure: number | undefined) =>
    `Exported ${figure === undefined ? 'sessions' : sessions(figure)} as ${format.toUpperCase()}, with proofs`,
  exportEnded: (figure: number, isWhole: boolean) =>
    isWhole
      ? `The export ended whole: ${sessions(figure)}`
      : `The export was broken off: at most ${sessions(figure)} had left`,
  thisExportEnded: (figure: number, isWhole: boolean) =>
    isWhole
      ? `The export ended whole: ${entries(figure)}`
      : `The export was broken off: at most ${entries(figure)} had left`,
  onlyColumns: (names: readonly string[]) => `only the columns: ${names.join(', ')}`,
  readThis: 'Looked at who read what',
  exportedThis: (format: string, withProofs = false) =>
    `Exported who read what as ${format.toUpperCase()}${withProofs ? ', with proofs' : ''}`,
  exportProofs: 'NDJSON with proofs – as it was logged, for “countersign verify”',
  filter: (name: string, value: string) => `${FILTERS[name] ?? name}: ${isolated(value)}`,
  everything: 'without a filter',

  signedIn: 'Signed in',
  notSignedIn: 'Could not sign in',
  because: {
    wrong: 'wrong e-mail address or password',
    disabled: 'the account is disabled',
    'too-many-tries': 'too many tries',
  } as Readonly<Record<string, string>>,
  signInEnded: {
    'signed-out': 'Signed out',
    revoked: 'The sign-in was ended',
    'user-disabled': 'The sign-in ended with the account',
  } as Readonly<Record<string, string>>,

  added: (name: string, role: string) => `Added ${isolated(name)}: ${role}`,
  changed: (name: string) => `Changed ${isolated(name)}`,
  somebody: 'somebody',
  changes: {
    disabled: 'account disabled',
    enabled: 'account enabled',
    role: (role: string) => `role: ${role}`,
    teams: (names: readonly string[]) => `teams: ${names.map(isolated).join(', ') || 'none'}`,
    password: 'new password',
  },
  keyAdded: (key: string, name: string) => `Made the API key “${isolated(key)}” for ${isolated(name)}`,
  keyRevoked: (name: string) => `Revoked an API key of ${isolated(name)}`,
  verificationStarted: 'Asked for a verification of the whole log',
  verified: (size: number | undefined) =>
    size === undefined ? 'The log was verified' : `The log of ${count.format(size)} entries was verified`,
  verifiedAs: (outcome: string, findings: number) =>
    findings === 0
      ? outcome
      : `${outcome} · ${count.format(findings)} ${findings === 1 ? 'finding' : 'findings'}`,
  receiptIssued: 'Gave the customer the receipt of',
  moreOfVisit: (figure: number) => `and ${count.format(figure)} more of this visit`,
  lessOfVisit: 'show one line',
  signingKeyAdded: 'Began to sign with a key of this sign-in',
  masterKeyRotated: 'Changed the master key',
  dataKeyRotated: 'Changed the key of the data',
  rotationBegun: 'begun: both keys open the data',
  fromTo: (from: string, to: string) => `from ${isolated(from)} to ${isolated(to)}`,
  logKeyRotated: 'Changed the key that signs the log',
  vouched: 'the key before vouches for it',
  notVouched: 'no key vouches for it: the one before was said to be lost',
  backupRestored: 'Put a backup back: the log went back to it',
  asOf: (when: string) => `as of ${when}`,
  nothingDeletedAgain: 'nothing had to be deleted again',
  deletedAgain: (entries: string) => `deleted again: log entries ${isolated(entries)}`,
  notObeyed: (figure: number) =>
    figure === 1
      ? 'one line of the deletion ledger was not obeyed'
      : `${figure} lines of the deletion ledger were not obeyed`,
  backupMade: 'Made a backup',
  settings: 'Changed the settings',
  setting: {
    days: (figure: string) => (figure === '1' ? 'kept 1 day' : `kept ${figure} days`),
    retention: (kind: string, kept: string) => `${kind}: ${kept}`,
    ofTeam: (kind: string, team: string, kept: string) => `${kind} of ${isolated(team)}: ${kept}`,
    asEverybody: 'kept as everybody’s',
    organisation: 'the organisation’s name',
    consentText: 'the text that customers read',
  },
  retention: 'Deleted what was due',
  dueOfSessions: (kind: string, due: number) => `${kind}: ${sessions(due)}`,
  due: (kind: string, due: number) => `${kind}: ${count.format(due)}`,
};
