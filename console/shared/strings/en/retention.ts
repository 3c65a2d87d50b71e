import type { KeepingKind } from '../../../../protocol/retention.ts';
import { isolated } from '../../isolated.ts';

const count = new Intl.NumberFormat('en');
const sessions = (figure: number): string =>
  `${count.format(figure)} ${figure === 1 ? 'session' : 'sessions'}`;
const entries = (figure: number): string => `${count.format(figure)} ${figure === 1 ? 'entry' : 'entries'}`;
const amount = (figure: number, what: 'sessions' | 'entries'): string =>
  what === 'sessions' ? sessions(figure) : entries(figure);

/** People count whole years as years. */
const period = (days: number): string => {
  if (days % 365 === 0) return days === 365 ? '1 year' : `${days / 365} years`;
  return days === 1 ? '1 day' : `${count.format(days)} days`;
};

/** `/retention`, and how one session is kept longer. */
export const retention = {
  title: 'Retention',
  lead: 'What is kept, how long and why, and what goes when.',
  failed: 'This could not be loaded',

  schedule: 'Schedule',
  kind: 'Kind of data',
  period: 'Kept',
  periodOf: period,
  forEver: 'As long as the log',
  ofTeam: (team: string, days: number) => `${isolated(team)}: ${period(days)}`,
  bounds: (min: number, max: number) => `Settings may say ${period(min)} to ${period(max)}.`,
  why: 'Purpose and ground',
  due: 'Due now',
  within: (days: number) => `In ${days} days`,
  held: 'Held',
  amount,
  none: '–',
  scheduleHint:
    'Sessions are counted, or entries where data age by themselves. Due within so many days includes what is due now.',

  doubtTitle: 'Nothing is deleted by itself now',
  doubtText: (clock: string, log: string) =>
    `The server’s clock says ${clock}, and the log goes up to ${log}. If the clock is wrong, set it. If it is right, as when the server was off for long, a privacy officer deletes what is due once by hand; then it happens by itself again.`,
  runInDoubt: (clock: string) =>
    `Is it ${clock}? Compare it with another clock. By a wrong one everything is deleted, also what is held.`,

  run: 'Delete what is due',
  runTitle: 'Delete what is due now?',
  runText:
    'This cannot be undone. Entries, their salts, search words and summaries are overwritten; each step leaves a certificate. It happens by itself every day.',
  runOf: (kind: string, what: string) => `${kind}: ${what}`,
  runAction: 'Delete all of this',
  runOfNothing: 'The clock is right',
  runClose: 'Close; it goes on',
  runGoesOn:
    'Deleting. With many sessions this takes minutes; it goes on when you close this or leave the page.',
  running: 'What is due is being deleted',
  runningText:
    'It cannot be stopped. What is left is counted again every few seconds, and each step leaves a certificate.',
  nothingDue: 'Nothing is due now.',
  ran: (figure: number) => (figure === 0 ? 'Nothing was due any more.' : `Deleted: ${entries(figure)}.`),

  certificates: 'Certificates of deletion',
  certificatesLead:
    'Each names the rule and the entries that are gone, by their numbers in the log. They are entries of the log themselves, and stay.',
  runAt: (when: string) => `Run of ${when}`,
  runUnknown: 'Earlier runs',
  /** @param isCut more of them are to be loaded. */
  runSum: (certificates: number, gone: number, isCut: boolean) => {
    const sum = `${count.format(certificates)} ${certificates === 1 ? 'certificate' : 'certificates'}, ${entries(gone)}`;
    return isCut ? `the newest ${sum}; older ones are not loaded yet` : sum;
  },
  restoredAt: (when: string) => `Restore of ${when}`,
  restoredFrom: (madeAt: string, again: number) =>
    `from the backup of ${madeAt}, ${again === 0 ? 'nothing was deleted again' : `${entries(again)} deleted again`}`,
  restoredAgain:
    'The backup still held what was deleted after it was made. Those certificates are gone with the records that it replaced; the restore deleted the same entries again:',
  allLeaves: (ranges: number) => `Show all ${count.format(ranges)} ranges`,
  fewerLeaves: 'Show fewer',
  when: 'When',
  olderThan: 'Older than',
  entries: 'Entries',
  sessions: 'Sessions',
  leaves: 'Which entries',
  leaf: 'Its own entry',
  kindOfTeam: (kind: string, team: string | undefined) =>
    team === undefined ? kind : `${kind} (${isolated(team)})`,
  noneYetTitle: 'Nothing was deleted yet',
  noneYet: 'A certificate appears here for each deletion, with what went and by which rule.',
  more: 'Load older ones',

  /** On the page of a session. */
  record: {
    title: 'Retention',
    keptUntil: 'Record kept until',
    partUntil: (kind: string) => `${kind} until`,
    open: 'Its period begins when the session ends.',
    kept: {
      hold: 'Held until',
      extension: 'Extended until',
    } satisfies Record<KeepingKind, string>,
    why: (who: string, when: string) => `${isolated(who)}, ${when}`,
    actions: { hold: 'Hold…', extension: 'Extend…' } satisfies Record<KeepingKind, string>,
    change: { hold: 'Change hold…', extension: 'Change extension…' } satisfies Record<KeepingKind, string>,
    lift: { hold: 'Lift hold…', extension: 'Take extension back…' } satisfies Record<KeepingKind, string>,
  },
  dialog: {
    title: { hold: 'Hold this session', extension: 'Extend this record' } satisfies Record<
      KeepingKind,
      string
    >,
    text: {
      hold: 'Nothing of it is deleted until the end of that day, whatever the schedule says.',
      extension:
        'The session record stays until the end of that day. Contact details, notes and file names still go as scheduled.',
    } satisfies Record<KeepingKind, string>,
    until: 'Until the end of (UTC)',
    reason: 'Reason',
    reasonHint: 'It stands in the record, with your name. Whoever reads the session reads it.',
    action: { hold: 'Hold', extension: 'Extend' } satisfies Record<KeepingKind, string>,
    done: { hold: 'The session is held.', extension: 'The period was extended.' } satisfies Record<
      KeepingKind,
      string
    >,
    needed: { until: 'Choose a day.', reason: 'Say why.' },
  },
  liftDialog: {
    title: { hold: 'Lift the hold?', extension: 'Take the extension back?' } satisfies Record<
      KeepingKind,
      string
    >,
    text: 'From then on the usual periods count. What is due by them is deleted with the next run.',
    action: { hold: 'Lift hold', extension: 'Take it back' } satisfies Record<KeepingKind, string>,
    done: { hold: 'The hold was lifted.', extension: 'The extension was taken back.' } satisfies Record<
      KeepingKind,
      string
    >,
  },
};
