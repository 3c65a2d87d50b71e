import type { FromAgent } from '../../protocol/agent-messages.ts';
import { NoAnswer } from '../connection/broker-connection.ts';

export type FileMessage = Extract<FromAgent, { type: `file.${string}` }>;

interface Telling {
  readonly message: FileMessage;
  readonly told: () => void;
  readonly refused: (error: unknown) => void;
}

/** What the broker is to hear about each file. The last word about a file counts, and is said again until it was heard. */
export class FileOutbox {
  readonly #send: (message: FileMessage) => Promise<unknown>;
  readonly #untold = new Map<string, Telling>();

  constructor(send: (message: FileMessage) => Promise<unknown>) {
    this.#send = send;
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
    try {
      await this.#send(telling.message);
      telling.told();
    } catch (error) {
      if (error instanceof NoAnswer) return;
      telling.refused(error);
    }
    if (this.#untold.get(fileId) === telling) this.#untold.delete(fileId);
  }
}
