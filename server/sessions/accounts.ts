import type { SignedStatement } from '../../protocol/proof/signed-statement.ts';
import {
  readStatement,
  type Statement,
  type StatementFault,
  signedMessage,
} from '../../protocol/proof/statement.ts';
import type { NewSessionEntry, SessionEntry } from '../../protocol/record.ts';
import type { Side } from '../../protocol/session.ts';
import { isSignatureOf } from '../records/node-signatures.ts';
import { InDoubt } from '../records/recorder.ts';
import type { Session } from './session.ts';

/** Who says something, and the key that the broker knows them by. Without one they say it unsigned. */
export interface Signer {
  readonly side: Side;
  readonly signingKey: string | undefined;
  /** Of a technician: a session may be passed on to another one. */
  readonly userId?: string | undefined;
}

/** A statement with its signature right, from the end that it says it is from. */
export interface Line {
  readonly statement: Statement;
  readonly signingKey: string;
  readonly signature: string;
  /** It was said before, to the letter. */
  readonly isKnown: boolean;
  /** None for a known one. */
  readonly entries: readonly NewSessionEntry[];
}

/** A statement that is not what it claims to be. */
export class WrongStatement extends Error {
  override readonly name = 'WrongStatement';
  constructor(readonly fault: StatementFault) {
    super(fault);
  }
}

interface Heard {
  readonly signature: string;
  /** Settles when it is in the record, or is not going to be: on a disk that hangs, when that comes back. */
  readonly writing: Promise<unknown>;
  /** Settles when the record has answered, or has been given up: rejected while nobody knows, and fulfilled once it is there. */
  answered: Promise<unknown>;
}

const THERE: Promise<unknown> = Promise.resolve();

/** Refused statements of the customer's side, or of one technician, that are written down; who sends more has told enough. */
const MAX_REFUSALS_RECORDED = 20;

/** What the two ends of one session have signed so far: each number once for each key. */
export class Accounts {
  readonly #sessionId: string;
  readonly #heard = new Map<string, Map<number, Heard>>();
  readonly #refused = new Map<string, number>();

  /** `entries`: of the session, when it is taken up again. */
  constructor(sessionId: string, entries: readonly SessionEntry[] = []) {
    this.#sessionId = sessionId;
    let userId: string | undefined;
    for (const entry of entries) {
      if (entry.type === 'session.created' || entry.type === 'session.passed')
        ({ userId } = entry.technician);
      if (entry.type === 'statement.refused') this.mayRecordRefusal({ side: entry.side, userId });
      const statement = entry.type === 'account.stated' ? readStatement(entry.text) : undefined;
      if (entry.type === 'account.stated' && statement)
        this.#of(entry.signingKey).set(statement.number, {
          signature: entry.signature,
          writing: THERE,
          answered: THERE,
        });
    }
  }

  /**
   * Checks what an end sent. `isFresh`: it must come after all that was heard of this key, because it gives a right
   * that a later statement may have taken back. @throws WrongStatement
   */
  read({ side, signingKey }: Signer, { text, signature }: SignedStatement, isFresh = false): Line {
    if (signingKey === undefined) throw new WrongStatement('no-key');
    const statement = readStatement(text);
    if (!statement) throw new WrongStatement('form');
    if (statement.session !== this.#sessionId) throw new WrongStatement('session');
    if (statement.side !== side) throw new WrongStatement('side');
    const heard = this.#of(signingKey);
    const before = heard.get(statement.number);
    // Ed25519 signs the same text in the same way.
    const isKnown = before?.signature === signature;
    if (!isKnown && !isSignatureOf(signingKey, signedMessage(text), signature))
      throw new WrongStatement('signature');
    const isLate = isFresh && statement.number <= Math.max(0, ...heard.keys());
    if (isLate || (before && !isKnown)) throw new WrongStatement('number');
    const stated: NewSessionEntry = {
      type: 'account.stated',
      sessionId: this.#sessionId,
      side,
      signingKey,
      text,
      signature,
    };
    return {
      statement,
      signingKey,
      signature,
      isKnown,
      entries: isKnown ? [] : [stated],
    };
  }

  /**
   * Runs `write`, which puts these lines into the record. Their numbers are taken from now on, and free again once it is
   * known that they did not get there: who said them says them again. Resolves when the lines that were known are there, too.
   * @throws InDoubt also where nobody knows of one of those: nobody waits for a disk that hangs.
   */
  async record(lines: readonly Line[], write: () => Promise<void>): Promise<void> {
    const known = lines.flatMap((line) => (line.isKnown ? (this.#heardAs(line) ?? []) : []));
    const asked = write();
    const writing = asked.catch(whenItStands);
    const said = lines.filter(({ isKnown }) => !isKnown);
    for (const line of said) {
      const heard: Heard = { signature: line.signature, writing, answered: asked };
      this.#of(line.signingKey).set(line.statement.number, heard);
      writing.then(() => (heard.answered = THERE)).catch(() => {});
    }
    const free = () => {
      for (const line of said)
        if (this.#heardAs(line)?.writing === writing) this.#of(line.signingKey).delete(line.statement.number);
    };
    writing.catch(free);
    try {
      await asked;
    } catch (error) {
      if (!(error instanceof InDoubt)) free();
      throw error;
    }
    await Promise.all(known.map(({ answered }) => answered));
  }

  /** Whether one more refusal goes into the record. */
  mayRecordRefusal({ side, userId }: Pick<Signer, 'side' | 'userId'>): boolean {
    const who = side === 'customer' ? side : (userId ?? side);
    const refused = (this.#refused.get(who) ?? 0) + 1;
    this.#refused.set(who, refused);
    return refused <= MAX_REFUSALS_RECORDED;
  }

  #heardAs({ signingKey, statement }: Line): Heard | undefined {
    return this.#of(signingKey).get(statement.number);
  }

  #of(signingKey: string): Map<number, Heard> {
    const known = this.#heard.get(signingKey) ?? new Map<number, Heard>();
    this.#heard.set(signingKey, known);
    return known;
  }
}

/** Refused at once, and in the record or not once the disk is back. @throws what was thrown, when it is not there */
async function whenItStands(error: unknown): Promise<void> {
  if (!(error instanceof InDoubt) || (await error.fate) === undefined) throw error;
}

/** What is appended for these lines of one key, before whatever they bring about. */
export function statedEntries(session: Session, lines: readonly Line[]): NewSessionEntry[] {
  const entries = lines.flatMap((line) => line.entries);
  const [first] = lines;
  if (entries.length === 0 || first?.statement.side !== 'technician') return entries;
  const { signingKey } = first;
  // It belongs to a sign-in: that it speaks for this side stands in the session's own record, once.
  if (session.technicianKeys.includes(signingKey)) return entries;
  return [{ type: 'account.began', sessionId: session.id, side: 'technician', signingKey }, ...entries];
}
