import type { PassingEndReason, PassingState } from '../../../../protocol/passing.ts';
import type { Tool } from '../../../../protocol/tool.ts';
import { isolated } from '../../isolated.ts';
import { customerTool } from './customer-tool.ts';

const list = new Intl.ListFormat('en');
const lower = (text: string) => text.charAt(0).toLowerCase() + text.slice(1);

/** A session that is passed on. Names here come isolated where a sentence is built around them. */
export const passing = {
  /** The customer's page. */
  customer: {
    wants: (name: string, technician: string) => `May ${name} go on in place of ${technician}?`,
    who: (name: string, team: string | undefined) =>
      team === undefined
        ? `${name} is a technician too.`
        : `${name} is a technician too, in the team ${team}.`,
    stays: (name: string, tools: readonly Tool[]) =>
      tools.length === 0
        ? 'Nothing is allowed right now, and that stays so.'
        : `What you have allowed stays allowed, to ${name}: ${list.format(tools.map((tool) => lower(customerTool.title[tool])))}.`,
    meaning: (technician: string) =>
      `${technician} then sees and does nothing any more. If you say no, everything stays as it is.`,
    say: {
      asked: (name: string, technician: string) =>
        `May ${name} go on in place of ${technician}? Please answer.`,
      passed: (name: string) => `${name} goes on now.`,
    },
  },

  /** The page of the one who has it. */
  technician: {
    title: 'Pass on',
    lead: (customer: string) =>
      `A colleague takes it over, with everything that ${isolated(customer)} has allowed. ${isolated(customer)} is asked first, by the colleague’s name.`,
    inAdvance: 'Nobody is at the computer to be asked, so this session cannot be passed on.',
    action: 'Pass on…',
    dialogTitle: 'Pass the session on',
    reason: 'Why (for your colleague alone)',
    search: 'Name',
    searchPlaceholder: 'Search by name',
    nobody: 'No technician of that name.',
    choose: (name: string) => `Offer it to ${isolated(name)}`,
    chooseAction: 'Offer',
    offered: (name: string) => `Offered to ${isolated(name)}.`,
    takeBack: 'Take back',
    takeBackFrom: (name: string) => `Take back: the offer to ${isolated(name)}`,
    standing: ({ standing, endReason }: Pick<PassingState, 'standing' | 'endReason'>): string => {
      switch (standing) {
        case 'offered':
          return 'Offered; not taken yet';
        case 'asked':
          return 'Taken; the customer is asked';
        case 'refused':
          return 'The customer said no';
        case 'timed-out':
          return 'The customer did not answer';
        case 'passed':
          return 'Passed on';
        case 'ended':
          return endReason === undefined ? 'Over' : ended[endReason];
      }
    },
    changed: (name: string, standing: string) => `${isolated(name)}: ${lower(standing)}.`,
    had: (name: string) => `${isolated(name)} had this session before.`,
    gone: {
      title: (name: string) => `Passed on to ${isolated(name)}`,
      text: (name: string) =>
        `${isolated(name)} has the session now, and you see nothing of it any more. Its record stays in your list.`,
      home: 'Back to your sessions',
    },
  },

  /** Whoever it is offered to, on every page. */
  offers: {
    title: 'Sessions offered to you',
    text: (technician: string, customer: string) =>
      `${isolated(technician)} passes the session with ${isolated(customer)} on to you`,
    about: 'About',
    why: 'Why',
    take: 'Take it',
    takeOne: (customer: string) => `Take it: the session with ${isolated(customer)}`,
    /** Where a session of their own runs. */
    takeElsewhere: 'Take it in a new window',
    takeElsewhereOne: (customer: string) => `Take it in a new window: the session with ${isolated(customer)}`,
    decline: 'No, thank you',
    declineOne: (customer: string) => `No, thank you: the session with ${isolated(customer)}`,
    asking: (customer: string, left: string) => `${isolated(customer)} is asked: ${left} left`,
    stay: 'Stay on these pages: the session opens as soon as they say yes.',
    leave: 'Rather not',
    leaveOne: (customer: string) => `Rather not: the session with ${isolated(customer)}`,
    toast: (technician: string) => `${isolated(technician)} offers you a session.`,
    over: {
      passed: (customer: string) => `The session with ${isolated(customer)} is yours.`,
      refused: (customer: string, technician: string) =>
        `${isolated(customer)} said no. ${isolated(technician)} goes on.`,
      'timed-out': (customer: string, technician: string) =>
        `${isolated(customer)} did not answer. ${isolated(technician)} goes on.`,
      ended: (customer: string, technician: string) =>
        `${isolated(technician)} goes on with ${isolated(customer)}: the offer is over.`,
    },
  },

  /** Sentences of the timeline; names are isolated already. */
  timeline: {
    offered: (technician: string, name: string) => `${technician} offered the session to ${name}.`,
    explained: (technician: string) => `${technician} wrote why.`,
    reasonDeleted: 'Why is no longer kept.',
    asked: (customer: string, name: string) =>
      `${name} took the offer. ${customer} was asked whether ${name} may go on.`,
    answered: (customer: string, name: string, allowed: boolean, mode: string) => {
      if (mode === 'timed-out')
        return `${customer} did not answer about ${name}: the session stayed where it was.`;
      return `${customer} ${allowed ? `let ${name} go on` : `did not want ${name} to go on`}.`;
    },
    ended: (name: string, technician: string, reason: PassingEndReason) =>
      ({
        withdrawn: `${technician} took the offer to ${name} back.`,
        declined: `${name} did not take the session.`,
        gone: `${name} went away before the customer answered.`,
        'broker-restarted': `The offer to ${name} is over: the broker was restarted.`,
      })[reason],
    passed: (from: string, to: string) => `${from} passed the session on to ${to}.`,
    somebody: 'Somebody',
  },

  /** In the session log. */
  log: {
    earlier: 'Passed on by',
    until: (name: string, team: string | undefined, at: string) =>
      `${isolated(name)}${team === undefined ? '' : ` (${team})`}, until ${at}`,
  },
} as const;

const ended: Record<PassingEndReason, string> = {
  withdrawn: 'Taken back',
  declined: 'Did not take it',
  gone: 'Went away before the customer answered',
  'broker-restarted': 'Over: the server was restarted',
};
