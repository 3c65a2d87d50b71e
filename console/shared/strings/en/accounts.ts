import type { AccountReport, FindingAbout } from '../../../../protocol/proof/account.ts';
import type { Says, StatementFault, UnsignedReason } from '../../../../protocol/proof/statement.ts';
import type { Tool } from '../../../../protocol/tool.ts';
import { agents } from './agents.ts';
import { TOOL_NAME } from './timeline.ts';

const STATES: Record<AccountReport['state'], string> = {
  signed: 'Signed; the record agrees',
  unsigned: 'Not signed',
  incomplete: 'Signed in part',
  disagrees: 'Does not agree with the record',
};

const FINDINGS: Record<FindingAbout, string> = {
  gap: 'A signed line is missing: it was lost, or kept back.',
  'not-closed': 'It was not closed: the program was ended, or its connection did not come back.',
  'left-open': 'It does not say when this stopped.',
  'not-mentioned': 'The technician’s signed account does not mention this.',
  'unsigned-agent': 'The customer’s browser had no key: nothing before the program came is signed.',
  'wrong-signature': 'The signature is not right: this was not signed, or was changed later.',
  'unknown-key': 'This was signed with a key that was not given for this session.',
  'not-a-statement': 'What was signed is no statement about this session.',
  'said-twice': 'Two signed lines have the same number.',
  refused: 'The server did not take something from this side, because its signature was not right.',
  'not-said': 'The customer’s signed account does not say this.',
  'not-granted': 'The customer had signed no grant for this.',
  'never-opened': 'Something came over a path that the record does not know.',
  'other-bytes': 'The signed number of bytes does not fit the record.',
  'other-answer': 'The customer signed another answer.',
  'other-text': 'The customer signed that another text was shown.',
  'other-file': 'What was signed about this file is something else.',
  'other-hash': 'Another SHA-256 was signed for this file.',
  'other-name': 'Another name was signed for this file.',
  'other-person': 'Somebody else was asked about than the record names.',
  'not-theirs': 'This was signed for when the session was another technician’s.',
  'other-computer': 'The technician signed that another computer was let in.',
  'other-ending': 'Who is said to have ended it signed something else.',
  'ends-differ': 'The two ends signed for different contents of this file.',
};

const FAULTS: Record<StatementFault, string> = {
  missing: 'it was not signed',
  'no-key': 'there is no key to check it with',
  form: 'it is not written as statements are',
  session: 'it belongs to another session',
  side: 'it is what the other side says',
  signature: 'the signature is not right',
  number: 'it, or a later one, was made before',
  'says-other': 'it says something else than what was asked for',
};

const UNSIGNED: Record<UnsignedReason, string> = {
  'not-secure': 'This page is not reached by HTTPS, so the browser lets it sign nothing.',
  'no-ed25519': 'The browser cannot sign (it does not know Ed25519).',
  'no-storage': 'The browser keeps no key (its storage is switched off).',
  'key-lost': 'The browser has lost the key of this sign-in.',
  other: 'The browser could not make a key.',
};

function saidOf(says: Says): string {
  switch (says.type) {
    case 'consent.answered':
      return 'the answer, and the text that was shown';
    case 'consent.volunteered':
      return `${TOOL_NAME[says.tool]}: allowed without being asked`;
    case 'grant.revoked':
      return `${TOOL_NAME[says.tool]}: taken back`;
    case 'surface.shared':
      return `shown: ${agents.surface[says.surface]}`;
    case 'agent.handed-over':
      return 'the program takes over, and the end of this account';
    case 'watching.answered':
      return says.allowed ? 'somebody else may watch' : 'nobody else may watch';
    case 'watching.stopped':
      return 'somebody else may watch no longer';
    case 'passing.answered':
      return says.allowed ? 'a colleague may go on' : 'no colleague goes on';
    case 'session.passed':
      return 'the session was passed on, and the end of this account';
    case 'computer.admitted':
      return 'this computer was let in';
    case 'tool.started':
      return `${TOOL_NAME[says.tool]}: started`;
    case 'tool.stopped':
      return `${TOOL_NAME[says.tool]}: stopped`;
    case 'file.finished':
      return 'what became of a file';
    case 'session.ended':
      return 'the end of its account';
  }
}

/** What the two ends signed of a session, and how far it agrees. */
export const accounts = {
  customer: 'Customer’s account',
  technician: 'Technician’s account',
  states: STATES,
  findings: FINDINGS,
  finding: (about: FindingAbout, tool: Tool | undefined) =>
    tool === undefined ? FINDINGS[about] : `${TOOL_NAME[tool]}: ${lower(FINDINGS[about])}`,
  marked: (figure: number) =>
    figure === 1 ? 'One place is marked in the timeline.' : `${figure} places are marked in the timeline.`,
  unsigned: UNSIGNED,
  stated: (who: string, number: number, says: Says) => `${who} signed line ${number}: ${saidOf(says)}.`,
  unreadable: (who: string) => `${who}: a signed line that cannot be read.`,
  began: (who: string) => `${who} signs from here on.`,
  key: (key: string) => `Key ${key}`,
  refused: (who: string, fault: StatementFault) =>
    `Something that ${who} sent was not taken as signed: ${FAULTS[fault]}.`,
  nameStated: (who: string, name: string) => `${who} signed for the name “${name}”.`,
  asSigned: 'As signed',
  showSigned: (figure: number) => `Show the signed lines (${figure})`,
};

const lower = (sentence: string): string => sentence.charAt(0).toLowerCase() + sentence.slice(1);
