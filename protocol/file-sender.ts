import type { FileReason } from './file-reason.ts';
import {
  cancelFrame,
  DATA_OFFSET,
  dataFrame,
  endFrame,
  FILE_WINDOW_BYTES,
  MAX_FRAME_DATA_BYTES,
} from './file-transfer.ts';

/** One end of a file lane as a transfer sees it. */
export interface FileLane {
  /** Dropped when the lane is closed. The frame is the caller's again when this returns. */
  send(frame: Uint8Array<ArrayBuffer>): void;
  /** Resolves when the lane takes more without piling it up; also when it closed. */
  room(): Promise<void>;
}

/** Where a file's bytes come from. Its sender closes it. */
export interface FileSource {
  readonly size: number;
  /** Fills `into` from `offset` on. Throws a FileProblem when that cannot be. */
  read(offset: number, into: Uint8Array): Promise<void>;
  /** The receiver has everything before `offset`: it will never be read again. */
  release(offset: number): void;
  /** Throws a FileProblem when the file is no longer the one that was offered. */
  verify(): Promise<void>;
  /** Never throws. */
  close(): Promise<void>;
}

/** SHA-256 as the bytes come. A promise from `update` resolves when more may come. */
export interface RunningHash {
  update(bytes: Uint8Array): void | Promise<void>;
  /** In hexadecimal; the end of it. */
  digest(): string | Promise<string>;
  /** Ends it without an answer; harmless after `digest`. */
  close(): void;
}

/** What stands in the way of one file, in words for people. The other files of the lane go on. */
export class FileProblem extends Error {
  override readonly name = 'FileProblem';
  constructor(
    readonly reason: FileReason,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

export interface SenderEvents {
  /** Bytes that the receiver has written. */
  progressed?(receivedBytes: number): void;
  /** The receiver has every byte and knows the hash: whether it keeps the file, it says over signalling. */
  sent(sha256: string): void;
  /** Given up, here or there. Nothing follows. */
  failed(problem: FileProblem): void;
}

/**
 * Sends one file over one lane at a time. It begins where the receiver's first acknowledgement on the lane says, and
 * keeps at most a window of unacknowledged bytes on its way.
 */
export class FileSender {
  readonly fileId: string;
  /** Resolves when nothing more will be sent, for whatever reason. */
  readonly over: Promise<void>;
  readonly #source: FileSource;
  readonly #hash: RunningHash;
  readonly #events: SenderEvents;
  readonly #windowBytes: number;
  #lane: FileLane | undefined;
  /** Told apart by identity: a run that is no longer this one stops at its next step. */
  #run: object | undefined;
  #next = 0;
  #acknowledged = 0;
  #furthest = 0;
  #hashed = 0;
  #digest: string | undefined;
  #over = false;
  #wake: () => void = () => {};
  #resolveOver: () => void = () => {};

  /** `windowBytes`: at most FILE_WINDOW_BYTES, which receivers insist on. */
  constructor(
    fileId: string,
    source: FileSource,
    hash: RunningHash,
    events: SenderEvents,
    windowBytes = FILE_WINDOW_BYTES,
  ) {
    this.fileId = fileId;
    this.#source = source;
    this.#hash = hash;
    this.#events = events;
    this.#windowBytes = windowBytes;
    this.over = new Promise((resolve) => {
      this.#resolveOver = resolve;
    });
  }

  /** Uses this lane from now on. Nothing is sent before the receiver says where to begin. */
  attach(lane: FileLane): void {
    this.detach();
    this.#lane = lane;
  }

  /** The lane is gone; another may come. */
  detach(): void {
    this.#lane = undefined;
    this.#run = undefined;
    this.#wake();
  }

  acknowledge(receivedBytes: number): void {
    if (this.#over || !this.#lane) return;
    const most = this.#run ? this.#furthest : this.#source.size;
    if (receivedBytes < this.#acknowledged || receivedBytes > most)
      this.#fail(new FileProblem('out-of-order', 'The other side acknowledged what was not sent.'), true);
    else if (this.#run) this.#accepted(receivedBytes);
    else this.#begin(receivedBytes, this.#lane);
  }

  /** The receiver said over signalling that it has the file: its last acknowledgement may have been lost. */
  confirmed(): void {
    // Without the hash it was never told the end, and cannot have it.
    if (this.#digest === undefined) return;
    this.#acknowledged = this.#source.size;
    this.#finishWhenDone();
  }

  /** Stops for good and tells the other end. */
  cancel(reason: FileReason = 'cancelled-by-person'): void {
    this.#fail(new FileProblem(reason, 'Cancelled.'), true);
  }

  /** The other end gave up. */
  cancelledByOther(reason: FileReason): void {
    this.#fail(new FileProblem(reason, describeCancel(reason)), false);
  }

  #begin(from: number, lane: FileLane): void {
    const run = {};
    this.#run = run;
    this.#next = from;
    this.#furthest = Math.max(this.#furthest, from);
    this.#acknowledged = from;
    this.#events.progressed?.(from);
    this.#pump(run, lane).catch((error: unknown) => {
      if (this.#run === run) this.#fail(asProblem(error, 'unreadable'), true);
    });
  }

  #accepted(receivedBytes: number): void {
    this.#acknowledged = receivedBytes;
    this.#source.release(receivedBytes);
    this.#events.progressed?.(receivedBytes);
    this.#wake();
    this.#finishWhenDone();
  }

  async #pump(run: object, lane: FileLane): Promise<void> {
    const { size } = this.#source;
    await this.#hashUpTo(this.#next, run);
    if (this.#run !== run) return;
    this.#source.release(this.#acknowledged);
    let frame: Uint8Array<ArrayBuffer> | undefined;
    while (this.#run === run && this.#next < size) {
      const offset = this.#next;
      const length = Math.min(MAX_FRAME_DATA_BYTES, size - offset);
      if (offset + length - this.#acknowledged > this.#windowBytes) {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
        continue;
      }
      await lane.room();
      if (this.#run !== run) return;
      frame = dataFrame(this.fileId, offset, length, frame);
      const bytes = frame.subarray(DATA_OFFSET);
      await this.#source.read(offset, bytes);
      if (this.#run !== run) return;
      await this.#hashNew(offset, bytes);
      if (this.#run !== run) return;
      this.#next = offset + length;
      this.#furthest = Math.max(this.#furthest, this.#next);
      lane.send(frame);
    }
    if (this.#run !== run) return;
    await this.#source.verify();
    const digest = this.#digest ?? (await this.#hash.digest());
    this.#digest = digest;
    if (this.#run !== run) return;
    lane.send(endFrame(this.fileId, size, digest));
    this.#finishWhenDone();
  }

  /** A sender that was made anew for a file of which the receiver has a part has not hashed that part yet. */
  async #hashUpTo(end: number, run: object): Promise<void> {
    const buffer = new Uint8Array(MAX_FRAME_DATA_BYTES);
    while (this.#hashed < end && this.#run === run) {
      const bytes = buffer.slice(0, Math.min(buffer.length, end - this.#hashed));
      await this.#source.read(this.#hashed, bytes);
      if (this.#run === run) await this.#hashNew(this.#hashed, bytes);
    }
  }

  /** What is sent a second time after a broken network is hashed only once. */
  async #hashNew(offset: number, bytes: Uint8Array): Promise<void> {
    const fresh = bytes.subarray(Math.max(0, this.#hashed - offset));
    if (fresh.length === 0) return;
    this.#hashed += fresh.length;
    await this.#hash.update(fresh);
  }

  #finishWhenDone(): void {
    if (this.#over || this.#digest === undefined || this.#acknowledged < this.#source.size) return;
    const digest = this.#digest;
    this.#end();
    this.#events.sent(digest);
  }

  #fail(problem: FileProblem, tell: boolean): void {
    if (this.#over) return;
    if (tell) this.#lane?.send(cancelFrame(this.fileId, problem.reason));
    this.#end();
    this.#events.failed(problem);
  }

  #end(): void {
    this.#over = true;
    this.detach();
    this.#hash.close();
    void this.#source.close().finally(this.#resolveOver);
  }
}

export function asProblem(error: unknown, reason: FileReason): FileProblem {
  if (error instanceof FileProblem) return error;
  return new FileProblem(reason, error instanceof Error ? error.message : String(error), { cause: error });
}

/** The other end's reason, as a sentence for this end's reader. */
export function describeCancel(reason: FileReason): string {
  return {
    failed: 'The other side could not go on.',
    'cancelled-by-person': 'Cancelled by the other side.',
    'changed-while-sending': 'The file changed while it was sent.',
    unreadable: 'The file could not be read.',
    'no-space': 'There is no room for it at the other side.',
    'wrong-hash': 'The file arrived damaged.',
    'out-of-order': 'The other side sent something out of order.',
    'not-found': 'There is no such file at the other side.',
    'is-a-folder': 'It is a folder.',
    'tool-withdrawn': 'The tool was taken back.',
    'connection-lost': 'The connection did not come back.',
    'session-over': 'The session is over.',
    'cancelled-by-other': 'Cancelled by the other side.',
    'cancelled-by-technician': 'Cancelled by the technician.',
    'cancelled-by-customer': 'Cancelled by the customer.',
    'loaded-anew': 'The page was loaded anew. The file has to be sent again.',
    'passed-on': 'The session was passed on.',
    'handed-over': 'The program took over.',
  }[reason];
}
