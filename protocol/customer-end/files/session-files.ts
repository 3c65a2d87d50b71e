import { type FileState, FileTool } from '../../file-messages.ts';
import type { LocalState } from '../../local-page.ts';
import type { Account } from '../account.ts';
import type { LaneChannel } from '../lane-channel.ts';
import type { Digests } from '../session-key.ts';
import { attachFileLane } from './file-lane.ts';
import { type FileMessage, FileOutbox } from './file-outbox.ts';
import type { FilePlaces } from './file-places.ts';
import { IncomingFiles } from './incoming-files.ts';
import { OutgoingFiles } from './outgoing-files.ts';
import { TransferProgress } from './transfer-progress.ts';

export interface SessionFilesParts<Own> {
  readonly places: FilePlaces<Own>;
  readonly account: Account;
  readonly digests: Digests;
  allows(tool: FileTool): boolean;
  /** The customer allows a tool by an act of their own. */
  volunteer(tool: FileTool): Promise<void>;
  tell(message: FileMessage): Promise<unknown>;
  /** This end is a page: files may be under way of which it held an end before. */
  readonly canBeLoadedAnew: boolean;
  problem(error: unknown): void;
  changed(): void;
}

type FilesState = Pick<LocalState, 'transfers' | 'asked' | 'receivedFolder' | 'acceptAll'>;

/** The files of one session at the customer's end, both ways. No file moves that the customer did not decide on here. */
export class SessionFiles<Own> {
  readonly #parts: SessionFilesParts<Own>;
  readonly #outbox: FileOutbox;
  readonly #progress: TransferProgress;
  readonly #incoming: IncomingFiles;
  readonly #outgoing: OutgoingFiles<Own>;
  readonly #acceptAll = { 'file-upload': false, 'file-download': false };
  readonly #cutOff = new Set<string>();
  #files: readonly FileState[] = [];
  #over = false;

  constructor(parts: SessionFilesParts<Own>) {
    this.#parts = parts;
    this.#outbox = new FileOutbox((message) => parts.tell(message), parts.account, parts.digests);
    this.#progress = new TransferProgress(() => parts.changed());
    this.#incoming = new IncomingFiles(parts.places, this.#outbox, this.#progress);
    this.#outgoing = new OutgoingFiles(parts.places, this.#outbox, this.#progress, () => {
      this.#decideAlone();
      parts.changed();
    });
  }

  state(): FilesState {
    return {
      transfers: this.#progress.list(),
      asked: this.#outgoing.asked(),
      receivedFolder: this.#parts.places.receivedFolder,
      acceptAll: { ...this.#acceptAll },
    };
  }

  /** Goes along with the broker's list, as far as the customer decided the same here. */
  follow(files: readonly FileState[], reconnected: boolean): void {
    if (this.#over) return;
    this.#files = files;
    if (reconnected) this.#outbox.again();
    for (const file of files) {
      if (file.tool === 'file-upload') this.#incoming.follow(file);
      else this.#outgoing.follow(file);
      if (this.#parts.canBeLoadedAnew) this.#cutOffLeftBehind(file);
      // Without the customer's yes to this tool not even whether a file is there is found out, whatever the broker says.
      if (file.standing === 'asked' && file.path !== undefined && this.#parts.allows(file.tool))
        this.#try(this.#outgoing.lookUp(file.fileId, file.path));
    }
    this.#decideAlone();
  }

  /** A file of this computer waits for a lane to go over. */
  get waiting(): boolean {
    return this.#files.some(
      ({ fileId, standing }) =>
        standing === 'accepted' && this.#outgoing.transfers.sender(fileId) !== undefined,
    );
  }

  answer(fileId: string, accept: boolean, forSession: boolean): void {
    const file = this.#files.find((each) => each.fileId === fileId);
    if (!file) return;
    if (accept && forSession) this.#acceptAll[file.tool] = true;
    this.#decide(file, accept);
    this.#decideAlone();
    this.#parts.changed();
  }

  cancel(fileId: string): void {
    const file = this.#files.find((each) => each.fileId === fileId);
    if (file && this.#isOpenQuestion(file)) this.#decide(file, false);
    this.#incoming.cancel(fileId);
    this.#outgoing.cancel(fileId);
  }

  /** Sends a file of the customer's own: that is their word that files may go this way. */
  async send(file: Own): Promise<void> {
    if (this.#over) throw new Error('The session is over.');
    if (!this.#parts.allows('file-download')) await this.#parts.volunteer('file-download');
    await this.#outgoing.send(file);
  }

  attach(tool: FileTool, lane: LaneChannel): void {
    attachFileLane(lane, tool === 'file-upload' ? this.#incoming.transfers : this.#outgoing.transfers);
  }

  openFolder(): Promise<void> {
    return this.#parts.places.showFolder();
  }

  /** Everything stops. Resolves when nothing is being written any more. */
  async halt(): Promise<void> {
    this.#over = true;
    this.#outgoing.halt();
    await this.#incoming.halt();
  }

  /** Somebody else helps: what was decided beforehand was decided for another. */
  askAgain(): void {
    for (const tool of FileTool.options) this.#acceptAll[tool] = false;
  }

  /** What the customer decided beforehand, for this session; with the tool it is taken back. */
  #decideAlone(): void {
    for (const tool of FileTool.options) if (!this.#parts.allows(tool)) this.#acceptAll[tool] = false;
    for (const file of this.#files)
      if (this.#acceptAll[file.tool] && this.#isOpenQuestion(file)) this.#decide(file, true);
  }

  /** Nothing of it will come or go any more: whoever is at the other end hears so at once (docs/decisions/0025). */
  #cutOffLeftBehind(file: FileState): void {
    const { fileId, tool, name = '' } = file;
    const files = tool === 'file-upload' ? this.#incoming : this.#outgoing;
    if (this.#cutOff.has(fileId) || !files.leftBehind(file)) return;
    this.#cutOff.add(fileId);
    const reason = 'loaded-anew';
    this.#try(this.#outbox.finished({ fileId, tool, name, outcome: 'cancelled', bytes: 0, reason }));
  }

  #isOpenQuestion({ fileId, tool, standing }: FileState): boolean {
    if (tool === 'file-upload') return standing === 'offered' && !this.#incoming.decided(fileId);
    return standing === 'asked' && !this.#outgoing.decided(fileId);
  }

  #decide(file: FileState, accept: boolean): void {
    if (this.#over || !this.#isOpenQuestion(file)) return;
    const yes = accept && this.#parts.allows(file.tool);
    if (file.tool === 'file-upload')
      this.#try(yes ? this.#incoming.accept(file) : this.#incoming.refuse(file.fileId));
    else this.#try(yes ? this.#outgoing.give(file.fileId) : this.#outgoing.refuse(file.fileId));
  }

  #try(work: Promise<void>): void {
    work.catch((error: unknown) => this.#parts.problem(error));
  }
}
