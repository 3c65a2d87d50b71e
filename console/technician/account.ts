import type { LeftLane } from '../../protocol/customer-end/kept-end.ts';
import type { FileFinished, FileTool } from '../../protocol/file-messages.ts';
import { safeFileName } from '../../protocol/file-name.ts';
import { toHex } from '../../protocol/proof/hex.ts';
import {
  MAX_STATEMENTS_AT_ONCE,
  nameDigestInput,
  type SignedStatement,
} from '../../protocol/proof/signed-statement.ts';
import {
  type Says,
  signedMessage,
  statementText,
  type UnsignedReason,
} from '../../protocol/proof/statement.ts';
import type { ConsoleSessionState } from '../../protocol/session-state.ts';
import { asProblem } from '../shared/api.ts';
import type { BrowserKey } from '../shared/browser-key.ts';
import type { LaneChannel } from '../shared/lane-channel.ts';

export interface AccountParts {
  readonly sessionId: string;
  /** The key of this sign-in, or why there is none: then nothing is signed, and the admission says so. */
  readonly key: BrowserKey | UnsignedReason;
  /** Tells lines that belong to no other message; rejects with a Problem. */
  tell(statements: SignedStatement[]): Promise<unknown>;
  /** Lanes that closed with this page before it was loaded anew: nobody could say then that they did. */
  readonly left: readonly LeftLane[];
}

interface Line {
  readonly signed: SignedStatement;
  /** It is part of a message that is on its way, or about to be. */
  rides: boolean;
}

/** This end's own account of one session: signed here, line by line, and told to the broker until it has it. */
export class SessionAccount {
  readonly #parts: AccountParts;
  readonly #untold = new Set<Line>();
  /** Lanes of this window that are open. */
  readonly #open = new Set<LaneChannel>();
  /** Its last line, once there is one to say; told how many lines there are with it. */
  #last: ((statements: number) => Says) | undefined;
  #hasGoneOn = false;
  /** One line after the other, so that their numbers are their order. */
  #turn: Promise<unknown> = Promise.resolve();
  #telling: Promise<void> | undefined;

  constructor(parts: AccountParts) {
    this.#parts = parts;
    for (const lane of parts.left) this.#say({ type: 'tool.stopped', ...lane });
  }

  /** What closes with this page. */
  openLanes(): LeftLane[] {
    return [...this.#open].map(stoppedLane);
  }

  /** Sends `message` with its statement, or without one where this browser cannot sign. */
  async admit(
    customerKey: string | undefined,
    send: (signature: { statement?: SignedStatement; unsigned?: UnsignedReason }) => Promise<unknown>,
  ): Promise<void> {
    const line = await this.#write({
      type: 'computer.admitted',
      ...(customerKey === undefined ? {} : { signingKey: customerKey }),
    });
    const { key } = this.#parts;
    if (line) await this.#ride(line, () => send({ statement: line.signed }));
    else await send({ unsigned: typeof key === 'string' ? key : 'other' });
  }

  /** Sends what became of a file, with this end's word on it. `file`: as this end knows it. */
  async finish(
    message: FileFinished,
    file: { tool: FileTool; name?: string | undefined } | undefined,
    send: (message: FileFinished) => Promise<unknown>,
  ): Promise<void> {
    if (!file || typeof this.#parts.key === 'string') {
      await send(message);
      return;
    }
    const { fileId, outcome, bytes, sha256 } = message;
    const name = file.name === undefined ? undefined : await saltedName(file.name);
    const line = await this.#write({
      type: 'file.finished',
      fileId,
      tool: file.tool,
      outcome,
      bytes,
      ...(sha256 === undefined ? {} : { sha256 }),
      ...(name && { nameSha256: name.nameSha256 }),
    });
    if (!line) await send(message);
    else {
      const statedName = name && { statedName: name.statedName };
      await this.#ride(line, () => send({ ...message, statement: line.signed, ...statedName }));
    }
  }

  /** Says when this lane opens and closes. Its other handlers are set already. */
  follow(lane: LaneChannel): void {
    const { onOpen, onClose, tool, laneId } = lane;
    lane.onOpen = () => {
      this.#open.add(lane);
      this.#say({ type: 'tool.started', tool, laneId });
      onOpen();
    };
    lane.onClose = (code) => {
      onClose(code);
      if (!this.#open.delete(lane)) return;
      this.#say({ type: 'tool.stopped', ...stoppedLane(lane) });
    };
  }

  /** It is over: once nothing is open here any more, the account is closed. */
  ended({ status, endedBy, endReason }: ConsoleSessionState): void {
    this.#last = (statements) => ({
      type: 'session.ended',
      status,
      ...(endedBy === undefined ? {} : { endedBy }),
      ...(endReason === undefined ? {} : { reason: endReason }),
      statements,
    });
    this.#close();
  }

  /** It is somebody else's: the same, for as long as it is. */
  passed(passingId: string): void {
    this.#last = (statements) => ({ type: 'session.passed', passingId, statements });
    this.#hasGoneOn = false;
    this.#close();
  }

  /** Of a session that was passed on to this technician: which computer they go on with. */
  goOn(customerKey: string | undefined): void {
    if (this.#hasGoneOn) return;
    this.#hasGoneOn = true;
    this.#last = undefined;
    this.#say({
      type: 'computer.admitted',
      ...(customerKey === undefined ? {} : { signingKey: customerKey }),
    });
  }

  /** The broker is back. */
  again(): void {
    this.#tell();
  }

  #say(says: Says): void {
    void this.#write(says).then((line) => {
      this.#alone(line);
      // A line after the last one needs a new last one.
      this.#close();
    });
  }

  #close(): void {
    if (!this.#last || this.#open.size > 0) return;
    void this.#write(this.#last).then((line) => this.#alone(line));
  }

  /** @returns nothing where this browser cannot sign, or has nothing to close. */
  #write(says: Says | ((number: number) => Says)): Promise<Line | undefined> {
    const { key, sessionId } = this.#parts;
    if (typeof key === 'string') return Promise.resolve(undefined);
    const written = this.#turn.then(async () => {
      const number = await key.nextNumber(sessionId, typeof says === 'function');
      if (number === undefined) return undefined;
      const text = statementText({
        session: sessionId,
        side: 'technician',
        number,
        at: new Date().toISOString(),
        says: typeof says === 'function' ? says(number) : says,
      });
      const line = { signed: { text, signature: await key.sign(signedMessage(text)) }, rides: true };
      this.#untold.add(line);
      return line;
    });
    // A browser that cannot sign any more (its storage was cleared) goes on unsigned: the gap tells.
    this.#turn = written.catch(() => {});
    return written.catch(() => undefined);
  }

  async #ride(line: Line, send: () => Promise<unknown>): Promise<void> {
    try {
      await send();
      this.#untold.delete(line);
    } catch (error) {
      this.#refused([line], error);
      throw error;
    } finally {
      this.#alone(line);
      this.#close();
    }
  }

  #alone(line: Line | undefined): void {
    if (!line) return;
    line.rides = false;
    this.#tell();
  }

  #tell(): void {
    this.#telling ??= this.#tellAll().then(() => {
      this.#telling = undefined;
    });
  }

  /** What the broker cannot take now is told with the next line, or when it is back. */
  async #tellAll(): Promise<void> {
    for (let lines = this.#waiting(); lines.length > 0; lines = this.#waiting()) {
      try {
        await this.#parts.tell(lines.map(({ signed }) => signed));
      } catch (error) {
        if (!this.#refused(lines, error)) return;
      }
      for (const line of lines) this.#untold.delete(line);
    }
  }

  /** What is no signature to the broker now will be none later. */
  #refused(lines: readonly Line[], error: unknown): boolean {
    if (asProblem(error).code !== 'statement.wrong') return false;
    for (const line of lines) this.#untold.delete(line);
    return true;
  }

  #waiting(): Line[] {
    return [...this.#untold].filter(({ rides }) => !rides).slice(0, MAX_STATEMENTS_AT_ONCE);
  }
}

const stoppedLane = ({ tool, laneId, bytesSent: sent, bytesReceived: received }: LaneChannel): LeftLane => ({
  tool,
  laneId,
  sent,
  received,
});

async function saltedName(hostile: string) {
  const salt = btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(16))));
  const statedName = { salt, name: safeFileName(hostile).name };
  const digest = await crypto.subtle.digest(
    'SHA-256',
    nameDigestInput(statedName) as Uint8Array<ArrayBuffer>,
  );
  const nameSha256 = toHex(new Uint8Array(digest));
  return { statedName, nameSha256 };
}
