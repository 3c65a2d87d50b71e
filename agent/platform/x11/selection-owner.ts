import type { XEvent } from 'x11';
import { PROPERTY_CHANGE, type SelectionWindow } from './selection-window.ts';

const SELECTION_NOTIFY = 31;
const ATOM_TYPE = 4;
const INTEGER_TYPE = 19;
const REPLY_TIMEOUT_MS = 5_000;
/** Above this the text goes in instalments (ICCCM 2.7.2), as programs expect. */
const MAX_AT_ONCE_BYTES = 256 * 1024;
const INSTALMENT_BYTES = 64 * 1024;

interface SelectionRequest {
  readonly requestor: number;
  readonly selection: number;
  readonly target: number;
  readonly property: number;
  readonly time: number;
}

/** Owns CLIPBOARD on behalf of the technician's text and hands it to every program that asks (ICCCM 2.2). */
export class SelectionOwner {
  readonly #window: SelectionWindow;
  #text: Buffer | undefined;
  #since = 0;

  constructor(window: SelectionWindow) {
    this.#window = window;
    window.display.onEvent((event) => {
      const { clipboard } = window.atoms;
      if (event.name === 'SelectionClear' && event.selection === clipboard) this.#text = undefined;
      if (event.name === 'SelectionRequest' && event.selection === clipboard)
        void this.#answer(event as XEvent & SelectionRequest).catch(() => {
          // The program that asked went away, or stopped reading: its loss alone.
        });
    });
  }

  /** Throws when another program claimed the selection at the same time. */
  async offer(text: string): Promise<void> {
    const { display, atoms, id } = this.#window;
    this.#since = await this.#window.serverTime(REPLY_TIMEOUT_MS);
    this.#text = Buffer.from(text, 'utf8');
    display.client.SetSelectionOwner(id, atoms.clipboard, this.#since);
    const owner = await display.request<number>((reply) =>
      display.client.GetSelectionOwner(atoms.clipboard, reply),
    );
    if (owner === id) return;
    this.#text = undefined;
    throw new Error('another program took the clipboard');
  }

  async #answer(request: SelectionRequest): Promise<void> {
    const { display, atoms } = this.#window;
    // A client of the old kind names no property: the target is to be used (ICCCM 2.2).
    const property = request.property === 0 ? request.target : request.property;
    const text = this.#text;
    if (!text) {
      this.#notify(request, 0);
    } else if (request.target === atoms.targets) {
      const list = uint32s(atoms.targets, atoms.timestamp, atoms.utf8String, atoms.utf8Text);
      this.#window.writeProperty(request.requestor, property, ATOM_TYPE, 32, list);
      this.#notify(request, property);
    } else if (request.target === atoms.timestamp) {
      this.#window.writeProperty(request.requestor, property, INTEGER_TYPE, 32, uint32s(this.#since));
      this.#notify(request, property);
    } else if (request.target !== atoms.utf8String && request.target !== atoms.utf8Text) {
      this.#notify(request, 0);
    } else if (text.length <= MAX_AT_ONCE_BYTES) {
      this.#window.writeProperty(request.requestor, property, request.target, 8, text);
      this.#notify(request, property);
    } else {
      await this.#sendInstalments(request, property, text);
    }
    await display.sync();
  }

  async #sendInstalments(request: SelectionRequest, property: number, text: Buffer): Promise<void> {
    const { display, atoms } = this.#window;
    const { requestor, target } = request;
    display.client.ChangeWindowAttributes(requestor, { eventMask: PROPERTY_CHANGE });
    this.#window.writeProperty(requestor, property, atoms.incr, 32, uint32s(text.length));
    let taken = this.#window.propertyChanged(requestor, property, 'deleted', REPLY_TIMEOUT_MS);
    this.#notify(request, property);
    for (let offset = 0; offset < text.length; offset += INSTALMENT_BYTES) {
      await taken;
      taken = this.#window.propertyChanged(requestor, property, 'deleted', REPLY_TIMEOUT_MS);
      const instalment = text.subarray(offset, offset + INSTALMENT_BYTES);
      this.#window.writeProperty(requestor, property, target, 8, instalment);
    }
    await taken;
    // An empty instalment ends it.
    this.#window.writeProperty(requestor, property, target, 8, Buffer.alloc(0));
  }

  /** `property` 0 refuses. */
  #notify(request: SelectionRequest, property: number): void {
    const event = Buffer.alloc(32);
    event[0] = SELECTION_NOTIFY;
    event.writeUInt32LE(request.time, 4);
    event.writeUInt32LE(request.requestor, 8);
    event.writeUInt32LE(request.selection, 12);
    event.writeUInt32LE(request.target, 16);
    event.writeUInt32LE(property, 20);
    this.#window.display.client.SendEvent(request.requestor, 0, 0, event);
  }
}

function uint32s(...values: readonly number[]): Buffer {
  const buffer = Buffer.alloc(values.length * 4);
  values.forEach((value, index) => {
    buffer.writeUInt32LE(value, index * 4);
  });
  return buffer;
}
