import { z } from 'zod';
import type { EntryOf, SessionEntry } from '../record.ts';
import { Side } from '../session.ts';
import { Tool } from '../tool.ts';
import { findingsAgainstRecord } from './account-and-record.ts';
import { joinOf } from './agents-in-turn.ts';
import { consoleTurns, wrongPassings } from './consoles-in-turn.ts';
import { type Digested, digestInputOf, isDigested, wrongPeople } from './named-by-digest.ts';
import type { HashBytes, VerifySignature } from './signing-key.ts';
import { readStatement, type Statement, signedMessage } from './statement.ts';

/**
 * What an account lacks: a program that was killed, a network that broke. And what the broker did not take of it: the
 * broker says so itself, and either end could bring it about, so that it contradicts nothing.
 */
const LACKS = ['gap', 'not-closed', 'left-open', 'not-mentioned', 'refused', 'unsigned-agent'] as const;
/** What no bad luck explains: the account says other than the record, or than the other end, or it was tampered with. */
const DISAGREES = [
  'wrong-signature',
  'unknown-key',
  'not-a-statement',
  'said-twice',
  'not-said',
  'not-granted',
  'never-opened',
  'other-bytes',
  'other-answer',
  'other-text',
  'other-file',
  'other-hash',
  'other-name',
  'other-computer',
  'other-person',
  'not-theirs',
  'other-ending',
  'ends-differ',
] as const;

export const FindingAbout = z.enum([...LACKS, ...DISAGREES]);
export type FindingAbout = z.infer<typeof FindingAbout>;
export const isDisagreement = (about: FindingAbout): boolean =>
  (DISAGREES as readonly FindingAbout[]).includes(about);

/** One thing that is not as it should be. */
export const Finding = z.object({
  about: FindingAbout,
  /** The entry of the record to look at; none for what is not there. */
  entryId: z.uuid().optional(),
  tool: Tool.optional(),
});
export type Finding = z.infer<typeof Finding>;

/**
 * `signed`: the whole account of this side, by its own keys, and the record says the same. `unsigned`: it has no key.
 * `incomplete`: something is not there; what is there agrees. `disagrees`: see the findings.
 */
export const AccountState = z.enum(['signed', 'unsigned', 'incomplete', 'disagrees']);
export type AccountState = z.infer<typeof AccountState>;

export const AccountReport = z.object({
  state: AccountState,
  statements: z.number().int(),
  findings: z.array(Finding),
});
export type AccountReport = z.infer<typeof AccountReport>;

/** A side is absent that had nothing to sign: nobody joined, nobody was let in. */
export const AccountReports = z.object({
  technician: AccountReport.optional(),
  customer: AccountReport.optional(),
});
export type AccountReports = z.infer<typeof AccountReports>;

/** A statement of the record whose signature is right. */
export interface Stated {
  readonly entry: EntryOf<'account.stated'>;
  readonly statement: Statement;
}

/** More than a person reads. */
const MAX_FINDINGS = 200;

/**
 * What both ends signed of a session, checked against each other and against the record: `entries` are all of one
 * session's, in their order. Rests on nothing but them, so that it holds for an export and a receipt too.
 */
export const checkAccounts = async (
  entries: readonly SessionEntry[],
  verify: VerifySignature,
  hash: HashBytes,
): Promise<AccountReports> => (await readAccounts(entries, verify, hash)).reports;

/** What `checkAccounts` found, and what it rests on. */
export interface ReadAccounts {
  readonly reports: AccountReports;
  readonly keys: Readonly<Record<Side, ReadonlySet<string>>>;
  readonly stated: readonly Stated[];
}

export async function readAccounts(
  entries: readonly SessionEntry[],
  verify: VerifySignature,
  hash: HashBytes,
): Promise<ReadAccounts> {
  const right = new Set<SessionEntry>();
  const digests = new Map<SessionEntry, string>();
  const keys = keysOf(entries);
  for (const entry of entries) {
    if (entry.type === 'account.stated' && keys[entry.side].has(entry.signingKey)) {
      const { signingKey, text, signature } = entry;
      if (await verify(signingKey, signedMessage(text), signature)) right.add(entry);
    }
    if (isDigested(entry)) digests.set(entry, await hash(digestInputOf(entry)));
  }
  return accountsOf(
    entries,
    (entry) => right.has(entry),
    (entry) => digests.get(entry) ?? '',
  );
}

/** The same for whoever computes at once: `isRight` of statements by a known key, `digestOf` of what they name. */
export function accountsOf(
  entries: readonly SessionEntry[],
  isRight: (entry: EntryOf<'account.stated'>) => boolean,
  digestOf: (entry: Digested) => string,
): ReadAccounts {
  const keys = keysOf(entries);
  const findings: Record<Side, Finding[]> = { technician: [], customer: [] };
  const stated: Stated[] = [];
  const said = new Set<string>();
  for (const entry of entries) {
    if (entry.type === 'statement.refused')
      findings[entry.side].push({ about: 'refused', entryId: entry.id });
    if (entry.type !== 'account.stated') continue;
    const read = readStated(entry, keys, isRight);
    if (typeof read === 'string') findings[entry.side].push({ about: read, entryId: entry.id });
    // Said again to the letter it says nothing new, nor brings anything about again.
    else if (!said.has(wordsOf(entry))) {
      said.add(wordsOf(entry));
      stated.push(read);
    }
  }
  for (const entry of entries)
    if (entry.type === 'file.name-stated' && !isNameOf(entry, stated, digestOf(entry)))
      findings[entry.side].push({ about: 'other-name', entryId: entry.id });
  findings.customer.push(...wrongPeople(entries, digestOf), ...wrongPassings(entries));

  const over = entries.some(({ type }) => type === 'session.ended');
  const handedOver = new Set(
    entries.map((entry) => (entry.type === 'agent.handed-over' ? entry.from.signingKey : undefined)),
  );
  const turns = consoleTurns(entries);
  if (keys.customer.size > 0)
    for (const entry of entries)
      if (entry.type === 'session.joined' && entry.signingKey === undefined)
        findings.customer.push({ about: 'unsigned-agent', entryId: entry.id });
  for (const side of Side.options) {
    const theirs = stated.filter(({ statement }) => statement.side === side);
    for (const key of keys[side]) {
      const account = theirs.filter(({ entry }) => entry.signingKey === key);
      const ofAgent = handedOver.has(key) ? 'agent.handed-over' : over ? 'session.ended' : undefined;
      const closing = side === 'technician' ? turns.closing(key, over) : ofAgent;
      findings[side] = [...findings[side], ...findingsInAccount(account, closing)];
    }
    if (keys[side].size > 0)
      findings[side] = [
        ...findings[side],
        ...findingsAgainstRecord(side, entries, stated, isWhole(findings[side]) && over),
      ];
  }
  const admitted = entries.some(({ type }) => type === 'session.admitted');
  const joined = entries.some(({ type }) => type === 'session.joined');
  const count = (side: Side) => stated.filter(({ statement }) => statement.side === side).length;
  const report = (side: Side, tookPart: boolean) =>
    tookPart || keys[side].size > 0 || findings[side].length > 0
      ? { [side]: reportOf(findings[side], keys[side].size > 0, count(side)) }
      : {};
  const reports = { ...report('technician', admitted), ...report('customer', joined) };
  return { reports, keys, stated };
}

const wordsOf = ({ signingKey, text }: EntryOf<'account.stated'>): string => `${signingKey} ${text}`;

/** The keys that the broker wrote down for each side, before their first statement. */
function keysOf(entries: readonly SessionEntry[]): Record<Side, Set<string>> {
  const keys = { technician: new Set<string>(), customer: new Set<string>() };
  const first = joinOf(entries)?.signingKey;
  if (first !== undefined) keys.customer.add(first);
  for (const entry of entries) {
    // An agent has one key, and it came with the code, or with the ticket of a hand-over.
    if (entry.type === 'agent.handed-over') keys.customer.add(entry.signingKey);
    if (entry.type === 'account.began' && entry.side === 'technician') keys.technician.add(entry.signingKey);
  }
  return keys;
}

function readStated(
  entry: EntryOf<'account.stated'>,
  keys: Record<Side, ReadonlySet<string>>,
  isRight: (entry: EntryOf<'account.stated'>) => boolean,
): Stated | FindingAbout {
  const { text, side, signingKey, sessionId } = entry;
  if (!keys[side].has(signingKey)) return 'unknown-key';
  if (!isRight(entry)) return 'wrong-signature';
  const statement = readStatement(text);
  if (statement?.session !== sessionId || statement.side !== side) return 'not-a-statement';
  return { entry, statement };
}

const isNameOf = (
  { fileId, side }: EntryOf<'file.name-stated'>,
  stated: readonly Stated[],
  digest: string,
): boolean =>
  stated.some(
    ({ statement: { says, side: by } }) =>
      by === side && says.type === 'file.finished' && says.fileId === fileId && says.nameSha256 === digest,
  );

/** One key's statements by themselves: numbered without a gap, and closed by one that counts them where they have to be. */
function findingsInAccount(
  account: readonly Stated[],
  closedBy: 'session.ended' | 'session.passed' | 'agent.handed-over' | undefined,
): Finding[] {
  const findings: Finding[] = [];
  const byNumber = new Map<number, Stated>();
  for (const stated of account) {
    const { number } = stated.statement;
    if (byNumber.has(number)) findings.push({ about: 'said-twice', entryId: stated.entry.id });
    byNumber.set(number, stated);
  }
  if (closedBy === undefined) return findings;
  // A session may have more statements than a call takes arguments.
  const last = [...byNumber.keys()].reduce((most, number) => Math.max(most, number), 0);
  if (byNumber.size < last) findings.push({ about: 'gap' });
  const closing = byNumber.get(last)?.statement.says;
  if (closing?.type !== closedBy || closing.statements !== last) findings.push({ about: 'not-closed' });
  const stopped = new Set(
    account.flatMap(({ statement: { says } }) => (says.type === 'tool.stopped' ? [says.laneId] : [])),
  );
  for (const { entry, statement } of account) {
    const { says } = statement;
    if (says.type === 'tool.started' && !stopped.has(says.laneId))
      findings.push({ about: 'left-open', entryId: entry.id, tool: says.tool });
  }
  return findings;
}

const isWhole = (findings: readonly Finding[]): boolean =>
  !findings.some(({ about }) => about === 'gap' || about === 'not-closed');

function reportOf(findings: readonly Finding[], hasKey: boolean, statements: number): AccountReport {
  const state = findings.some(({ about }) => isDisagreement(about))
    ? 'disagrees'
    : !hasKey
      ? 'unsigned'
      : findings.length > 0
        ? 'incomplete'
        : 'signed';
  // Whoever writes many of what bad luck explains hides nothing behind them.
  const [grave, others] = [true, false].map((wanted) =>
    findings.filter(({ about }) => isDisagreement(about) === wanted),
  ) as [Finding[], Finding[]];
  return { state, statements, findings: [...grave, ...others].slice(0, MAX_FINDINGS) };
}
