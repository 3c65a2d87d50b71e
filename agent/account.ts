import { setTimeout as pause } from 'node:timers/promises';
import type { FromAgent } from '../protocol/agent-messages.ts';
import type { ErrorCode } from '../protocol/errors.ts';
import { MAX_STATEMENTS_AT_ONCE, type SignedStatement } from '../protocol/proof/signed-statement.ts';
import type { Says } from '../protocol/proof/statement.ts';
import { BrokerRefusal, NoAnswer } from './connection/broker-connection.ts';
import type { Ending } from './session-ending.ts';
import type { SessionKey } from './session-key.ts';

/** What the customer decides: said to the broker together with its statement. */
export type Decision = Extract<
  FromAgent,
  { type: 'consent.answered' | 'consent.volunteered' | 'grant.revoke' }
>;

export interface AccountParts {
  readonly sessionId: string;
  /** Without one nothing is signed. */
  readonly key: SessionKey | undefined;
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
/** Refusals that pass. */
const PASSING: readonly ErrorCode[] = ['record.unavailable', 'tries.too-many', 'server.stopping'];

/**
 * This end's own account of the session: every line signed and numbered here, and told to the broker until it has it. Some
 * lines belong to a message and go with it; where that does not get through, they are told by themselves.
 */
export class Account {
  readonly #parts: AccountParts;
  readonly #untold = new Map<string, Line>();
  #number = 0;
  #isClosed = false;
  #telling: Promise<void> | undefined;

  constructor(parts: AccountParts) {
    this.#parts = parts;
  }

  /** Tells a decision with its statement. @throws BrokerRefusal, NoAnswer */
  async decide(message: Decision, says: Says): Promise<void> {
    const statement = this.ride(says);
    try {
      await this.#parts.send(statement ? { ...message, statement } : message);
    } catch (error) {
      if (statement) this.alight(statement, error);
      throw error;
    }
    if (statement) this.told(statement);
  }

  /** A line that its caller tells, and then calls `told` or `alight`. Nothing without a key. */
  ride(says: Says): SignedStatement | undefined {
    const line = this.#write(says);
    if (line) line.rides = true;
    return line?.signed;
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
    if (this.#write(says)) this.#tell();
  }

  /** The broker is back. */
  again(): void {
    this.#tell();
  }

  /** Says the last line and tells whatever is untold, while the broker is there. Never throws: nothing depends on it. */
  async close({ status, endedBy, endReason }: Ending): Promise<void> {
    const statements = this.#number + 1;
    this.#write({
      type: 'session.ended',
      status,
      ...(endedBy === undefined ? {} : { endedBy }),
      ...(endReason === undefined ? {} : { reason: endReason }),
      statements,
    });
    this.#isClosed = true;
    for (const line of this.#untold.values()) line.rides = false;
    const until = Date.now() + LAST_LINES_MS;
    while (this.#untold.size > 0 && Date.now() < until) {
      if (!(await this.#tellAll())) return;
      if (this.#untold.size > 0) await pause(ASK_AGAIN_MS);
    }
  }

  #write(says: Says): Line | undefined {
    const { key, sessionId: session } = this.#parts;
    if (!key || this.#isClosed) return undefined;
    this.#number += 1;
    const at = new Date().toISOString();
    const line = {
      signed: key.sign({ session, side: 'customer', number: this.#number, at, says }),
      rides: false,
    };
    this.#untold.set(line.signed.text, line);
    return line;
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
        if (!isWrong(error)) return error instanceof BrokerRefusal && PASSING.includes(error.code);
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
