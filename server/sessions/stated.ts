import {
  nameDigestInput,
  type SignedStatement,
  type StatedName,
} from '../../protocol/proof/signed-statement.ts';
import type { StatementFault } from '../../protocol/proof/statement.ts';
import { compare, deedOf } from '../../protocol/proof/statement-and-entry.ts';
import type { NewSessionEntry } from '../../protocol/record.ts';
import { sha256 } from '../records/node-signatures.ts';
import { Refusal } from '../refusal.ts';
import { type Line, type Signer, statedEntries, WrongStatement } from './accounts.ts';
import type { LiveSession } from './live-session.ts';
import { MAX_LAST_LINES } from './passings.ts';
import type { Session } from './session.ts';

/** What somebody asks for, with their signature on it if they have one. */
export interface Signed {
  readonly statement?: SignedStatement | undefined;
  readonly statedName?: StatedName | undefined;
}

type Decide = (session: Session, now: number) => NewSessionEntry[];

const FAULTS: Record<StatementFault, string> = {
  missing: 'This must be signed with the key that the agent joined with.',
  'no-key': 'No key is known to check this signature with.',
  form: 'What was signed is not a statement in its canonical form.',
  session: 'What was signed belongs to another session.',
  side: 'What was signed is what the other side says.',
  signature: 'The signature is not right.',
  number: 'A statement with this number, or a later one, was made before.',
  'says-other': 'What was signed is something else than what is asked for.',
};

/**
 * For what gives rights, or claims that something was done: only with a right signature of whoever has a key, and with
 * their statement in the same append. `isFresh`: no later statement may have been made, which could have taken it back.
 * @throws Refusal `statement.wrong`; then nothing happened.
 */
export async function widenStated(
  live: LiveSession,
  signer: Signer,
  signed: Signed,
  decide: Decide,
  { isFresh = false, holds }: { isFresh?: boolean; holds?: (() => void) | undefined } = {},
): Promise<void> {
  try {
    const line = lineOf(live, signer, signed, isFresh);
    const write = () =>
      live.widen((session, now) => {
        stillSpeaks(session, signer);
        const entries = decide(session, now);
        return [...said(session, signer, line, signed, entries), ...entries];
      }, holds);
    await live.accounts.record(line ? [line] : [], write);
  } catch (error) {
    if (error instanceof WrongStatement) await refuse(live, signer, error.fault);
    throw error;
  }
}

/**
 * For what ends something: it counts whatever is wrong with its signature, which is then written down beside it.
 * `write` is told what to append before the entries that it decides on.
 */
export async function markStated(
  live: LiveSession,
  signer: Signer,
  signed: Signed,
  write: (
    beside: (session: Session, entries: readonly NewSessionEntry[]) => NewSessionEntry[],
  ) => Promise<void>,
): Promise<void> {
  let line: Line | undefined;
  let fault: StatementFault | undefined;
  try {
    line = lineOf(live, signer, signed, false);
  } catch (error) {
    if (!(error instanceof WrongStatement)) throw error;
    fault = error.fault;
  }
  await live.accounts.record(line ? [line] : [], () =>
    write((session, entries) => {
      try {
        if (fault) throw new WrongStatement(fault);
        return said(session, signer, line, signed, entries);
      } catch (error) {
        if (!(error instanceof WrongStatement)) throw error;
        return refusal(live, signer, error.fault);
      }
    }),
  );
}

/** Lines of an account that bring nothing about. @throws Refusal `statement.wrong`; then the right ones are taken. */
export async function takeStatements(
  live: LiveSession,
  signer: Signer,
  statements: readonly SignedStatement[],
): Promise<void> {
  const lines: Line[] = [];
  let fault: StatementFault | undefined;
  for (const statement of statements) {
    try {
      const line = live.accounts.read(signer, statement);
      if (lines.some((other) => other.statement.number === line.statement.number))
        throw new WrongStatement('number');
      lines.push(line);
    } catch (error) {
      if (!(error instanceof WrongStatement)) throw error;
      fault = error.fault;
    }
  }
  await live.accounts.record(lines, () => live.widen((session) => toldEntries(session, signer, lines)));
  if (fault) await refuse(live, signer, fault);
}

/** The statement that belongs to a message, checked. @throws WrongStatement */
function lineOf(live: LiveSession, signer: Signer, signed: Signed, isFresh: boolean): Line | undefined {
  const { statement, statedName } = signed;
  if (!statement) {
    // A technician may have a browser that cannot sign beside one that can; a customer has one agent.
    if (signer.side === 'customer' && signer.signingKey !== undefined) throw new WrongStatement('missing');
    return undefined;
  }
  const line = live.accounts.read(signer, statement, isFresh);
  const { says } = line.statement;
  const digest = says.type === 'file.finished' ? says.nameSha256 : undefined;
  if (statedName && digest !== sha256(nameDigestInput(statedName))) throw new WrongStatement('says-other');
  return line;
}

/**
 * It may have waited for its turn while another agent took over, or the session was passed on.
 * @throws Refusal `sign-in.needed`, `session.passed-on`
 */
export function stillSpeaks(session: Session, { side, signingKey, userId }: Signer): void {
  if (side === 'customer' && session.signingKey !== signingKey)
    throw new Refusal('sign-in.needed', 'Another agent has taken over.');
  if (side === 'technician' && session.technician.userId !== userId) throw passedOn(session, { userId });
}

/** To one who had it: they passed it on themselves, to whoever had it next. */
export function passedOn(session: Session, user: { userId: string | undefined }): Refusal {
  const { earlier, technician } = session;
  const turn = earlier.findLastIndex((each) => each.technician.userId === user.userId);
  const next = earlier[turn + 1]?.technician ?? technician;
  const toWhom =
    turn < 0 ? `This is a session of ${next.name}.` : `You passed this session on to ${next.name}.`;
  return new Refusal('session.passed-on', toWhom);
}

/** Of one who passed it on: what they saw of it until then. They begin no account in somebody else's session. */
function toldEntries(session: Session, { side, userId }: Signer, lines: readonly Line[]): NewSessionEntry[] {
  if (side === 'customer' || session.technician.userId === userId) return statedEntries(session, lines);
  const turn = session.earlier.findLast(({ technician }) => technician.userId === userId);
  const entries = lines.flatMap((line) => (turn?.keys.includes(line.signingKey) ? line.entries : []));
  if (turn && turn.lastLines + entries.length > MAX_LAST_LINES)
    throw new Refusal('tries.too-many', 'Your account of this session is closed.');
  return entries;
}

/** What stands before `entries` in the record. @throws WrongStatement when the statement says other than they do. */
function said(
  session: Session,
  { side }: Signer,
  line: Line | undefined,
  { statedName }: Signed,
  entries: readonly NewSessionEntry[],
): NewSessionEntry[] {
  if (!line) return [];
  const { says } = line.statement;
  const deeds = entries.filter((entry) => deedOf(entry) === side && entry.type !== 'session.ended');
  if (!deeds.every((entry) => compare(says, entry, session.signingKey) === 'agrees')) {
    throw new WrongStatement('says-other');
  }
  const before = statedEntries(session, [line]);
  if (says.type !== 'file.finished' || !statedName || line.isKnown) return before;
  const { id: sessionId } = session;
  return [...before, { type: 'file.name-stated', sessionId, fileId: says.fileId, side, ...statedName }];
}

/** @throws Refusal `statement.wrong`, with a line about it in the record. */
async function refuse(live: LiveSession, signer: Signer, fault: StatementFault): Promise<never> {
  await live.widen(() => refusal(live, signer, fault));
  throw new Refusal('statement.wrong', FAULTS[fault]);
}

function refusal(live: LiveSession, signer: Signer, fault: StatementFault): NewSessionEntry[] {
  if (!live.accounts.mayRecordRefusal(signer)) return [];
  return [{ type: 'statement.refused', sessionId: live.session.id, side: signer.side, fault }];
}
