import type { EndReason } from '../../../../protocol/session.ts';
import type { Tool } from '../../../../protocol/tool.ts';
import { isolated } from '../../isolated.ts';
import { customerBrowser } from './customer-browser.ts';
import { customerTool } from './customer-tool.ts';

const and = new Intl.ListFormat('en', { type: 'conjunction' });
const plural = (count: number, one: string, many: string): string => `${count} ${count === 1 ? one : many}`;
const roughly = (seconds: number): string =>
  seconds < 90 ? plural(seconds, 'second', 'seconds') : plural(Math.ceil(seconds / 60), 'minute', 'minutes');

const ENDINGS: Record<EndReason, (technician: string) => string> = {
  done: (technician) => `${technician} ended the session.`,
  'stopped-by-customer': () => 'You stopped the session.',
  'reported-by-customer': (technician) => `You reported the session and left. ${technician} has no access.`,
  'refused-by-customer': (technician) =>
    `You said “Not now”. ${technician} saw and did nothing on this computer.`,
  'consent-timed-out': (technician) =>
    `Nobody answered in time, and no answer means no. ${technician} saw and did nothing on this computer.`,
  'not-admitted': (technician) => `${technician} did not start the session.`,
  'cancelled-by-technician': (technician) => `${technician} cancelled the session.`,
  'code-expired': () => 'The code ran out.',
  'customer-gone': () => 'Your computer was disconnected for too long, so the session ended.',
  'technician-gone': (technician) => `${technician} was disconnected for too long, so the session ended.`,
  'broker-restarted': () => 'The support service was started anew, and the session could not go on.',
  'display-lost': () => 'Your screen could not be shown any more, so the session ended.',
  'record-unavailable': () =>
    'The support service could not write down any more what is done, so the session ended.',
  'user-disabled': (technician) => `The account of ${technician} was closed, so the session ended.`,
};

export const customer = {
  product: 'Countersign',

  tool: customerTool,
  browser: customerBrowser,

  card: {
    verified: 'Verified',
    verifiedMeaning: (organisation: string) => `Signed in with an account of ${organisation}`,
    wantsToHelp: 'wants to help you',
    team: 'Team',
    organisation: 'Organisation',
    reason: 'Reason',
    reference: 'Reference',
    asksTo: (technician: string) => `${technician} asks to`,
    kept: 'What is kept',
    /** Of the same, where it was read one step before. */
    readBefore: 'Who helps you, and what is kept',
    told: 'What you read at the beginning',
    uninvited: 'Did you not ask for help?',
    uninvitedMeaning:
      'Banks, Microsoft, Apple and the police never call to get into your computer. If somebody called you out of the blue, leave now and hang up.',
  },

  join: {
    title: 'Get help',
    heading: 'Enter your code',
    lead: 'The person who helps you reads it to you. It has nine digits.',
    field: 'Code',
    placeholder: '123-456-789',
    proceed: 'Continue',
    looking: 'Looking it up…',
    incomplete: 'The code has nine digits.',
    wrong:
      'This code does not work. It may be mistyped, used already or run out. Check it, or ask for a new one.',
    gone: 'This code does not work any more: it was used, it ran out, or your helper ended the session. If you did not use it yourself, tell your helper, and ask for a new one.',
    tooMany: (when: string) => `Too many tries from here. Try again ${when}.`,
    inSeconds: (seconds: number) => `in ${roughly(Math.max(1, seconds))}`,
    inAWhile: 'in a few minutes',
    nowhere: 'The support service does not answer. Check that your internet works, and try again.',
    safety: 'Only go on if you asked for help yourself.',
    anotherCode: 'Use another code',
    codeLeft: (minutes: number) =>
      minutes >= 1
        ? `The code works for ${plural(minutes, 'more minute', 'more minutes')}.`
        : 'The code runs out in less than a minute.',
    codeOver: 'The code has run out. Ask for a new one.',
    decide: 'Nothing is shared yet. You decide about each of these on the next page, on your own computer.',
    goOn: 'Yes, I asked for help',
    leave: 'I did not ask for this',
    leftTitle: 'Good that you checked',
    left: [
      'Nothing was started on your computer and nobody saw anything.',
      'If somebody is on the phone, hang up. Do not install anything and give nobody a code, a password or a card number.',
    ],
    leftTell: (organisation: string) =>
      `You can tell ${organisation} about it: find their number yourself, do not use one that the caller gives you.`,
    wayHeading: 'How do you want to be helped?',
    startHeading: 'Use the helper program instead',
    startLead:
      'The helper is a small program, which can do more: with it your mouse and keyboard can be used too, if you allow it. It runs only while you are helped, and stops with the session.',
    openTerminal: 'Open the program “Terminal”. It is a window for typing commands.',
    paste: 'Paste this line and press Enter:',
    copy: 'Copy',
    copied: 'Copied',
    copyFailed: 'Your browser does not let this page copy. Mark the line and copy it yourself.',
    pageOpens: 'A page opens in your browser. There you decide, one by one, what is allowed.',
    nothingBefore: 'Nothing is shown to anybody before you tick it there, and you can stop at any time.',
    linuxNeeds:
      'The first time it downloads what it needs, which can take a minute. If it does not start, read this to the person who helps you: it needs Node.js 20 or later and a desktop on X11. On Wayland, sign out and choose the “Xorg” session first.',
  },

  local: {
    title: (what: string) => `${what} - Countersign`,
    connecting: 'One moment…',
    connectingLead: 'Connecting to the support service.',
    helperGone: 'The helper program on this computer does not answer.',
    helperGoneLead:
      'If its window was closed, the session is over and nothing of yours is shown. This page tries to reach it again.',
    stopWhenBack: 'If it answers again, everything is stopped at once.',
    helperSilent: 'No answer from the helper program on this computer.',
    helperGoneSure: 'To be sure, close the window in which you started it.',

    titleQuestion: (technician: string) => `${technician} asks you`,
    titleUnread: (technician: string, count: number) =>
      count === 1 ? `${technician} writes to you` : `(${count}) ${technician} writes to you`,
    titleWaiting: 'Waiting',
    titleIdle: 'Connected',
    titleOffline: 'Connection broken',
    titleOver: 'Session over',

    secondsLeft: (seconds: number) => `${roughly(seconds)} left. No answer means no.`,
    tickNothing: 'Tick what you allow. You can change every tick later.',
    needsView: 'Works only together with “See your screen”.',
    stopped: 'Stopped',
    notNow: 'Not now',
    allowTicked: 'Allow what I ticked',
    browserAsksTitle: 'Your browser asks you',
    browserAsks: {
      screen: 'Your browser asks you now what to show. Answer in its own window.',
      microphone: 'Your browser asks you now for the microphone. Answer it at the top of the window.',
    },
    nothingTicked: 'Tick at least one, or choose “Not now”.',
    report: 'Report this and leave',
    understood: 'OK',
    answering: 'Sending your answer…',

    waitingFor: (technician: string) => `Waiting for ${technician}`,
    waitingLead: 'Your answer has arrived. Nothing of yours is shown until the session starts.',
    waitingForQuestion: 'You will be asked here what you allow. Nothing of yours is shown.',
    leave: 'Leave',

    with: (technician: string) => `${technician} is helping you`,
    since: 'Since',
    nothingInUse: (technician: string) => `${technician} uses nothing on your computer right now.`,
    youDecide: 'What is allowed',
    youDecideLead: 'Switch off what you no longer want. It stops at once.',
    look: {
      'in-use': 'In use now',
      allowed: 'Allowed, not in use',
      asked: 'Asked, answer below',
      stopped: 'You stopped this',
      refused: 'You did not allow this',
      returned: 'Not needed any more',
      unable: 'Not possible on this computer',
      off: 'Not allowed',
    },
    allowSwitch: (tool: string) => `Allow: ${tool}`,
    stopEverything: 'Stop everything',
    stopKeys: 'or press Esc twice',
    stopping: 'Stopping…',
    stopGroup: 'Stop',

    oneMore: (technician: string, tools: readonly Tool[]) =>
      `${technician} asks to ${customerTool.deeds(tools)}`,
    question: 'Question',
    moreQuestions: (count: number) => `${plural(count, 'more question', 'more questions')} after this one.`,
    allow: 'Allow',
    refuse: 'Refuse',

    offline: 'The connection is broken.',
    offlineLead: 'Nothing of yours is being shown. It goes on by itself when the connection comes back.',
    offlineInUse:
      'What is marked as in use is still open on this computer. Stop it when you do not want that.',
    offlineEndsIn: (left: string) => `If it does not come back, the session ends in ${left}.`,
    offlineUntil: (when: string) => `If it does not come back by ${when}, the session ends.`,
    technicianAway: (technician: string) =>
      `${technician} was disconnected. The session goes on when the connection comes back.`,

    chat: 'Messages',
    chatEmpty: 'No messages yet. They are not kept after the session.',
    chatOff: (technician: string) => `To write with ${technician}, allow “Write messages with you”.`,
    message: 'Your message',
    send: 'Send',
    you: 'You',
    wentWrong: 'What went wrong',
    unread: (count: number) => plural(count, 'new message', 'new messages'),
    writes: (technician: string, count: number) =>
      count === 1 ? `${technician} writes:` : `${technician} writes (${count} new):`,
    read: 'Read',

    files: 'Files',
    filesEmpty: 'No files yet.',
    savedIn: 'Received files are in',
    openFolder: 'Open the folder',
    sendFile: 'Send a file…',
    dropHere: 'or drag it here',
    sendNeeds: 'To send files, allow “Get files from you”.',
    sendFailed: (name: string) => `${isolated(name)} could not be sent.`,
    offered: (technician: string) => `${technician} wants to send you a file`,
    asked: (technician: string) => `${technician} asks for a file of yours`,
    renamed: 'Its name was changed, because it was not safe.',
    canBeRun: (technician: string) =>
      `A file of this kind can change your computer when you open it. Take it only if ${technician} told you what it is for.`,
    yourComputer: 'your computer',
    askedInVain: (why: string) => `Asked for. ${why}, so nothing was sent.`,
    accept: 'Accept',
    acceptAll: 'Accept all in this session',
    sendIt: 'Send it',
    sendAll: 'Send all in this session',
    allOn: {
      'file-upload': (technician: string) =>
        `Every file that ${technician} sends is accepted. To end that, stop “Send you files”.`,
      'file-download': (technician: string) =>
        `Every file that ${technician} asks for is sent. To end that, stop “Get files from you”.`,
    },
    cancel: 'Cancel',
    cancelFor: (name: string) => `Cancel ${isolated(name)}`,
    savedAs: 'Saved as',
    toYou: 'To you',
    fromYou: 'From you',
    standing: {
      asked: 'Asked for',
      offered: 'Offered',
      accepted: 'On its way',
      refused: 'Refused',
      completed: 'Done',
      failed: 'Failed',
      cancelled: 'Cancelled',
    },
    unnamed: 'File',
    progress: (name: string) => `Progress of ${isolated(name)}`,

    over: 'The session is over',
    overSafe: 'Nothing of yours is shown any more. Everything is closed.',
    ending: (reason: EndReason, technician: string) => ENDINGS[reason](technician),
    endingUnknown: 'The session ended.',
    /** Everybody who had the session. */
    helpers: (names: readonly string[]) => new Intl.ListFormat('en').format(names),
    lasted: (technician: string, length: string) => `It lasted ${length}, with ${technician}.`,
    neverStarted: (technician: string) => `${technician} was never connected to your screen or your files.`,
    used: (technician: string, tools: readonly Tool[]) =>
      `For a time, ${technician} could ${customerTool.deeds(tools)}.`,
    /** Of several who had the session in turn: not each of them used everything. */
    usedInTurn: (tools: readonly Tool[]) => `For a time, this was in use: ${customerTool.used(tools)}.`,
    usedSinceProgram: (tools: readonly Tool[]) =>
      `Since the program took over, this was in use for a time: ${customerTool.used(tools)}.`,
    usedBeforeProgram: 'What was used before, in the browser, stands in your receipt.',
    usedNothing: (technician: string) => `${technician} used nothing on your computer.`,
    received: (count: number) => `You received ${plural(count, 'file', 'files')}.`,
    sent: (count: number) => `You sent ${plural(count, 'file', 'files')}.`,
    notThrough: (count: number) => `${plural(count, 'file', 'files')} did not come through.`,
    comeAgain: (technician: string) =>
      `If you still want help, ask ${technician} for a new code and begin again with it.`,
    closeThis: 'You can close this page.',
    receipt: 'Your receipt',
    receiptLead:
      'It says who helped, what you allowed and what was done, and proves that nobody changes it later. Keep it.',
    receiptComes: 'Your receipt is being made…',
    receiptNone: (organisation: string) =>
      `There is no receipt here. Ask ${organisation} for it if you want one.`,
    saveReceipt: 'Save your receipt',
    openReceipt: 'Open it',
    closeReceipt: 'Back',

    say: {
      question: (technician: string, tools: readonly Tool[]) =>
        `${technician} asks to ${customerTool.deeds(tools)}. Please answer.`,
      started: (technician: string) => `The session with ${technician} has started.`,
      nowInUse: (technician: string, tools: readonly Tool[]) =>
        `${customerTool.doing(technician, tools)} now.`,
      noLonger: (tools: readonly Tool[]) =>
        `No longer in use: ${and.format(tools.map((tool) => customerTool.title[tool]))}.`,
      message: (technician: string, text: string) => `${technician} writes: ${text}`,
      offered: (technician: string, name: string) => `${technician} wants to send you ${isolated(name)}.`,
      asked: (technician: string) => `${technician} asks for a file of yours.`,
      askedInVain: (technician: string, name: string) =>
        `${technician} asked for ${isolated(name)}, which is not there. Nothing was sent.`,
      fileDone: (name: string) => `${isolated(name)} is done.`,
      fileFailed: (name: string) => `${isolated(name)} did not go through.`,
      offline: 'The connection is broken.',
      nothingShown: 'Nothing of yours is being shown.',
      online: 'The connection is back.',
    },
  },
};
