import { type FindingAbout, isDisagreement } from '../../../protocol/proof/account.ts';
import {
  checkSignatures,
  type LocatedFinding,
  type SignedAccount,
} from '../../../protocol/proof/receipt-signatures.ts';
import type { RecordType, SessionEntry } from '../../../protocol/record.ts';
import type { Side } from '../../../protocol/session.ts';
import { NODE_CRYPTO } from '../transparency/node-crypto.ts';

const WHO: Record<Side, string> = {
  customer: 'the customer’s computer',
  technician: 'the technician’s console',
};

/** After "Entry 12 of the session (…): ", or by itself. */
const WHAT: Record<FindingAbout, (who: string) => string> = {
  gap: (who) => `a numbered line of what ${who} signed is missing`,
  'not-closed': (who) => `what ${who} signed has no last line, which counts the others`,
  'left-open': (who) => `what ${who} signed does not say when this stopped`,
  'not-mentioned': (who) => `what ${who} signed does not mention it`,
  'unsigned-agent': () => 'the customer’s first agent had no key to sign with',
  'wrong-signature': (who) => `its signature is not by the key of ${who}`,
  'unknown-key': (who) => `it is signed with a key that is not of ${who}`,
  'not-a-statement': (who) => `what ${who} signed there is no statement about this session`,
  'said-twice': (who) => `${who} signed two lines with this number`,
  refused: (who) => `the broker did not take something from ${who}, as its signature was not right`,
  'not-said': (who) => `${who} signed nothing of the kind`,
  'not-granted': (who) => `${who} had signed no grant for it`,
  'never-opened': (who) => `${who} signed that something came over a path that the record does not know`,
  'other-bytes': (who) => `${who} signed a number of bytes that does not fit the record`,
  'other-answer': (who) => `${who} signed another answer`,
  'other-text': (who) => `${who} signed that another text was shown`,
  'other-file': (who) => `${who} signed something else about this file`,
  'other-hash': (who) => `${who} signed another SHA-256 for this file`,
  'other-name': (who) => `${who} signed another name for this file`,
  'other-person': (who) => `${who} was asked about somebody else than the record names`,
  'not-theirs': (who) => `${who} signed for it when the session was another technician’s`,
  'other-computer': (who) => `${who} signed that another computer was let in`,
  'other-ending': (who) => `${who} signed another ending`,
  'ends-differ': () => 'the two ends signed for different contents of this file',
};

/** What both ends signed of a session. Where no end had a key nothing is computed. */
export const accountsIn = (entries: readonly SessionEntry[]): SignedAccount[] =>
  entries.some(isOfAnAccount) ? checkSignatures(NODE_CRYPTO, entries) : [];

/** What of a session's entries no bad luck explains, a sentence each. */
export const contradictionsIn = (entries: readonly SessionEntry[]): string[] =>
  contradictions(accountsIn(entries));

const ACCOUNTS: readonly string[] = [
  'account.began',
  'agent.handed-over',
  'session.passed',
  'account.stated',
  'statement.refused',
  'file.name-stated',
] satisfies RecordType[];
const isOfAnAccount = (entry: SessionEntry): boolean =>
  ACCOUNTS.includes(entry.type) || (entry.type === 'session.joined' && entry.signingKey !== undefined);

/** What no bad luck explains, a sentence each. */
export const contradictions = (accounts: readonly SignedAccount[]): string[] =>
  accounts.flatMap(({ side, findings }) =>
    findings.filter(({ about }) => isDisagreement(about)).map((finding) => `${sentenceOf(side, finding)}.`),
  );

/** Who signed what, a sentence for each side. */
export const signedSentences = (accounts: readonly SignedAccount[]): string[] =>
  accounts.map(({ side, state, statements, fingerprints, findings, unsigned }) => {
    const who = capital(WHO[side]);
    const deeds = unsigned.map(nameOf).join(', ');
    const lacking = unsigned.length === 0 ? '' : ` Nobody signed ${deeds}.`;
    if (state === 'unsigned') return `${who} signed nothing.${lacking}`;
    const keys = `${fingerprints.length === 1 ? 'key' : 'keys'} ${fingerprints.join(' and ')}`;
    const agrees = statements === 1 ? 'it agrees' : 'they agree';
    const verdict = state === 'disagrees' ? 'not all of it agrees' : agrees;
    const said = `${who} signed ${statements} ${statements === 1 ? 'statement' : 'statements'} with the ${keys}, and ${verdict} with the entries.`;
    const lacks = findings.map((finding) => ` ${sentenceOf(side, finding)}.`).join('');
    return `${said}${lacks}${lacking}`;
  });

function sentenceOf(side: Side, { about, entry }: LocatedFinding): string {
  const what = WHAT[about](WHO[side]);
  return entry === undefined ? capital(what) : `${capital(nameOf(entry))}: ${what}`;
}

const nameOf = ({ ordinal, type, at }: SessionEntry): string =>
  `entry ${ordinal} of the session (${type}, ${at})`;
const capital = (sentence: string): string => sentence.charAt(0).toUpperCase() + sentence.slice(1);
