import type { AccountReport } from '../../../../protocol/proof/account.ts';
import type { Side } from '../../../../protocol/session.ts';
import type { Tool } from '../../../../protocol/tool.ts';
import { isolated } from '../../isolated.ts';

const count = new Intl.NumberFormat('en');
const and = new Intl.ListFormat('en', { type: 'conjunction' });
const entries = (figure: number): string => `${count.format(figure)} ${figure === 1 ? 'entry' : 'entries'}`;
const times = (figure: number): string => {
  if (figure < 3) return figure === 1 ? 'once' : 'twice';
  return `${count.format(figure)} times`;
};

/** What an end must sign, by the type of entry. */
const DEEDS: Readonly<Record<string, string>> = {
  'consent.answered': 'the answer',
  'consent.volunteered': 'a tool that was allowed without being asked for',
  'grant.revoked': 'a tool that was taken back',
  'surface.shared': 'what was shown from the browser',
  'agent.handed-over': 'that the program took over from the browser',
  'watching.answered': 'whether somebody else may watch',
  'passing.answered': 'whether a colleague may go on',
  'watching.ended': 'that somebody else may watch no longer',
  'session.admitted': 'that this computer was let in',
  'file.finished': 'what became of a file',
  'session.ended': 'the end',
};

/** What receipts may be without, by the type of entry. */
const LEFT_OUT: Readonly<Record<string, string>> = {
  'technician.noted': 'where the technician was signed in',
  'contact.noted': 'how the customer can be reached',
  'session.noted': 'what the technician said came of it',
  'note.written': 'a note of the technician',
  'watching.invited': 'whom the technician invited to watch',
  'passing.offered': 'to whom the technician offered the session',
  'passing.explained': 'why the technician offered the session to a colleague',
  'retention.held': 'that the session is kept longer',
  'retention.lifted': 'that the session is no longer kept longer',
  'file.named': 'the name of a file',
  'file.name-stated': 'the name of a file, as it was signed',
};

export const receipt = {
  pageTitle: 'Check a receipt',
  heading: 'Check a receipt',
  lead: 'After a session you get a receipt as a file. Open it here to read it, and to see whether it was changed.',
  stays:
    'The file does not leave this computer. This page sends nothing anywhere, and works without a connection.',
  open: 'Open a receipt…',
  drop: 'or drop it here',
  dropZone: 'A place to drop a receipt',
  another: 'Open another',
  print: 'Print or save as PDF',
  reading: 'Checking every entry…',

  tooLarge: 'This file is too large to be a receipt.',
  notAReceipt: 'This file is not a receipt, or it was changed beyond reading.',
  noJsonFrom: (line: number, byte: number) =>
    `It is no JSON from line ${count.format(line)}, byte ${count.format(byte)} on.`,
  otherTitle: 'This is not a receipt file.',
  otherIsPdf:
    'It is a PDF: a print shows what a receipt says, and proves nothing. The proof is in the file that was saved as a receipt; its name ends in .json.',
  otherIs:
    'An export, a print or a picture may show the same, but the proof is in the file that was saved as a receipt; its name ends in .json.',
  unreadable: 'The file could not be read. Try to open it again.',
  cannotTell: 'What its entries say cannot be put together to a session.',

  title: 'Receipt of a support session',
  right: 'This receipt is right.',
  unchanged: 'Nothing in this receipt was changed.',
  asFarAsItGoes:
    'This is so as far as the receipt goes: what was signed has no last line, so nothing shows whether entries behind the end were left out.',
  unchangedWhose: 'Whose it is only the key tells: compare it below.',
  rightWhy: (figure: number) =>
    `${figure === 1 ? 'Its one entry is' : `All ${entries(figure)} are`}, word for word, in the log that is signed with the key below.`,
  rightWithKey: 'That is the key that you gave.',
  rightWithFingerprint: 'That is the key with the fingerprint that you gave.',
  wrong: 'This receipt is not right. Do not rely on it.',
  otherKey: 'This receipt was not signed with the key that you gave.',
  otherFingerprint: 'None of its keys has the fingerprint that you gave.',
  otherKeyWhy:
    'Nothing in it was changed since it was signed. The organisation may have taken another key into use since: ask for the one of that day. If it never had the key below, do not rely on this receipt.',

  helpedBy: 'Who helped',
  organisation: 'Organisation',
  team: (name: string) => `team ${isolated(name)}`,
  customer: 'Who was helped',
  computer: 'On the computer',
  agents: 'With',
  surfaces: 'Shown from the browser',
  /** Each but the last one until they passed it on. */
  helpers: (helpers: readonly { readonly who: string; readonly until: string | undefined }[]) =>
    helpers.map(({ who, until }) => (until === undefined ? who : `${who} (until ${until})`)).join(', then '),
  inTurn: (agents: readonly string[]) => `the ${agents.join(', then the ')}`,
  reason: 'Why',
  reference: 'Reference',
  when: 'When',
  length: 'How long',
  ending: 'How it ended',
  neverStarted: 'It never started: nothing was shown or done.',
  fromTo: (from: string, to: string) => `${from} to ${to}`,

  tools: 'What was asked, and what was done',
  noTools: 'Nothing was asked for.',
  asked: (when: string) => `Asked for at ${when}.`,
  decisions: {
    granted: (when: string) => `You allowed it at ${when}.`,
    refused: (when: string) => `You did not allow it, at ${when}.`,
    'timed-out': (when: string) => `Nobody answered by ${when}, so it was not allowed.`,
    unable: (when: string) => `It was not possible at ${when}.`,
    'taken-back': (when: string) => `You took it back at ${when}.`,
    'given-back': (when: string) => `The technician gave it back at ${when}.`,
  },
  notAnswered: 'It was never allowed.',
  standing: {
    used: 'Used',
    allowed: 'Allowed, not used',
    refused: 'Not allowed',
  },
  used: (often: number, length: string, from: string, to: string) =>
    `Used ${times(often)}, ${length} in all, between ${from} and ${to}.`,
  neverUsed: 'It was never used.',
  inAdvance: (tools: string) => `Allowed beforehand, when the helper was started: ${tools}.`,
  list: (words: readonly string[]) => and.format(words),

  files: 'Files',
  noFiles: 'No files were sent.',
  fileTools: { 'file-upload': 'To you', 'file-download': 'From you' } satisfies Partial<Record<Tool, string>>,
  nameForgotten: 'Name no longer kept',
  fileStanding: {
    asked: 'Asked for, never sent',
    offered: 'Offered, never sent',
    accepted: 'Did not arrive',
    refused: 'Refused',
    completed: 'Arrived',
    failed: 'Failed',
    cancelled: 'Cancelled',
  },
  bothAgree: 'Both computers measured the same file.',
  disagree: 'The two computers measured different files.',

  consent: 'What you were told',
  consentShown: (version: string) =>
    `This text, version “${isolated(version)}”, was in front of you when you answered:`,
  consentText: (version: string) =>
    `The text about what is kept and for how long that was in front of you has the version “${isolated(version)}”. Ask the organisation for it by this name.`,
  noConsent: 'Nobody answered, so no text was agreed to.',

  others: (figure: number) =>
    `${entries(figure)} of a newer kind ${figure === 1 ? 'is' : 'are'} not shown here.`,

  entryOf: (ordinal: number) => `Entry ${count.format(ordinal)} of this session`,
  signed: {
    heading: 'Who signed',
    lead: 'Each end can sign what it did and saw, with a key that the organisation’s server does not have. What was signed is checked here, line by line.',
    nothing: 'Nobody had joined, so there was nothing to sign.',
    who: {
      customer: 'The customer’s computer',
      technician: 'The technician’s browser',
    } satisfies Record<Side, string>,
    states: {
      signed: 'Signed, and the same as here',
      incomplete: 'Signed in part',
      unsigned: 'Not signed',
      disagrees: 'Signed something else',
    } satisfies Record<AccountReport['state'], string>,
    statements: (figure: number, keys: number) =>
      `${figure === 1 ? 'One signed line' : `${count.format(figure)} signed lines`}, with the ${keys === 1 ? 'key' : 'keys'}`,
    unsigned: (ordinal: number, type: string, when: string) =>
      `Nobody signed entry ${count.format(ordinal)} of this session, ${DEEDS[type] ?? type}, at ${when}.`,
    contradicts: 'What was signed is not what this receipt says.',
    contradictsWhy:
      'The log holds these entries word for word, but not all of it is what the two ends signed. Ask the organisation why.',
  },
  missing: {
    heading: 'What is not in it',
    lead: (figure: number) =>
      `${entries(figure)} of this session ${figure === 1 ? 'stays with the organisation, or is' : 'stay with the organisation, or are'} no longer kept. Which kind each one is stands in the entries behind it, so that nothing else can be left out unnoticed.`,
    what: (ordinal: number, type: string) =>
      `Entry ${count.format(ordinal)} of this session: ${LEFT_OUT[type] ?? type}`,
    when: (from: string, to: string) => (from === to ? `at ${from}` : `between ${from} and ${to}`),
    short: 'not in this receipt',
  },

  proof: 'The proof',
  proofLead:
    'Each entry was put into a log that cannot be changed without it being noticed. The receipt holds what is needed to check that, now or in ten years.',
  log: 'Log',
  size: 'Entries in the log',
  places: 'Log entries',
  sizeOf: (figure: number, when: string) => `${count.format(figure)}, when this was issued on ${when}`,
  key: 'Signed with the key',
  fingerprint: (digits: string) => `Fingerprint ${digits}`,
  compare:
    'Compare this key, or its fingerprint, with the one that the organisation makes known, on its website or when you call them. Only that shows that the receipt is theirs.',
  copyKey: 'Copy the key',
  given: 'The organisation’s key, or its fingerprint',
  givenHint: 'Paste what you were told, and the receipt is checked against it.',
  givenWrong:
    'This is neither. A key is one line: a name, a + and eight letters and digits, a + and more. A fingerprint is sixteen digits, 0 to 9 and a to f.',
  elsewhere: 'To check it without this page and without the organisation’s server:',
  command: (file: string) => `npx countersign verify ${file}`,
  statedBeside:
    'The name of the organisation and the day of issue stand beside the proof and are not part of it.',
  every: 'Every entry of this session',
  entry: (number: number, type: string) => `${count.format(number)} · ${type}`,
  entryInLog: (number: number) => `Log entry ${count.format(number)}, word for word:`,
  sessionId: 'Session',
};
