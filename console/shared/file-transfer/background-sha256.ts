import type { RunningHash } from '../../../protocol/file-sender.ts';
import type { HashAnswer, HashOrder } from './sha256-messages.ts';

/** So much may wait for the worker; then the transfer waits too. */
const MAX_WAITING_BYTES = 4 * 1024 * 1024;

/** What a Worker is to us. */
export interface HashWorker {
  onmessage: ((event: MessageEvent<HashAnswer>) => void) | null;
  onerror: ((event: ErrorEvent) => void) | null;
  postMessage(order: HashOrder, transfer: Transferable[]): void;
  terminate(): void;
}

/**
 * SHA-256 on a thread of its own: WebCrypto cannot hash what comes in pieces, and in the page it would take the time
 * that the picture of the customer's screen needs. One thread for all files of the page.
 */
export class BackgroundHashing {
  readonly #worker: HashWorker;
  readonly #running = new Map<number, BackgroundSha256>();
  #nextId = 0;

  constructor(worker: HashWorker = startWorker()) {
    this.#worker = worker;
    worker.onmessage = ({ data }) => this.#running.get(data.id)?.answered(data);
    worker.onerror = (event) => {
      for (const hash of this.#running.values())
        hash.failed(new Error(`the hash cannot be computed: ${event.message}`));
    };
  }

  start(): RunningHash {
    const id = this.#nextId++;
    const hash = new BackgroundSha256(
      id,
      (order, transfer) => this.#worker.postMessage(order, transfer),
      () => this.#running.delete(id),
    );
    this.#running.set(id, hash);
    return hash;
  }

  close(): void {
    for (const hash of this.#running.values()) hash.failed(new Error('the page was closed'));
    this.#worker.terminate();
  }
}

function startWorker(): HashWorker {
  return new Worker(new URL('./sha256-worker.ts', import.meta.url), { type: 'module' });
}

class BackgroundSha256 implements RunningHash {
  readonly #id: number;
  readonly #order: (order: HashOrder, transfer: Transferable[]) => void;
  readonly #done: () => void;
  #waitingBytes = 0;
  #failure: Error | undefined;
  #resume: () => void = () => {};
  #digest: { resolve(hex: string): void; reject(error: Error): void } | undefined;

  constructor(id: number, order: (order: HashOrder, transfer: Transferable[]) => void, done: () => void) {
    this.#id = id;
    this.#order = order;
    this.#done = done;
  }

  async update(bytes: Uint8Array): Promise<void> {
    if (this.#failure) throw this.#failure;
    // A copy: the bytes themselves are on their way into a lane or a file.
    const copy = bytes.slice() as Uint8Array<ArrayBuffer>;
    this.#waitingBytes += copy.length;
    this.#order({ kind: 'update', id: this.#id, bytes: copy }, [copy.buffer]);
    while (this.#waitingBytes > MAX_WAITING_BYTES && !this.#failure)
      await new Promise<void>((resolve) => {
        this.#resume = resolve;
      });
    if (this.#failure) throw this.#failure;
  }

  digest(): Promise<string> {
    if (this.#failure) return Promise.reject(this.#failure);
    return new Promise((resolve, reject) => {
      this.#digest = { resolve, reject };
      this.#order({ kind: 'digest', id: this.#id }, []);
    });
  }

  close(): void {
    this.#order({ kind: 'close', id: this.#id }, []);
    this.failed(new Error('no longer wanted'));
  }

  answered(answer: HashAnswer): void {
    if (answer.kind === 'taken') {
      this.#waitingBytes -= answer.bytes;
      this.#resume();
      return;
    }
    this.#digest?.resolve(answer.hex);
    this.#done();
  }

  failed(error: Error): void {
    this.#failure ??= error;
    this.#resume();
    this.#digest?.reject(error);
    this.#done();
  }
}
