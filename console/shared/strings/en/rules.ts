import { isolated } from '../../isolated.ts';
import type { common } from './common.ts';
import { retention } from './retention.ts';

const { periodOf, amount } = retention;

/** Plural, because they speak of everybody who has the role. */
const ALL_OF = {
  technician: 'Technicians',
  manager: 'Managers',
  auditor: 'Auditors',
  privacy: 'Privacy officers',
  admin: 'Administrators',
} satisfies Record<keyof typeof common.roles, string>;

const RIGHTS = {
  sessions: 'Session records',
  contactDetails: 'Contact details',
  export: 'Export',
  accessLog: 'Who read what',
  verification: 'Verification',
  retention: 'Retention',
  people: 'People',
};

/** `/privacy`: who may read what, and how long it is kept. */
export const rules = {
  title: 'Privacy rules',
  lead: 'Who may read what of customers, and how long it is kept. Each change is an entry of the record, with the name of whoever made it.',
  failed: 'The rules could not be loaded',
  onlyOthers: 'Privacy officers and administrators change these rules.',

  reading: {
    title: 'Who reads what',
    lead: 'A rule takes away from what a role may do; none gives more. That a record was read is an entry, whoever reads.',
    role: 'Role',
    rights: RIGHTS,
    reach: { technician: 'Own', manager: 'Their teams’', auditor: 'All', privacy: 'All', admin: '' } as const,
    yes: 'Yes',
    no: 'No',
    none: 'None',
    always: 'Always',
    never: 'Never',
    contactMeaning:
      'Contact details are phone, e-mail and addresses: withheld, they are neither shown, exported nor found.',
    cell: (role: string, right: string) => `${role}: ${right}`,
    save: 'Save changes…',
    reset: 'Undo changes',
    changed: (figure: number) => (figure === 1 ? '1 change' : `${figure} changes`),
    confirmTitle: 'Change who reads what?',
    confirm: 'It counts at once, also for those who are signed in.',
    action: 'Change it',
    done: 'The rules were changed.',
    change: (role: keyof typeof ALL_OF, right: keyof typeof RIGHTS, isOn: boolean) =>
      `${ALL_OF[role]}: ${RIGHTS[right].toLowerCase()} – ${isOn ? 'from now on' : 'no longer'}`,
  },

  periods: {
    title: 'How long it is kept',
    lead: 'Counted from the end of the session, or from the entry itself where it belongs to none. What is older goes with the daily run.',
    mayBe: 'May be',
    bounds: (min: number, max: number) => `${periodOf(min)} to ${periodOf(max)}`,
    change: 'Change…',
    changeOf: (kind: string) => `Change… how long is kept: ${kind}`,
    dialogTitle: (kind: string) => `How long to keep: ${kind}`,
    forAll: 'Days, for everybody',
    hint: (min: number, max: number) => `From ${min} to ${max}. No setting may go beyond that.`,
    ofTeam: (team: string) => `Days, for sessions of ${isolated(team)}`,
    remove: 'Remove',
    removeOf: (team: string) => `Remove the period of ${isolated(team)}`,
    addTeam: 'A period of its own for a team',
    chooseTeam: 'Choose a team',
    go: 'See what it deletes',
    needed: 'Say how many days.',
    fault: (message: string) => `${message.charAt(0).toUpperCase()}${message.slice(1)}.`,
    confirmTitle: (kind: string) => `Change how long is kept: ${kind}?`,
    from: (who: string | undefined, before: number | undefined, after: number | undefined) =>
      `${who === undefined ? 'For everybody' : isolated(who)}: ${before === undefined ? 'as everybody' : periodOf(before)} → ${after === undefined ? 'as everybody' : periodOf(after)}`,
    deletesMore: (figure: number, counts: 'sessions' | 'entries') =>
      `${amount(figure, counts)} more will be deleted with the next run, within a day. That cannot be undone.`,
    deletesPartOfMore: (figure: number, counts: 'sessions' | 'entries') =>
      `${amount(figure, counts)} more will lose this with the next run, within a day. That cannot be undone.`,
    deletesLess: (figure: number, counts: 'sessions' | 'entries') =>
      `${amount(figure, counts)} that would be deleted with the next run will stay.`,
    deletesSame: 'The next run deletes nothing more than it would anyway.',
    holds: 'Sessions that are held or extended stay. What was deleted before does not come back.',
    holdsPart:
      'Sessions under a hold keep it; an extension keeps the session, and not this. What was deleted before does not come back.',
    actionDeleting: 'Change, and let it be deleted',
    action: 'Change it',
    done: (kind: string) => `${kind}: the period was changed.`,
  },
};
