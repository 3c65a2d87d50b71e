import type { FromAgent } from '../../agent-messages.ts';
import type { FileOutcome, FileTool } from '../../file-messages.ts';
import type { FileReason } from '../../file-reason.ts';
import type { Account } from '../account.ts';
import { NoAnswer } from '../broker-answer.ts';
import { type Digests, saltedName } from '../session-key.ts';

export type FileMessage = Extract<FromAgent, { type: `file.${string}` }>;

/** How it went with a file at this end. */
export interface FinishedFile {
  readonly fileId: string;
  readonly tool: FileTool;
  /** As this end knows it; only its salted digest goes into the account. */
  readonly name: string;
  readonly outcome: FileOutcome;
  readonly bytes: number;
  readonly sha256?: string;
  readonly reason?: FileReason;
  readonly detail?: string;
}

interface Telling {
  readonly message: FileMessage;
  readonly told: () => void;
  readonly refused: (error: unknown) => void;
}

/** What the broker is to hear about each file. The last word about a file counts, and is said again until it was heard. */
export class FileOutbox {
  readonly #send: (message: FileMessage) => Promise<unknown>;
  readonly #account: Account;
  readonly #digests: Digests;
  readonly #untold = new Map<string, Telling>();

  constructor(send: (message: FileMessage) => Promise<unknown>, account: Account, digests: Digests) {
    this.#send = send;
    this.#account = account;
    this.#digests = digests;
  }

  /** Tells how a file ended, with this end's word on it. */
  async finished({ tool, name, detail, reason, ...finished }: FinishedFile): Promise<void> {
    const { statedName, nameSha256 } = saltedName(name, this.#digests);
    const statement = await this.#account.ride({ type: 'file.finished', tool, ...finished, nameSha256 });
    return this.tell({
      type: 'file.finished',
      ...finished,
      ...(reason === undefined ? {} : { reason }),
      ...(detail === undefined ? {} : { detail }),
      ...(statement && { statement, statedName }),
    });
  }

  /** Resolves when the broker took it, also after a reconnection; rejects with its refusal. Later words about the same file replace it silently. */
  tell(message: FileMessage): Promise<void> {
    return new Promise((told, refused) => {
      const telling = { message, told, refused };
      this.#untold.set(message.fileId, telling);
      void this.#try(telling);
    });
  }

  /** The broker is back. */
  again(): void {
    for (const telling of this.#untold.values()) void this.#try(telling);
  }

  async #try(telling: Telling): Promise<void> {
    const { fileId } = telling.message;
    const statement = 'statement' in telling.message ? telling.message.statement : undefined;
    try {
      await this.#send(telling.message);
      if (statement) this.#account.told(statement);
      telling.told();
    } catch (error) {
      if (error instanceof NoAnswer) return;
      if (statement) this.#account.alight(statement, error);
      telling.refused(error);
    }
    if (this.#untold.get(fileId) === telling) this.#untold.delete(fileId);
  }
}
