import type { AlarmingStanding, WitnessStanding } from '../../../../protocol/log-state.ts';
import type { VerificationOutcome } from '../../../../protocol/log-verification.ts';
import { isolated } from '../../isolated.ts';

const count = new Intl.NumberFormat('en');
const entries = (figure: number): string => `${count.format(figure)} ${figure === 1 ? 'entry' : 'entries'}`;
const things = (figure: number): string => (figure === 1 ? 'One thing' : `${count.format(figure)} things`);

const standing: Record<WitnessStanding, string> = {
  'first-seen': 'Sees this log for the first time',
  agrees: 'Agrees',
  took: 'Took it. Whether it agrees is not checked: its address names no key (#key=…)',
  waiting: 'Was not shown anything yet',
  unreachable: 'Cannot be reached',
  silent: 'Not reached for over an hour',
  damaged: 'Cannot compare any more',
  disagrees: 'Has seen another log',
};

const outcome: Record<VerificationOutcome, string> = {
  right: 'All right',
  'not-as-signed': 'As logged, not as signed',
  wrong: 'Not right',
  'broken-off': 'Broken off',
};

/** `/verification`: how the log stands, who keeps it elsewhere, and checking all of it. */
export const verification = {
  title: 'Verification',
  lead: 'Whether the record is still what was logged. Checking it changes nothing, delays nobody, and is noted.',
  action: 'Verify the whole log',
  failed: 'This could not be loaded',

  /** While it runs. */
  running: 'Verifying the whole log',
  preparing: 'Looking how much there is',
  progress: (percent: number) => `${percent}% checked`,
  left: (left: string) => `About ${left} left`,
  spoken: (percent: number) => `${percent} percent checked`,
  startedBy: (who: string, when: string) => `Asked for by ${isolated(who)} at ${when}`,
  mayLeave: 'It goes on when you leave this page.',

  neverTitle: 'Nobody has verified this log yet',
  never:
    'A verification reads every entry, every hash, every signed checkpoint and every certificate of deletion, and holds them against each other.',
  onlyAuditors: 'Auditors and privacy officers start one.',

  rightTitle: 'Everything fits together',
  /** While a witness disagrees. */
  disputedTitle: 'The last verification found nothing wrong',
  disputed:
    'It held the log against itself, at the time below. A log that was written anew fits together too: this does not answer the alarm above.',
  onlyWitness:
    'Only a witness could tell whether newer entries were cut off, or everything was written anew.',
  brokenOffTitle: 'The last verification was broken off',
  brokenOff: 'Nothing is known from it. Verify again.',
  byWhom: (who: string, when: string, took: string | undefined) =>
    took === undefined ? `${isolated(who)}, ${when}` : `${isolated(who)}, ${when}, in ${took}`,
  rightOf: (size: number) => `All ${entries(size)} are what was logged.`,

  notAsSigned: {
    title: 'All is as logged, and not all is as signed',
    summary: (figure: number) =>
      `Of ${figure === 1 ? 'one session' : `${count.format(figure)} sessions`} an end signed something else than the record says.`,
    meaning:
      'The log was not changed since. Either this server wrote something else than that end signed, or that end signed something else than happened: one alone can do that, as often as it likes.',
    next: 'Open the session: it marks each entry that was not signed so. Compare with the receipt that the customer holds, and ask both sides. It is found as long as the session is kept.',
  },

  wrongTitle: 'This record is not what was logged',
  wrongOf: (figure: number) => `${things(figure)} did not fit.`,
  wrongGone: 'What it was is not kept over a restart of the server. Verify again to see it.',
  wrongLeaves: (leaves: string) => `Leaves of the log that it named: ${leaves}.`,
  findings: 'What does not fit',
  toSession: 'Its session',
  nextTitle: 'What to do now',
  next: [
    'Change nothing and restore nothing: what stands there now is evidence. Let whoever runs the server copy its data folder as it is, and keep that copy elsewhere.',
    'On the copy, let them run “countersign verify --witness FOLDER” with the folder of a witness: it tells whether the log was changed before or after the witness saw it.',
    'Compare with receipts that customers hold: each proves its own session, whatever stands here now.',
    'Rely on none of the entries and sessions named above until it is known who changed them. “docs/threat-model.md” says who can.',
  ],

  log: 'The log',
  entries: 'Entries',
  signed: 'Last checkpoint',
  signedAt: (when: string, age: string) => `${when} (${age})`,
  signedOf: (size: number) => `of ${entries(size)}`,
  root: 'Root hash',
  copyRoot: 'Copy hash',
  origin: 'Its name',
  key: 'Signing key',
  fingerprint: (digits: string) => `Fingerprint ${digits}`,
  copyKey: 'Copy key',
  age: (seconds: number): string => {
    if (seconds < 60) return 'just now';
    const minutes = Math.floor(seconds / 60);
    if (minutes < 60) return `${minutes} min ago`;
    if (minutes < 48 * 60) return `${Math.floor(minutes / 60)} h ago`;
    return `${count.format(Math.floor(minutes / 1440))} days ago`;
  },

  witnesses: 'Witnesses',
  witnessesLead: 'Each keeps checkpoints of this log where its keeper cannot change them.',
  standing,
  /** Standard output answers nothing, and has no key. */
  tookOutput: 'Wrote it to the server’s output. It keeps nothing to compare with: whoever collects it does.',
  agreed: (size: number, when: string, age: string) => `Last took ${entries(size)}: ${when} (${age})`,
  beganWith: (size: number) => `Began with ${entries(size)}, and had nothing to compare them with`,
  neverAgreed: 'Took nothing since the server started',
  behind: (figure: number) => `${entries(figure)} behind`,
  alarm: {
    disagrees: {
      title: 'A witness has seen another log than this one',
      what: 'Entries are gone or were written anew since it looked, or a backup was restored. Verify the whole log, and compare with what the witness keeps.',
    },
    damaged: {
      title: 'A witness cannot compare any more',
      what: 'What it kept was changed or is damaged. Find out who can write there, put it back from a copy, or let the witness begin in a new folder.',
    },
    silent: {
      title: 'A witness has not been reached for over an hour',
      what: 'What it does not see can be changed without a trace. Find out why it does not answer.',
    },
  } satisfies Record<AlarmingStanding, { title: string; what: string }>,
  /** Outside of this page, for whoever may open it. */
  alarms: (figure: number) => (figure === 1 ? '1 alarm' : `${figure} alarms`),
  alarmsTitle: 'The record needs somebody’s eyes',
  alarmOf: {
    witness: {
      disagrees: (name: string) => `The witness ${isolated(name)} has seen another log than this one.`,
      damaged: (name: string) =>
        `The witness ${isolated(name)} cannot compare any more: what it kept was changed or is damaged.`,
      silent: (name: string) => `The witness ${isolated(name)} has not been reached for over an hour.`,
    } satisfies Record<AlarmingStanding, (name: string) => string>,
    verification: (figure: number) =>
      `The last verification found ${figure === 1 ? 'something that does' : `${count.format(figure)} things that do`} not fit.`,
    signatures: (sessions: number) =>
      `All is as logged; ${sessions === 1 ? 'one session is' : `${count.format(sessions)} sessions are`} not what was signed.`,
    unwritable: 'The record cannot be written: nothing can be done until it can.',
    rows: (left: number, righted: number) =>
      [
        ...(left === 0
          ? []
          : [
              `${left === 1 ? 'One entry or session is' : `${count.format(left)} entries or sessions are`} due to be deleted and not as logged: somebody changed the database, or it is damaged. Nothing of that was deleted.`,
            ]),
        ...(righted === 0
          ? []
          : [
              `${righted === 1 ? 'The row of one session was' : `The rows of ${count.format(righted)} sessions were`} not what the entries tell, as when old pages of the database are put back. Nothing was deleted by that, and it is right again.`,
            ]),
      ].join(' '),
    clock: (clock: string, log: string) =>
      `Nothing is deleted by itself: the server’s clock says ${clock}, and the log goes up to ${log}.`,
  },
  rowsNamed: (named: readonly string[], areMore: boolean) =>
    `It is about ${named.join(', ')}${areMore ? ', and more' : ''}.`,
  rowsNext:
    'Copy the data folder as it is. Then verify the whole log: that names everything that is not as it was logged, and this notice goes. Find out who could write to the database.',
  toVerification: 'See what is known',
  toRetention: 'See what to do',
  noWitnessTitle: 'Nobody else keeps this log',
  noWitness:
    'Whoever has this machine and its keys could write all of it anew, and no check here would notice. Name at least one witness in the server’s environment, and start it again:',
  noWitnessSetting: 'COUNTERSIGN_WITNESSES=file:///mnt/disk/witness',
  noWitnessGuide: '“docs/how-to/watch-the-log.md” says how.',

  past: 'Earlier verifications',
  pastLead: 'Each is an entry of the log itself.',
  when: 'When',
  who: 'Asked for by',
  outcome: 'Outcome',
  took: 'Took',
  found: 'Findings',
  outcomes: outcome,
  none: '–',
  nobodyKnown: (id: string) => `Unknown (${id})`,
};
