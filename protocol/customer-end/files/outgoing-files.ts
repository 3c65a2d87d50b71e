import type { FileOutcome, FileState } from '../../file-messages.ts';
import { type FileReason, outcomeBecause, saysNoSuchFile } from '../../file-reason.ts';
import { FileProblem, FileSender } from '../../file-sender.ts';
import { FileTransfers } from '../../file-transfers.ts';
import type { LocalState } from '../../local-page.ts';
import type { FileOutbox } from './file-outbox.ts';
import type { AskedFile, FilePlaces, GivenFile } from './file-places.ts';
import type { TransferProgress } from './transfer-progress.ts';

/** `FileRefuse` and `FileFinished` take no more. */
const MAX_DETAIL = 200;

/** Files that go to the technician: asked for by path and given, or sent by the customer unasked. */
export class OutgoingFiles<Own> {
  readonly transfers = new FileTransfers();
  readonly #places: FilePlaces<Own>;
  readonly #outbox: FileOutbox;
  readonly #progress: TransferProgress;
  readonly #changed: () => void;
  readonly #lookedUp = new Set<string>();
  /** What an asked path means here: for the customer to decide, or (with a problem) to read that it was tried. */
  readonly #asked = new Map<string, AskedFile>();
  readonly #answered = new Set<string>();
  /** Files that this end opened. */
  readonly #given = new Set<string>();
  /** Who waits for the end of a file: its sentence when it was not sent. */
  readonly #waiting = new Map<string, (problem?: string) => void>();
  #over = false;

  constructor(places: FilePlaces<Own>, outbox: FileOutbox, progress: TransferProgress, changed: () => void) {
    this.#places = places;
    this.#outbox = outbox;
    this.#progress = progress;
    this.#changed = changed;
  }

  asked(): LocalState['asked'] {
    return [...this.#asked].map(([fileId, { path, size, problem }]) => ({
      fileId,
      path,
      ...(size === undefined ? {} : { size }),
      ...(problem === undefined ? {} : { problem }),
    }));
  }

  /**
   * Finds out what `path` means here, for the customer to decide. Where there is no file to decide about, the technician
   * hears that at once (docs/decisions/0017).
   */
  async lookUp(fileId: string, path: string): Promise<void> {
    if (this.#lookedUp.has(fileId)) return;
    this.#lookedUp.add(fileId);
    const asked = await this.#places.lookUp(path, fileId);
    if (this.#over || this.#answered.has(fileId)) return;
    this.#asked.set(fileId, asked);
    this.#changed();
    if (asked.problem !== undefined) await this.#nothingThere(fileId, asked.problem, asked.reason);
  }

  decided(fileId: string): boolean {
    return this.#answered.has(fileId);
  }

  /** Gives the technician the file that was asked for, as the customer read its path; what was no file then is none now. */
  async give(fileId: string): Promise<void> {
    const asked = this.#asked.get(fileId);
    if (!asked || asked.problem !== undefined || !this.#answer(fileId)) return;
    try {
      await this.#offer(fileId, await this.#places.openAsked(asked, fileId));
    } catch (error) {
      if (!(error instanceof FileProblem)) throw error;
      await this.#tellNotThere(
        fileId,
        error.message,
        saysNoSuchFile(error.reason) ? error.reason : 'unreadable',
      );
    }
  }

  async refuse(fileId: string): Promise<void> {
    if (this.#answer(fileId)) await this.#outbox.tell({ type: 'file.refuse', fileId });
  }

  /** Offers a file of the customer's own and waits for its end. Rejects with a sentence when it was not sent. */
  async send(own: Own): Promise<void> {
    const fileId = crypto.randomUUID();
    const ended = new Promise<void>((resolve, reject) => {
      this.#waiting.set(fileId, (problem) => (problem ? reject(new Error(problem)) : resolve()));
    });
    const file = this.#places.open(own);
    file.onGone?.(() => this.cancel(fileId));
    try {
      await Promise.race([this.#offer(fileId, file), ended]);
    } catch (error) {
      this.#waiting.delete(fileId);
      ended.catch(() => {});
      throw error;
    }
    return ended;
  }

  /** Goes along with where the broker says this file stands. */
  follow({ fileId, standing, reason, detail }: FileState): void {
    if (standing !== 'asked' && this.#asked.get(fileId)?.problem === undefined) this.#asked.delete(fileId);
    if (standing === 'asked' || standing === 'offered' || standing === 'accepted') return;
    if (standing === 'completed') {
      this.transfers.sender(fileId)?.confirmed();
      this.#end(fileId);
    }
    if (standing === 'refused') this.#end(fileId, detail ?? 'The technician did not take the file.');
    if (standing === 'failed' || standing === 'cancelled')
      this.#end(fileId, detail ?? 'The file was not sent.');
    this.cancel(fileId, reason);
  }

  /** This end had it before it was loaded anew, and cannot read it any more. */
  leftBehind({ fileId, standing }: FileState): boolean {
    return (standing === 'offered' || standing === 'accepted') && !this.#given.has(fileId);
  }

  /** Without a reason it is the customer who does. */
  cancel(fileId: string, reason?: FileReason): void {
    this.transfers.sender(fileId)?.cancel(reason);
  }

  halt(): void {
    this.#over = true;
    this.transfers.cancelAll('session-over');
    for (const fileId of [...this.#waiting.keys()]) this.#end(fileId, 'The session is over.');
    this.#asked.clear();
  }

  async #nothingThere(fileId: string, problem: string, reason: AskedFile['reason']): Promise<void> {
    if (this.#answered.has(fileId)) return;
    this.#answered.add(fileId);
    await this.#tellNotThere(fileId, problem, reason ?? 'unreadable');
  }

  async #tellNotThere(
    fileId: string,
    problem: string,
    reason: NonNullable<AskedFile['reason']>,
  ): Promise<void> {
    await this.#outbox.tell({ type: 'file.refuse', fileId, reason, detail: problem.slice(0, MAX_DETAIL) });
  }

  #answer(fileId: string): boolean {
    if (this.#answered.has(fileId)) return false;
    this.#answered.add(fileId);
    this.#asked.delete(fileId);
    this.#changed();
    return true;
  }

  async #offer(fileId: string, { name, source }: GivenFile): Promise<void> {
    const { size } = source;
    const finished = (
      outcome: FileOutcome,
      bytes: number,
      more: { sha256?: string; reason?: FileReason; detail?: string },
    ) => {
      this.#progress.ended(fileId, bytes);
      this.#outbox.finished({ fileId, tool: 'file-download', name, outcome, bytes, ...more }).catch(() => {});
    };
    const sender = new FileSender(fileId, source, this.#places.startHash(), {
      progressed: (bytes) => this.#progress.reached(fileId, bytes),
      sent: (sha256) => finished('completed', size, { sha256 }),
      failed: ({ reason, message: detail }) => {
        finished(outcomeBecause(reason), this.#progress.bytesOf(fileId), {
          reason,
          detail: detail.slice(0, MAX_DETAIL),
        });
        this.#end(fileId, detail);
      },
    });
    this.#given.add(fileId);
    // Before the offer: the receiver may say where to begin before we hear that it accepted.
    this.transfers.send(sender);
    try {
      await this.#outbox.tell({ type: 'file.offer', fileId, tool: 'file-download', name, size });
    } catch (error) {
      this.#end(fileId, (error as Error).message);
      sender.cancel();
      throw error;
    }
  }

  #end(fileId: string, problem?: string): void {
    this.#waiting.get(fileId)?.(problem);
    this.#waiting.delete(fileId);
  }
}
