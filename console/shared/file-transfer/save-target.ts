import type { FileSink } from '../../../protocol/file-receiver.ts';
import { FileProblem } from '../../../protocol/file-sender.ts';
import { byteSize } from '../figures.ts';
import { t } from '../strings.ts';

/** Where a received file goes. Opened once, for one file. */
export interface SaveTarget {
  /** @throws FileProblem `no-space` when `size` bytes do not fit. */
  open(name: string, size: number): Promise<FileSink<void>>;
  /** The last step is the browser's own download: what becomes of the file then, this page does not learn. */
  readonly isHandedOver: boolean;
}

interface PickerWindow {
  showSaveFilePicker?(options: { suggestedName: string }): Promise<FileSystemFileHandle>;
}

/** `false`: the browser has no dialog for it, and downloads are the way. */
export function canPickSaveTarget(): boolean {
  return (window as PickerWindow).showSaveFilePicker !== undefined;
}

/** Asks where to save, in answer to a click. `undefined`: the technician closed the dialog. */
export async function pickSaveTarget(suggestedName: string): Promise<SaveTarget | undefined> {
  try {
    const handle = await (window as PickerWindow).showSaveFilePicker!({ suggestedName });
    return { isHandedOver: false, open: () => openHandle(handle, async () => {}) };
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') return undefined;
    throw error;
  }
}

/** A write goes through another process, whatever its size: few large ones are what makes it fast. */
const WRITE_BYTES = 4 * 1024 * 1024;
const STAGING_FOLDER = 'countersign-arriving';
/** A download of the browser's own reads the staged file for some time after the click. */
const KEEP_STAGED_MS = 60 * 60_000;

/**
 * The browser's downloads folder. The file is staged in the page's private storage, so that its size is not bounded by
 * memory, and handed over as a download when it is whole.
 */
export const downloads: SaveTarget = {
  isHandedOver: true,
  async open(name, size) {
    const folder = await stagingFolder();
    if (!folder) return inMemory(name);
    await forgetOldFiles(folder);
    await needRoom(size);
    const stagedName = `${Date.now()}-${crypto.randomUUID()}`;
    const handle = await folder.getFileHandle(stagedName, { create: true });
    const staged = await openHandle(handle, async () => offerDownload(await handle.getFile(), name));
    return {
      write: (bytes) => staged.write(bytes),
      keep: () => staged.keep(),
      async discard() {
        await staged.discard();
        await folder.removeEntry(stagedName);
      },
    };
  },
};

/** Private storage needs a secure page (HTTPS or this computer itself) and a browser that streams into it. */
async function stagingFolder(): Promise<FileSystemDirectoryHandle | undefined> {
  if (!('FileSystemFileHandle' in window) || !('createWritable' in FileSystemFileHandle.prototype))
    return undefined;
  try {
    const root = await navigator.storage.getDirectory();
    return await root.getDirectoryHandle(STAGING_FOLDER, { create: true });
  } catch {
    return undefined; // a private window, or storage that is switched off
  }
}

async function forgetOldFiles(folder: FileSystemDirectoryHandle): Promise<void> {
  const names: string[] = [];
  for await (const name of (folder as unknown as { keys(): AsyncIterable<string> }).keys()) names.push(name);
  for (const name of names)
    if (Number.parseInt(name, 10) + KEEP_STAGED_MS < Date.now())
      await folder.removeEntry(name).catch(() => {}); // another window may be reading it
}

/** A private window has room for little, and says so only when asked: better before the first byte than after a gigabyte. */
async function needRoom(size: number): Promise<void> {
  const { quota, usage = 0 } = await navigator.storage.estimate();
  if (quota === undefined) return;
  const room = Math.max(0, quota - usage);
  if (size > room)
    throw new FileProblem('no-space', t.technician.files.noRoom(byteSize(room), byteSize(size)));
}

async function openHandle(handle: FileSystemFileHandle, kept: () => Promise<void>): Promise<FileSink<void>> {
  const stream = await handle.createWritable();
  let waiting: Uint8Array<ArrayBuffer>[] = [];
  let waitingBytes = 0;
  async function flush(): Promise<void> {
    const block = new Blob(waiting);
    waiting = [];
    waitingBytes = 0;
    try {
      await stream.write(block);
    } catch (error) {
      throw writeProblem(error);
    }
  }
  return {
    async write(bytes) {
      waiting.push(bytes as Uint8Array<ArrayBuffer>);
      waitingBytes += bytes.length;
      if (waitingBytes >= WRITE_BYTES) await flush();
    },
    async keep() {
      await flush();
      // Only now does what was written take the place of what lay there.
      await stream.close().catch((error: unknown) => {
        throw writeProblem(error);
      });
      await kept();
    },
    discard: () => stream.abort(),
  };
}

function inMemory(name: string): FileSink<void> {
  // Browsers keep large blobs on the disk: the pieces do not stay in the page's memory.
  let whole = new Blob();
  return {
    async write(bytes) {
      whole = new Blob([whole, bytes as Uint8Array<ArrayBuffer>]);
    },
    keep: async () => offerDownload(whole, name),
    async discard() {
      whole = new Blob();
    },
  };
}

function offerDownload(content: Blob, name: string): void {
  const link = document.createElement('a');
  // Nothing is opened in the page, whatever it says it is.
  link.href = URL.createObjectURL(new Blob([content], { type: 'application/octet-stream' }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), KEEP_STAGED_MS);
}

function writeProblem(error: unknown): FileProblem {
  if (error instanceof DOMException && error.name === 'QuotaExceededError')
    return new FileProblem('no-space', t.technician.files.roomRanOut, { cause: error });
  return new FileProblem('failed', 'The file could not be written.', { cause: error });
}
