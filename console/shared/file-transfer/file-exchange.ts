import { v7 as uuid } from 'uuid';
import type { z } from 'zod';
import type { FileFinished, FileOffer, FileState, FileTool } from '../../../protocol/file-messages.ts';
import { safeFileName } from '../../../protocol/file-name.ts';
import { type FileReason, outcomeBecause } from '../../../protocol/file-reason.ts';
import { FileReceiver } from '../../../protocol/file-receiver.ts';
import { asProblem, type FileProblem, FileSender, type RunningHash } from '../../../protocol/file-sender.ts';
import { FileTransfers } from '../../../protocol/file-transfers.ts';
import type { LaneChannel } from '../lane-channel.ts';
import { type Store, WritableStore } from '../store.ts';
import { BackgroundHashing } from './background-sha256.ts';
import { BlobSource } from './blob-source.ts';
import { attachFileLane } from './file-lane.ts';
import { canPickSaveTarget, downloads, type SaveTarget } from './save-target.ts';
import { TransferRate } from './transfer-rate.ts';

/** What this page knows of a file beyond the session's state: how far it is, and what went wrong here. */
export interface TransferProgress {
  readonly fileId: string;
  readonly bytes: number;
  readonly size: number;
  readonly bytesPerSecond: number;
  /** Absent while it flows. */
  readonly ended?: 'completed' | 'cancelled' | 'failed';
  /** Why it ended so, or could not begin, as a sentence. */
  readonly problem?: string;
  /** It did not begin and is still on offer: somebody may choose another place for it. */
  readonly isWaiting?: true;
  /** It was given to the browser's downloads; whether they wrote it, this page does not learn. */
  readonly isHandedOver?: boolean;
}

export type FileMessage =
  | z.infer<typeof FileOffer>
  | z.infer<typeof FileFinished>
  | { readonly type: 'file.ask'; readonly fileId: string; readonly path: string }
  | { readonly type: 'file.accept'; readonly fileId: string }
  | { readonly type: 'file.refuse'; readonly fileId: string };

export interface FileExchangeParts {
  /** Says it to the broker; rejects when that refuses. */
  tell(message: FileMessage): Promise<unknown>;
  /** A file waits for the lane of `tool`: it should be opened when there is none. Said more often than needed. */
  laneNeeded(tool: FileTool): void;
  readonly hashing?: BackgroundHashing;
  /** Files that this page held before it was loaded anew. */
  readonly left?: readonly string[];
}

/** Progress is shown, not counted: more often nobody sees. */
const SHOW_EVERY_MS = 100;

/** The technician's end of a session's files, without a page: offers, asks, sends, receives, and shows how far each is. */
export class FileExchange {
  readonly #parts: FileExchangeParts;
  #hashing: BackgroundHashing | undefined;
  readonly #transfers: Record<FileTool, FileTransfers> = {
    'file-upload': new FileTransfers(),
    'file-download': new FileTransfers(),
  };
  /** Offered by us and not begun. */
  readonly #offered = new Map<string, File>();
  /** Asked for by us: taken as soon as the customer offers it. */
  readonly #asked = new Map<string, { path: string; target: SaveTarget }>();
  /** Held before the page was loaded anew, and not looked at since. */
  readonly #left: Set<string>;
  readonly #rates = new Map<string, TransferRate>();
  readonly #progress = new WritableStore<ReadonlyMap<string, TransferProgress>>(new Map());
  readonly progress: Store<ReadonlyMap<string, TransferProgress>> = this.#progress;
  readonly #shownAt = new Map<string, number>();

  constructor(parts: FileExchangeParts) {
    this.#parts = parts;
    this.#hashing = parts.hashing;
    this.#left = new Set(parts.left);
  }

  /** Offers a file to the customer; it flows when they accept. Rejects with the broker's refusal. */
  async offer(file: File): Promise<string> {
    const fileId = uuid();
    this.#offered.set(fileId, file);
    try {
      await this.#parts.tell({
        type: 'file.offer',
        fileId,
        tool: 'file-upload',
        name: file.name,
        size: file.size,
      });
    } catch (error) {
      this.#offered.delete(fileId);
      throw error;
    }
    return fileId;
  }

  /** Asks for a file of the customer's computer by its path there. */
  async ask(path: string, target: SaveTarget = downloads): Promise<string> {
    const fileId = uuid();
    this.#asked.set(fileId, { path, target });
    try {
      await this.#parts.tell({ type: 'file.ask', fileId, path });
    } catch (error) {
      this.#asked.delete(fileId);
      throw error;
    }
    return fileId;
  }

  /** Takes a file that the customer offers. `state` is that of the session; `target` where it goes. */
  async accept(state: FileState, target: SaveTarget = downloads): Promise<void> {
    const { fileId, tool, name = 'file', size = 0 } = state;
    if (this.#transfers[tool].receiver(fileId)) return;
    const hash = this.#startHash();
    try {
      const sink = await target.open(name, size);
      const receiver = new FileReceiver<void>(fileId, size, sink, hash, {
        progressed: (bytes) => this.#show(fileId, size, bytes),
        completed: (_saved, sha256) =>
          this.#finish(fileId, 'completed', size, { sha256 }, target.isHandedOver),
        failed: (problem, bytes) => this.#finishBadly(fileId, problem, bytes),
      });
      this.#show(fileId, size, 0);
      this.#transfers[tool].receive(receiver);
      await this.#parts.tell({ type: 'file.accept', fileId });
      this.#parts.laneNeeded(tool);
    } catch (error) {
      hash.close();
      this.#transfers[tool].receiver(fileId)?.cancel();
      throw error;
    }
  }

  async refuse(fileId: string): Promise<void> {
    await this.#parts.tell({ type: 'file.refuse', fileId });
  }

  /** Stops a file that is offered, asked for, or flowing. */
  async cancel(fileId: string): Promise<void> {
    this.#offered.delete(fileId);
    this.#asked.delete(fileId);
    for (const transfers of Object.values(this.#transfers)) {
      const flowing = transfers.sender(fileId) ?? transfers.receiver(fileId);
      if (flowing) {
        flowing.cancel();
        return;
      }
    }
    await this.#parts.tell({
      type: 'file.finished',
      fileId,
      outcome: 'cancelled',
      bytes: 0,
      reason: 'cancelled-by-person',
    });
  }

  /** What goes with this page. */
  held(): string[] {
    const flowing = Object.values(this.#transfers).flatMap((transfers) => transfers.fileIds());
    return [...this.#offered.keys(), ...flowing];
  }

  /** Follows the session's state; to be called with every new one. */
  follow(files: readonly FileState[]): void {
    for (const state of files) {
      const { fileId, tool, standing } = state;
      if (this.#left.delete(fileId) && isLost(state))
        this.#finish(fileId, 'cancelled', 0, { reason: 'loaded-anew' });
      const sender = this.#transfers[tool].sender(fileId);
      const receiver = this.#transfers[tool].receiver(fileId);
      switch (standing) {
        case 'offered':
          this.#takeAsked(state);
          break;
        case 'accepted':
          this.#beginSending(state);
          if (receiver) this.#parts.laneNeeded(tool);
          break;
        case 'completed':
          sender?.confirmed();
          break;
        case 'refused':
          this.#offered.delete(fileId);
          this.#asked.delete(fileId);
          break;
        case 'cancelled':
        case 'failed':
          this.#offered.delete(fileId);
          this.#asked.delete(fileId);
          sender?.cancelledByOther(reasonOf(state));
          receiver?.cancelledByOther(reasonOf(state));
      }
    }
  }

  /** Takes a lane of one of the two file tools. */
  serve(lane: LaneChannel): void {
    attachFileLane(lane, this.#transfers[lane.tool as FileTool]);
  }

  /** Ends everything that flows, or waits for a yes, at both ends: what is held goes with this. */
  close(): void {
    for (const fileId of [...this.#offered.keys(), ...this.#asked.keys()])
      this.cancel(fileId).catch(() => {}); // Refused when the session is over, or the file was.
    for (const transfers of Object.values(this.#transfers)) transfers.cancelAll('cancelled-by-person');
    this.#hashing?.close();
  }

  /** Most sessions carry no file: the thread for hashing begins with the first. */
  #startHash(): RunningHash {
    this.#hashing ??= new BackgroundHashing();
    return this.#hashing.start();
  }

  #beginSending({ fileId, tool }: FileState): void {
    const file = this.#offered.get(fileId);
    if (!file) return;
    this.#offered.delete(fileId);
    this.#show(fileId, file.size, 0);
    const sender = new FileSender(fileId, new BlobSource(file), this.#startHash(), {
      progressed: (bytes) => this.#show(fileId, file.size, bytes),
      sent: (sha256) => this.#finish(fileId, 'completed', file.size, { sha256 }),
      failed: (problem) => this.#finishBadly(fileId, problem, this.#progress.get().get(fileId)?.bytes ?? 0),
    });
    this.#transfers[tool].send(sender);
    this.#parts.laneNeeded(tool);
  }

  /** What was asked for is taken at once. Anything else under its id is an offer like any other: a person looks at its name. */
  #takeAsked(state: FileState): void {
    const asked = this.#asked.get(state.fileId);
    if (!asked) return;
    this.#asked.delete(state.fileId);
    if (safeFileName(state.name ?? '').name !== safeFileName(asked.path).name) return;
    this.accept(state, asked.target).catch((error: unknown) => {
      const problem = asProblem(error, 'failed');
      const { fileId, size = 0 } = state;
      if (problem.reason === 'no-space' && canPickSaveTarget())
        this.#set({ fileId, bytes: 0, size, bytesPerSecond: 0, isWaiting: true, problem: problem.message });
      else this.#finishBadly(fileId, problem, 0);
    });
  }

  #show(fileId: string, size: number, bytes: number): void {
    const now = performance.now();
    const rate = this.#rates.get(fileId) ?? new TransferRate();
    this.#rates.set(fileId, rate);
    rate.mark(bytes, now);
    const shownAt = this.#shownAt.get(fileId);
    if (shownAt !== undefined && now - shownAt < SHOW_EVERY_MS && bytes < size) return;
    this.#shownAt.set(fileId, now);
    this.#set({ fileId, bytes, size, bytesPerSecond: rate.bytesPerSecond(now) });
  }

  #finishBadly(fileId: string, problem: FileProblem, bytes: number): void {
    const { reason, message } = problem;
    this.#finish(fileId, outcomeBecause(reason), bytes, { reason, detail: message.slice(0, 200) });
  }

  #finish(
    fileId: string,
    outcome: 'completed' | 'cancelled' | 'failed',
    bytes: number,
    more: { sha256?: string; reason?: FileReason; detail?: string },
    isHandedOver?: boolean,
  ): void {
    const size = this.#progress.get().get(fileId)?.size ?? bytes;
    this.#rates.delete(fileId);
    this.#shownAt.delete(fileId);
    this.#set({
      fileId,
      bytes,
      size,
      bytesPerSecond: 0,
      ended: outcome,
      ...(more.detail !== undefined && { problem: more.detail }),
      ...(isHandedOver !== undefined && { isHandedOver }),
    });
    // Refused when the session is over: the broker has written its own account then.
    this.#parts.tell({ type: 'file.finished', fileId, outcome, bytes, ...more }).catch(() => {});
  }

  #set(progress: TransferProgress): void {
    this.#progress.set(new Map(this.#progress.get()).set(progress.fileId, progress));
  }
}

/** Without what the page held it cannot go on. What the customer offers may still be taken. */
const isLost = ({ tool, standing }: FileState): boolean =>
  standing === 'accepted' || (standing === 'offered' && tool === 'file-upload');

/** What is said of a file that the other end or the broker gave up. */
const reasonOf = ({ standing, reason }: FileState): FileReason =>
  reason ?? (standing === 'cancelled' ? 'cancelled-by-other' : 'failed');
