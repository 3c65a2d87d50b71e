import type { NothingChosen } from '../../../../protocol/surface.ts';
import type { Tool } from '../../../../protocol/tool.ts';

const and = new Intl.ListFormat('en');

/** For a customer who shares from their browser, with nothing installed. */
export const customerBrowser = {
  here: 'Share from this browser',
  hereLead: 'Nothing is installed. Keep this page open while you are helped.',
  herePoints: [
    'You decide, one by one, what is allowed.',
    'Your browser asks you what to show: one page of the browser (a tab), one window, or the whole screen.',
    'Your mouse and keyboard stay yours: from a browser nobody else can use them.',
  ],
  go: 'Share from this browser',
  joining: 'One moment…',
  notLoaded:
    'A part of this page could not be loaded. Look at your connection and try again, or load the page again.',
  tryAgain: 'Try again',
  notHere:
    'This browser cannot show your screen by itself. Open this page in Chrome, Edge or Firefox on a computer.',
  notSecure: 'Your browser shares nothing from this page, because its address does not begin with “https”.',
  orProgram: 'Or use the program below.',
  noWay: (technician: string) => `Tell ${technician} what you read here.`,

  chooserNext: 'If you allow “See your screen”, your browser asks you next what to show.',
  /** Of the tools that mean something else here than in a program. */
  meaning: {
    clipboard:
      'Text only, one piece at a time. You see each piece before it is sent, and each that comes before you can paste it. Nothing is copied or sent unless you press a button.',
    'file-upload': 'You are asked before each file. You choose where it is saved, and it is not opened.',
    'file-download': 'You choose each file that leaves your computer. Nothing is taken without your yes.',
  } as Partial<Record<Tool, string>>,
  nothingShown: {
    'not-chosen':
      'Your browser asked what to show, and nothing was chosen. Nothing is shown. To try again, answer once more.',
    'not-possible':
      'Your browser could not show anything. It may not be allowed to record the screen: look in your computer’s privacy settings.',
  } satisfies Record<NothingChosen, string>,

  noCodec:
    'Nobody sees anything: the browser of the person who helps you cannot show what yours sends. Ask them to use a new version of Chrome or Edge.',

  /** Nothing else came of it, and what was chosen before is still shown. */
  goesOn: {
    'not-chosen': 'Nothing else was chosen. What you chose before is still shown.',
    'not-possible': 'Your browser could not show anything else. What you chose before is still shown.',
  } satisfies Record<NothingChosen, string>,

  shown: 'What is shown',
  shows: (seers: readonly string[], what: string) =>
    `You chose ${what}. ${and.format(seers)} ${seers.length === 1 ? 'sees' : 'see'} that and nothing else.`,
  showsNobody: (technician: string, what: string) =>
    `You chose ${what}. Nobody sees it right now. ${technician} may see that and nothing else.`,
  showsLater: (technician: string, what: string) =>
    `You chose ${what}. Once the session starts, ${technician} sees that and nothing else.`,
  shownTab:
    'Other tabs and windows stay hidden. When you switch to another tab, this one goes on being shown.',
  shownHint: 'Your browser shows all the time that it shares, and can stop it too.',
  choose: 'Choose what to show',
  chooseOther: 'Show something else',
  chooseAgain: 'Nothing is shown right now.',
  chooseAgainLead: (technician: string) =>
    `You allowed ${technician} to see your screen. Your browser wants you to choose again what to show.`,
  otherTab: 'This session is open in another tab of this browser. Go on there.',
  closedTab:
    'You closed the page of this session a moment ago, and it goes on there. To open that page again press Ctrl Shift T (on a Mac: Cmd Shift T), or look under “History” in the menu of your browser.',
  notResumed: 'The session cannot go on in this tab. Ask for a new code.',
  resuming: 'The session goes on…',
  chooseFile: 'Choose the file…',
  askedLead: 'This page cannot look for it on your computer. Choose the file yourself, or say no.',
  unable: 'Not possible from a browser',
};
