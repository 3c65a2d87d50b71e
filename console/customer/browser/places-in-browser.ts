import type { FilePlaces } from '../../../protocol/customer-end/files/file-places.ts';
import { safeFileName } from '../../../protocol/file-name.ts';
import { FileProblem } from '../../../protocol/file-sender.ts';
import { BackgroundHashing } from '../../shared/file-transfer/background-sha256.ts';
import { BlobSource } from '../../shared/file-transfer/blob-source.ts';
import { downloads, pickSaveTarget, type SaveTarget } from '../../shared/file-transfer/save-target.ts';

/** What a browser lets this page have of the disk: files that the customer chose, and places that they chose for new ones. */
export class PlacesInBrowser implements FilePlaces<File> {
  /** Each file has a place of its own. */
  readonly receivedFolder = '';
  /** Where the customer wants a file that they accepted; without one it goes to the browser's downloads. */
  private readonly targets = new Map<string, SaveTarget>();
  /** What the customer chose for a file that was asked for. */
  private readonly chosen = new Map<string, File>();
  #hashing: BackgroundHashing | undefined;

  /** False: the customer closed the dialog. */
  async chooseTarget(fileId: string, name: string): Promise<boolean> {
    const target = await pickSaveTarget(safeFileName(name).name);
    if (target) this.targets.set(fileId, target);
    return target !== undefined;
  }

  chooseFile(fileId: string): Promise<boolean> {
    const input = document.createElement('input');
    input.type = 'file';
    input.hidden = true;
    // In the page: a browser may forget one that only its dialog knows while its person still looks for the file.
    document.body.append(input);
    return new Promise<boolean>((resolve) => {
      input.onchange = () => {
        const [file] = input.files ?? [];
        if (file) this.chosen.set(fileId, file);
        resolve(file !== undefined);
      };
      input.oncancel = () => resolve(false);
      input.click();
    }).finally(() => input.remove());
  }

  startHash() {
    // Most sessions carry no file: the thread for hashing begins with the first.
    this.#hashing ??= new BackgroundHashing();
    return this.#hashing.start();
  }

  async arrive({ fileId, name, size }: { fileId: string; name: string; size: number }) {
    const target = this.targets.get(fileId) ?? downloads;
    this.targets.delete(fileId);
    const sink = await target.open(name, size);
    const keep = async () => {
      await sink.keep();
      // Where a browser saves it, its page does not learn.
      return {};
    };
    return { sink: { ...sink, keep }, alreadyThere: 0 };
  }

  /** A page finds no file by its path: the customer looks for it. */
  async lookUp(path: string) {
    return { path };
  }

  async openAsked(_asked: unknown, fileId: string) {
    const file = this.chosen.get(fileId);
    this.chosen.delete(fileId);
    if (!file) throw new FileProblem('unreadable', 'No file was chosen.');
    return this.open(file);
  }

  open(file: File) {
    return { name: file.name, source: new BlobSource(file) };
  }

  async showFolder(): Promise<void> {
    throw new Error('Received files are where you saved them, or among the downloads of this browser.');
  }

  close(): void {
    this.#hashing?.close();
  }
}
