import type { Role } from '../../../../protocol/access.ts';
import type {
  WatchingBecause,
  WatchingEndedBy,
  WatchingEndReason,
  WatchingStanding,
} from '../../../../protocol/watching.ts';
import { isolated } from '../../isolated.ts';

const role: Record<Role, string> = {
  technician: 'technician',
  manager: 'manager',
  auditor: 'auditor',
  privacy: 'privacy officer',
  admin: 'administrator',
};

/** Names here come isolated where a sentence is built around them. */
export const watching = {
  role,

  /** The customer's page. */
  customer: {
    wants: (name: string) => `${name} wants to see your screen too`,
    who: (of: Role, because: WatchingBecause, technician: string) =>
      because === 'invited'
        ? `A colleague (${role[of]}), invited by ${technician}.`
        : `A ${role[of]}, who answers for the team of ${technician}.`,
    meaning: 'They would see what is shown and nothing else: no mouse, no keyboard, no files, no messages.',
    title: 'Also watching',
    sees: (name: string, of: Role) => `${name} (${role[of]}) sees your screen`,
    maySee: (name: string, of: Role) => `${name} (${role[of]}) may see your screen and is not looking now`,
    saw: (name: string, of: Role, length: string) => `${name} (${role[of]}) saw your screen for ${length}.`,
    /** Behind what the technician does. */
    also: (names: readonly string[]) =>
      `· ${new Intl.ListFormat('en').format(names)} ${names.length === 1 ? 'watches' : 'watch'}`,
    stop: 'Stop this',
    stopFor: (name: string) => `Stop this: ${name} sees your screen`,
    say: {
      asked: (name: string, of: Role) => `${name}, ${role[of]}, wants to see your screen too. Please answer.`,
      sees: (name: string) => `${name} sees your screen now.`,
      noLonger: (name: string) => `${name} no longer sees your screen.`,
    },
  },

  /** The technician's page. */
  technician: {
    tab: 'Watching',
    title: 'Who watches',
    lead: (customer: string) =>
      `A colleague sees the picture and can do nothing. ${isolated(customer)} is asked when they come.`,
    invite: 'Invite a colleague',
    inviteTitle: 'Invite a colleague to watch',
    search: 'Name',
    searchPlaceholder: 'Search by name',
    nobody: 'Nobody of that name can be invited.',
    inviteOne: (name: string) => `Invite ${isolated(name)}`,
    inviteAction: 'Invite',
    invited: (name: string) => `${isolated(name)} is invited.`,
    none: 'Nobody else watches.',
    end: (name: string, standing: WatchingStanding) =>
      standing === 'invited'
        ? `Take back: the invitation of ${isolated(name)}`
        : `Send away: ${isolated(name)}`,
    endAction: { invited: 'Take back', other: 'Send away' },
    standing: (
      standing: WatchingStanding,
      isSeeing: boolean,
      endedBy: WatchingEndedBy | undefined,
    ): string => {
      switch (standing) {
        case 'invited':
          return 'Invited';
        case 'asked':
          return 'The customer is asked';
        case 'allowed':
          return isSeeing ? 'Watching' : 'May watch';
        case 'refused':
          return 'The customer refused';
        case 'ended':
          return endedBy === 'customer' ? 'The customer ended it' : 'No longer watching';
      }
    },
    changed: (name: string, standing: string) => `${isolated(name)}: ${standing.toLowerCase()}.`,
    now: (names: readonly string[]) =>
      `${new Intl.ListFormat('en').format(names.map(isolated))} ${names.length === 1 ? 'watches' : 'watch'}`,
  },

  /** The page of one who watches. */
  watcher: {
    title: (customer: string) => `Watching ${isolated(customer)}`,
    with: (technician: string, customer: string) => `${isolated(technician)} helps ${isolated(customer)}`,
    ask: 'Ask to watch',
    askAgain: 'Ask again',
    askAgainIn: (seconds: number) => `Ask again in ${seconds} s`,
    lead: (customer: string) =>
      `${isolated(customer)} is asked first, by your name and role, and may refuse. You see the picture and can do nothing.`,
    invitedBy: (technician: string) => `${isolated(technician)} invited you.`,
    decline: 'No, thank you',
    asked: (customer: string) => `${isolated(customer)} is asked`,
    askedHow: 'The picture appears as soon as they allow it. No answer within a minute is a no.',
    refused: (customer: string) => `${isolated(customer)} did not allow it`,
    refusedHow: 'You can ask again, with a good reason. Talk to the technician first.',
    inviteAgainHow: (technician: string) => `To watch, ask ${isolated(technician)} to invite you again.`,
    stoppedByCustomer: (customer: string) => `${isolated(customer)} ended your watching`,
    stoppedByTechnician: (technician: string) => `${isolated(technician)} ended your watching`,
    passedOn: (technician: string) => `The session was passed on to ${isolated(technician)}`,
    endedElse: 'You no longer watch',
    endedElseHow: 'To see the picture again, the customer has to be asked again.',
    notShown: 'The screen is not shown right now',
    notShownHow: 'You can ask to watch when the customer shows it.',
    technicianAway: (technician: string) =>
      `The connection of ${isolated(technician)} broke. The picture comes back with it.`,
    customerAway: (customer: string) =>
      `The connection to ${isolated(customer)} broke. The picture comes back with it.`,
    connecting: 'Connecting to the picture',
    chooses: (customer: string) => `${isolated(customer)} chooses what to show`,
    over: 'The session is over',
    overHow: 'Its record is kept as every session’s is.',
    notStarted: 'The session has not started yet',
    notStartedHow: 'You can ask to watch once it has.',
    leave: 'Stop watching',
    home: 'Back',
    others: (names: readonly string[]) =>
      `Also watching: ${new Intl.ListFormat('en').format(names.map(isolated))}`,
    live: 'You are watching. Nothing you do here reaches the customer’s computer.',
    screenOf: (customer: string) => `Screen of ${isolated(customer)}’s computer, to look at`,
    isYours: 'This is your own session now',
    toYours: 'Open your session',
    notYours: 'This session is not there, or not for you to watch',
  },

  invitations: {
    title: 'Invitations',
    text: (technician: string, customer: string) =>
      `${isolated(technician)} asks you to watch the session with ${isolated(customer)}`,
    open: 'Open',
    openElsewhere: 'Open in a new window',
    badge: (count: number) => (count === 1 ? '1 invitation to watch' : `${count} invitations to watch`),
    toast: (technician: string) => `${isolated(technician)} invites you to watch a session.`,
  },

  /** In the session log. */
  log: {
    watch: 'Watch',
    title: 'Who watched',
    seen: (length: string) => `saw the picture for ${length}`,
    neverSaw: 'never saw the picture',
    answer: { allowed: 'allowed', refused: 'refused', 'timed-out': 'no answer' },
    because: { invited: 'invited', supervises: 'of this team' } satisfies Record<WatchingBecause, string>,
    who: (name: string, of: Role) => `${isolated(name)} (${role[of]})`,
  },

  /** The same for the customer. */
  receipt: {
    seen: (length: string) => `saw your screen for ${length}`,
    neverSaw: 'never saw your screen',
    answer: { allowed: 'you allowed it', refused: 'you did not allow it', 'timed-out': 'you did not answer' },
    because: {
      invited: 'invited by the technician',
      supervises: 'answers for the technician’s team',
    } satisfies Record<WatchingBecause, string>,
    who: (name: string, of: Role) => `${isolated(name)} (${role[of]})`,
  },

  /** Sentences of the timeline and of accounts; names are isolated already. */
  timeline: {
    invited: (technician: string, name: string, of: Role) =>
      `${technician} invited ${name} (${role[of]}) to watch.`,
    asked: (customer: string, name: string, of: Role, because: WatchingBecause) =>
      `${customer} was asked whether ${name} (${role[of]}${because === 'supervises' ? ' of this team' : ', invited'}) may watch.`,
    answered: (customer: string, name: string, allowed: boolean, mode: string) => {
      if (mode === 'timed-out')
        return `${customer} did not answer about ${name}: nobody watches without a yes.`;
      return `${customer} ${allowed ? 'allowed' : 'refused'} ${name} to watch.`;
    },
    ended: (name: string, by: string, reason: WatchingEndReason) =>
      ({
        stopped: `${by} ended the watching of ${name}.`,
        left: `${name} stopped watching.`,
        'no-picture': `${name} no longer watches: the screen is not shown any more.`,
        'handed-over': `${name} no longer watches: the program took over, and the customer is asked anew.`,
        'passed-on': `${name} no longer watches: the session was passed on, and the customer is asked anew.`,
        gone: `${name} went and did not come back: no longer watches.`,
        'broker-restarted': `${name} no longer watches: the broker was restarted.`,
      })[reason],
    sees: (name: string) => `${name} sees the screen.`,
    seesNoLonger: (name: string) => `${name} no longer sees the screen.`,
    somebody: 'somebody',
  },
} as const;
