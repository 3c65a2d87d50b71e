import type { FromAgent } from '../agent-messages.ts';
import { MAX_STATEMENTS_AT_ONCE, type SignedStatement } from '../proof/signed-statement.ts';
import type { Says } from '../proof/statement.ts';
import { BrokerRefusal, NoAnswer, passes } from './broker-answer.ts';
import type { Ending } from './ending.ts';
import { pause } from './pause.ts';
import type { SessionKey } from './session-key.ts';

/** What the customer decides: said to the broker together with its statement. */
export type Decision = Extract<
  FromAgent,
  {
    type:
      | 'consent.answered'
      | 'consent.volunteered'
      | 'grant.revoke'
      | 'surface.shared'
      | 'hand-over.confirm'
      | 'watching.answered'
      | 'watching.stop'
      | 'passing.answered';
  }
>;

export interface AccountParts {
  readonly sessionId: string;
  /** Without one nothing is signed. */
  readonly key: SessionKey | undefined;
  /** Of an end that was loaded anew: it goes on counting. */
  readonly lastNumber?: number | undefined;
  /** Called with each number before it is used. */
  readonly keepNumber?: ((lastNumber: number) => void) | undefined;
  /** @throws BrokerRefusal, NoAnswer */
  send(message: FromAgent): Promise<unknown>;
}

interface Line {
  readonly signed: SignedStatement;
  /** It is part of a message that is on its way, or tried again. */
  rides: boolean;
}

/** A broker that cannot take the last lines now is asked again, and not for longer. */
const LAST_LINES_MS = 3_000;
const ASK_AGAIN_MS = 200;

/**
 * This end's own account of the session: every line signed and numbered here, and told to the broker until it has it. Some
 * lines belong to a message and go with it; where that does not get through, they are told by themselves.
 */
export class Account {
  readonly #parts: AccountParts;
  readonly #untold = new Map<string, Line>();
  #number = 0;
  #isClosed = false;
  #turn: Promise<Line | undefined> = Promise.resolve(undefined);
  #telling: Promise<void> | undefined;

  constructor(parts: AccountParts) {
    this.#parts = parts;
    this.#number = parts.lastNumber ?? 0;
  }

  /** Tells a decision with its statement. @throws BrokerRefusal, NoAnswer */
  async decide(message: Decision, says: Says): Promise<void> {
    const statement = await this.ride(says);
    try {
      await this.#parts.send(statement ? { ...message, statement } : message);
    } catch (error) {
      if (statement) this.alight(statement, error);
      throw error;
    }
    if (statement) this.told(statement);
  }

  /**
   * Says the last line together with `message`, after everything that is untold; `says` is told how many lines there are
   * with it. Nothing is said behind it, unless the broker does not take it. @throws BrokerRefusal, NoAnswer
   */
  async handOver(message: Decision, says: (statements: number) => Says): Promise<void> {
    await this.#turn;
    await this.#telling;
    if (!(await this.#tellAll())) throw new NoAnswer('not everything could be told');
    const decided = this.decide(message, says(this.#number + 1));
    this.#isClosed = true;
    try {
      await decided;
    } catch (error) {
      this.#isClosed = false;
      throw error;
    }
  }

  /** A line that its caller tells, and then calls `told` or `alight`. Nothing without a key. */
  async ride(says: Says): Promise<SignedStatement | undefined> {
    return (await this.#write(says, true))?.signed;
  }

  /** The broker has it. */
  told(statement: SignedStatement): void {
    this.#untold.delete(statement.text);
  }

  /** The message did not get through, or was not wanted: what it said was said all the same. */
  alight(statement: SignedStatement, why: unknown): void {
    const line = this.#untold.get(statement.text);
    if (line) line.rides = false;
    // What is no signature to the broker now will be none later.
    if (isWrong(why)) this.told(statement);
    else if (!(why instanceof NoAnswer)) this.#tell();
  }

  /** A line that belongs to no message. */
  say(says: Says): void {
    void this.#write(says).then((line) => line && this.#tell());
  }

  /** The broker is back. */
  again(): void {
    this.#tell();
  }

  /** Says the last line and tells whatever is untold, while the broker is there. Never throws: nothing depends on it. */
  async close({ status, endedBy, endReason }: Ending): Promise<void> {
    const statements = this.#number + 1;
    const last = this.#write({
      type: 'session.ended',
      status,
      ...(endedBy === undefined ? {} : { endedBy }),
      ...(endReason === undefined ? {} : { reason: endReason }),
      statements,
    });
    this.#isClosed = true;
    await last;
    for (const line of this.#untold.values()) line.rides = false;
    const until = Date.now() + LAST_LINES_MS;
    while (this.#untold.size > 0 && Date.now() < until) {
      if (!(await this.#tellAll())) return;
      if (this.#untold.size > 0) await pause(ASK_AGAIN_MS);
    }
  }

  /** Numbered at once and signed one after the other, so that their numbers are the order in which they are told. */
  #write(says: Says, rides = false): Promise<Line | undefined> {
    const { key, sessionId: session } = this.#parts;
    if (!key || this.#isClosed) return Promise.resolve(undefined);
    this.#number += 1;
    this.#parts.keepNumber?.(this.#number);
    const statement = {
      session,
      side: 'customer' as const,
      number: this.#number,
      at: new Date().toISOString(),
      says,
    };
    const written = this.#turn.then(async () => {
      const line = { signed: await key.sign(statement), rides };
      this.#untold.set(line.signed.text, line);
      return line;
    });
    // What cannot be signed is said unsigned: the gap in the numbers tells.
    this.#turn = written.catch(() => undefined);
    return this.#turn;
  }

  #tell(): void {
    this.#telling ??= this.#tellAll().then(() => {
      this.#telling = undefined;
    });
  }

  /** @returns false when there is no use in trying again soon. What it cannot take now is told with the next line. */
  async #tellAll(): Promise<boolean> {
    for (let lines = this.#waiting(); lines.length > 0; lines = this.#waiting()) {
      try {
        await this.#parts.send({ type: 'account.state', statements: lines });
      } catch (error) {
        if (!isWrong(error)) return passes(error);
      }
      for (const line of lines) this.told(line);
    }
    return true;
  }

  #waiting(): SignedStatement[] {
    return [...this.#untold.values()]
      .filter(({ rides }) => !rides)
      .slice(0, MAX_STATEMENTS_AT_ONCE)
      .map(({ signed }) => signed);
  }
}

const isWrong = (error: unknown): boolean =>
  error instanceof BrokerRefusal && error.code === 'statement.wrong';
