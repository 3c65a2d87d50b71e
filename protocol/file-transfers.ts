import { type FileReason, heardFromOther } from './file-reason.ts';
import type { FileReceiver } from './file-receiver.ts';
import type { FileLane, FileSender } from './file-sender.ts';
import { MalformedFrame, parseFileFrame } from './file-transfer.ts';

/** So many files flow at once, each with its own window; the others wait for their turn. */
const MAX_RECEIVING_AT_ONCE = 3;
const MAX_EARLY = 256;

/**
 * The files of one tool at one end, over whatever lane there is at the moment. A sender waits for its receiver, so the
 * receiving end decides how many flow. A broken lane ends nothing: the next one goes on.
 */
export class FileTransfers {
  readonly #sending = new Map<string, FileSender>();
  readonly #receiving = new Map<string, FileReceiver<unknown>>();
  readonly #flowing = new Set<FileReceiver<unknown>>();
  /**
   * Receivers that said over this lane where to begin, before this end heard over signalling that they accepted: two
   * paths, and either may be the faster one.
   */
  readonly #early = new Map<string, number>();
  #lane: FileLane | undefined;

  /** `true` when a file waits for a lane. */
  get waiting(): boolean {
    return this.#sending.size + this.#receiving.size > 0;
  }

  fileIds(): string[] {
    return [...this.#sending.keys(), ...this.#receiving.keys()];
  }

  /** The file flows as soon as there is a lane and its turn has come. */
  send(sender: FileSender): void {
    this.#sending.set(sender.fileId, sender);
    void sender.over.then(() => this.#sending.delete(sender.fileId));
    if (!this.#lane) return;
    sender.attach(this.#lane);
    const begin = this.#early.get(sender.fileId);
    this.#early.delete(sender.fileId);
    if (begin !== undefined) sender.acknowledge(begin);
  }

  receive<Saved>(receiver: FileReceiver<Saved>): void {
    const any = receiver as FileReceiver<unknown>;
    this.#receiving.set(receiver.fileId, any);
    void receiver.over.then(() => {
      this.#receiving.delete(receiver.fileId);
      this.#flowing.delete(any);
      this.#startNext();
    });
    this.#startNext();
  }

  sender(fileId: string): FileSender | undefined {
    return this.#sending.get(fileId);
  }

  receiver(fileId: string): FileReceiver<unknown> | undefined {
    return this.#receiving.get(fileId);
  }

  attach(lane: FileLane): void {
    if (this.#lane) this.detach(this.#lane);
    this.#lane = lane;
    for (const sender of this.#sending.values()) sender.attach(lane);
    this.#startNext();
  }

  /** That lane is gone. */
  detach(lane: FileLane): void {
    if (this.#lane !== lane) return;
    this.#lane = undefined;
    this.#early.clear();
    this.#flowing.clear();
    for (const sender of this.#sending.values()) sender.detach();
    for (const receiver of this.#receiving.values()) receiver.detach();
  }

  /**
   * Takes one message of a lane. What still arrives over a lane that another one replaced is dropped: its place in the
   * file no longer counts. Throws MalformedFrame: the lane is to be closed then.
   */
  take(lane: FileLane, message: Uint8Array): void {
    if (lane !== this.#lane) return;
    const frame = parseFileFrame(message);
    const sender = this.#sending.get(frame.fileId);
    const receiver = this.#receiving.get(frame.fileId);
    // A file that is over here, and of which the other end does not know it yet, has neither.
    switch (frame.kind) {
      case 'data':
        if (receiver && !this.#flowing.has(receiver))
          throw new MalformedFrame('this file is not to flow yet');
        receiver?.take(frame.offset, frame.bytes);
        break;
      case 'end':
        receiver?.end(frame.totalBytes, frame.sha256);
        break;
      case 'ack':
        if (sender) sender.acknowledge(frame.receivedBytes);
        else this.#keepEarly(frame.fileId, frame.receivedBytes);
        break;
      case 'cancel':
        sender?.cancelledByOther(heardFromOther(frame.reason));
        receiver?.cancelledByOther(heardFromOther(frame.reason));
    }
  }

  /** Ends every file at both ends. */
  cancelAll(reason: FileReason): void {
    for (const sender of [...this.#sending.values()]) sender.cancel(reason);
    for (const receiver of [...this.#receiving.values()]) receiver.cancel(reason);
  }

  #keepEarly(fileId: string, begin: number): void {
    this.#early.set(fileId, begin);
    // The oldest belongs to a file that is over here.
    if (this.#early.size > MAX_EARLY) this.#early.delete(this.#early.keys().next().value!);
  }

  #startNext(): void {
    if (!this.#lane) return;
    for (const receiver of this.#receiving.values()) {
      if (this.#flowing.size >= MAX_RECEIVING_AT_ONCE) return;
      if (this.#flowing.has(receiver)) continue;
      this.#flowing.add(receiver);
      receiver.attach(this.#lane);
    }
  }
}
