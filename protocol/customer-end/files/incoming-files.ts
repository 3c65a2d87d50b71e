import type { FileState } from '../../file-messages.ts';
import { safeFileName } from '../../file-name.ts';
import { type FileReason, outcomeBecause } from '../../file-reason.ts';
import { FileReceiver } from '../../file-receiver.ts';
import { asProblem, type FileProblem } from '../../file-sender.ts';
import { FileTransfers } from '../../file-transfers.ts';
import type { FileOutbox, FinishedFile } from './file-outbox.ts';
import type { FilePlaces, SavedFile } from './file-places.ts';
import type { TransferProgress } from './transfer-progress.ts';

/** What the customer said yes to: name and size as they were shown, whatever the broker says later. */
interface Accepted {
  readonly name: string;
  readonly size: number;
  started: boolean;
  cancelled: boolean;
}

/** Files that the technician sends: offered, decided by the customer, received. */
export class IncomingFiles {
  readonly transfers = new FileTransfers();
  readonly #places: FilePlaces<never>;
  readonly #outbox: FileOutbox;
  readonly #progress: TransferProgress;
  readonly #accepted = new Map<string, Accepted>();
  readonly #refused = new Set<string>();
  /** Files that are being written, or removed again. */
  readonly #writing = new Set<Promise<void>>();

  constructor(places: FilePlaces<never>, outbox: FileOutbox, progress: TransferProgress) {
    this.#places = places;
    this.#outbox = outbox;
    this.#progress = progress;
  }

  decided(fileId: string): boolean {
    return this.#accepted.has(fileId) || this.#refused.has(fileId);
  }

  async accept({ fileId, name = '', size = 0 }: FileState): Promise<void> {
    if (this.decided(fileId)) return;
    this.#accepted.set(fileId, { name: safeFileName(name).name, size, started: false, cancelled: false });
    await this.#outbox.tell({ type: 'file.accept', fileId });
  }

  async refuse(fileId: string, detail?: string): Promise<void> {
    if (this.decided(fileId)) return;
    this.#refused.add(fileId);
    await this.#outbox.tell({ type: 'file.refuse', fileId, ...(detail === undefined ? {} : { detail }) });
  }

  /** Goes along with where the broker says this file stands. */
  follow({ fileId, standing, reason }: FileState): void {
    const accepted = this.#accepted.get(fileId);
    if (standing === 'accepted' && accepted && !accepted.started) {
      accepted.started = true;
      const work = this.#receive(fileId, accepted).finally(() => this.#writing.delete(work));
      this.#writing.add(work);
    }
    if (standing === 'cancelled' || standing === 'failed' || standing === 'refused')
      this.cancel(fileId, reason);
  }

  /** This end had it before it was loaded anew, and does not know any more where it was to go. */
  leftBehind({ fileId, standing }: FileState): boolean {
    return standing === 'accepted' && !this.#accepted.has(fileId);
  }

  /** Without a reason it is the customer who does. */
  cancel(fileId: string, reason?: FileReason): void {
    const accepted = this.#accepted.get(fileId);
    if (accepted) accepted.cancelled = true;
    this.transfers.receiver(fileId)?.cancel(reason);
  }

  /** Cancels everything and waits until what had come in part is removed. */
  async halt(): Promise<void> {
    for (const accepted of this.#accepted.values()) accepted.cancelled = true;
    this.transfers.cancelAll('session-over');
    await Promise.allSettled(this.#writing);
  }

  async #receive(fileId: string, accepted: Accepted): Promise<void> {
    const { name, size } = accepted;
    const hash = this.#places.startHash();
    let place: Awaited<ReturnType<FilePlaces<never>['arrive']>>;
    try {
      place = await this.#places.arrive({ name, fileId, size }, hash);
    } catch (error) {
      hash.close();
      this.#failed({ fileId, name }, asProblem(error, 'failed'), 0);
      return;
    }
    const receiver = new FileReceiver<SavedFile>(
      fileId,
      size,
      place.sink,
      hash,
      {
        progressed: (bytes) => this.#progress.reached(fileId, bytes),
        completed: ({ path }, sha256) => {
          this.#progress.ended(fileId, size, path);
          this.#finished({ fileId, name, outcome: 'completed', bytes: size, sha256 });
        },
        failed: (problem, bytes) => this.#failed({ fileId, name }, problem, bytes),
      },
      place.alreadyThere,
    );
    this.transfers.receive(receiver);
    if (accepted.cancelled) receiver.cancel();
    await receiver.over;
  }

  #failed(
    file: { fileId: string; name: string },
    { reason, message: detail }: FileProblem,
    bytes: number,
  ): void {
    this.#progress.ended(file.fileId, bytes);
    this.#finished({ ...file, outcome: outcomeBecause(reason), bytes, reason, detail: detail.slice(0, 200) });
  }

  #finished(finished: Omit<FinishedFile, 'tool'>): void {
    // A refusal changes nothing here: the file is on this disk, or is not.
    this.#outbox.finished({ tool: 'file-upload', ...finished }).catch(() => {});
  }
}
