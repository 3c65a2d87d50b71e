import type { FileReason } from './file-reason.ts';
import { asProblem, describeCancel, type FileLane, FileProblem, type RunningHash } from './file-sender.ts';
import { ACK_EVERY_BYTES, ackFrame, cancelFrame, FILE_WINDOW_BYTES } from './file-transfer.ts';

/** Where a file's bytes go. */
export interface FileSink<Saved> {
  /** Writes at the end of what was written before; throws a FileProblem when that cannot be. */
  write(bytes: Uint8Array): Promise<void>;
  /** Every byte is there and the hash is right: makes the file a real one, durably. */
  keep(): Promise<Saved>;
  /** Removes what was written, also while a write is under way. */
  discard(): Promise<void>;
}

export interface ReceiverEvents<Saved> {
  progressed?(receivedBytes: number): void;
  completed(saved: Saved, sha256: string): void;
  /** Given up, here or there; what was written is removed. Nothing follows. */
  failed(problem: FileProblem, receivedBytes: number): void;
}

/**
 * Receives one file of a known size over one lane at a time. Bytes are written in order as they come; a new lane goes
 * on where the writing stands. What arrives is checked: order, size, window, hash.
 */
export class FileReceiver<Saved> {
  readonly fileId: string;
  /** Resolves when nothing more will be written, for whatever reason. */
  readonly over: Promise<void>;
  readonly #size: number;
  readonly #sink: FileSink<Saved>;
  readonly #hash: RunningHash;
  readonly #events: ReceiverEvents<Saved>;
  #lane: FileLane | undefined;
  /** The lane that takes over when the work is done. */
  #next: FileLane | undefined;
  /** Taken from the lane; written follows it. */
  #taken: number;
  #written: number;
  #acknowledged: number;
  #work: Promise<void> = Promise.resolve();
  #ended = false;
  /** From here on it is too late to cancel: the file is becoming a real one. */
  #keeping = false;
  #over = false;
  #resolveOver: () => void = () => {};

  /** `alreadyThere`: bytes that the sink holds and the hash knows from before. */
  constructor(
    fileId: string,
    size: number,
    sink: FileSink<Saved>,
    hash: RunningHash,
    events: ReceiverEvents<Saved>,
    alreadyThere = 0,
  ) {
    this.fileId = fileId;
    this.#size = size;
    this.#sink = sink;
    this.#hash = hash;
    this.#events = events;
    this.#taken = alreadyThere;
    this.#written = alreadyThere;
    this.#acknowledged = alreadyThere;
    this.over = new Promise((resolve) => {
      this.#resolveOver = resolve;
    });
  }

  get receivedBytes(): number {
    return this.#written;
  }

  /** Uses this lane as soon as everything taken over an earlier one is written, and tells the sender where to begin. */
  attach(lane: FileLane): void {
    this.#lane = undefined;
    this.#next = lane;
    this.#then(() => {
      if (this.#next !== lane) return;
      // Not before: an acknowledgement of an earlier piece would be taken for where to begin.
      this.#lane = lane;
      this.#taken = this.#written;
      this.#ended = false;
      this.#acknowledge();
    });
  }

  /** The lane is gone; another may come. */
  detach(): void {
    this.#lane = undefined;
    this.#next = undefined;
  }

  /** The bytes are not copied: they must stay as they are. */
  take(offset: number, bytes: Uint8Array): void {
    if (this.#over || this.#keeping || !this.#lane) return;
    const end = offset + bytes.length;
    const inOrder = offset === this.#taken && end <= this.#size && !this.#ended;
    const tooMuch = end - this.#acknowledged > FILE_WINDOW_BYTES;
    if (!inOrder || tooMuch) {
      this.#giveUp(outOfOrder(), true);
      return;
    }
    this.#taken = end;
    this.#then(async () => {
      await Promise.all([this.#sink.write(bytes), this.#hash.update(bytes)]);
      this.#written = end;
      this.#events.progressed?.(end);
      if (end - this.#acknowledged >= ACK_EVERY_BYTES || end === this.#size) this.#acknowledge();
    });
  }

  end(totalBytes: number, sha256: string): void {
    if (this.#over || this.#keeping || !this.#lane) return;
    if (totalBytes !== this.#size || this.#taken !== this.#size || this.#ended) {
      this.#giveUp(outOfOrder(), true);
      return;
    }
    this.#ended = true;
    this.#then(async () => {
      const digest = await this.#hash.digest();
      if (digest !== sha256) throw new FileProblem('wrong-hash', 'The file arrived damaged and was removed.');
      this.#keeping = true;
      const saved = await this.#sink.keep();
      this.#over = true;
      this.#events.completed(saved, digest);
      this.#resolveOver();
    });
  }

  /** Stops for good, tells the other end and removes what came. */
  cancel(reason: FileReason = 'cancelled-by-person'): void {
    if (!this.#keeping) this.#giveUp(new FileProblem(reason, 'Cancelled.'), true);
  }

  /** The other end gave up. */
  cancelledByOther(reason: FileReason): void {
    if (!this.#keeping) this.#giveUp(new FileProblem(reason, describeCancel(reason)), false);
  }

  #acknowledge(): void {
    this.#acknowledged = this.#written;
    this.#lane?.send(ackFrame(this.fileId, this.#written));
  }

  /** One thing after the other: writing, hashing and finishing never overlap. */
  #then(step: () => void | Promise<void>): void {
    this.#work = this.#work.then(async () => {
      if (this.#over) return;
      try {
        await step();
      } catch (error) {
        this.#giveUp(asProblem(error, 'failed'), true);
      }
    });
  }

  #giveUp(problem: FileProblem, tell: boolean): void {
    if (this.#over) return;
    this.#over = true;
    if (tell) (this.#lane ?? this.#next)?.send(cancelFrame(this.fileId, problem.reason));
    this.detach();
    this.#hash.close();
    const received = this.#written;
    // After the write that is under way: removing a file that is being written would bring it back on some systems.
    this.#work = this.#work
      .then(() => this.#sink.discard())
      .catch(() => {}) // what cannot be removed now cannot be removed better later
      .then(() => {
        this.#events.failed(problem, received);
        this.#resolveOver();
      });
  }
}

function outOfOrder(): FileProblem {
  return new FileProblem('out-of-order', 'The other side sent something out of order.');
}
