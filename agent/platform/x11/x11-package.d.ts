/** The part of the untyped `x11` package (node-x11 4.2) that we use. Add to it what you need. */
declare module 'x11' {
  import type { Socket } from 'node:net';

  /** Gets the reply, or the X error. Answers `true` when an error was dealt with, else the client emits `error`. */
  type Reply<T> = (error: Error | null | undefined, value: T) => unknown;

  interface XEvent {
    readonly name: string;
    readonly [field: string]: unknown;
  }

  interface XImage {
    readonly depth: number;
    readonly data: Buffer;
  }

  interface XRect {
    readonly x: number;
    readonly y: number;
    readonly w: number;
    readonly h: number;
  }

  interface XClient {
    readonly stream: Socket;
    on(event: 'event', handler: (event: XEvent) => void): this;
    on(event: 'error', handler: (error: Error) => void): this;
    on(event: 'end', handler: () => void): this;
    require(name: string, done: (error: Error | null | undefined, extension: unknown) => void): void;
    terminate(): void;
    AllocID(): number;
    ReleaseID(id: number): void;
    GetInputFocus(reply: Reply<unknown>): void;
    ChangeWindowAttributes(window: number, values: Record<string, number>): void;
    GetGeometry(drawable: number, reply: Reply<{ width: number; height: number; depth: number }>): void;
    GetImage(
      format: number,
      drawable: number,
      x: number,
      y: number,
      width: number,
      height: number,
      planeMask: number,
      reply: Reply<XImage>,
    ): void;
    CreateWindow(
      id: number,
      parent: number,
      x: number,
      y: number,
      width: number,
      height: number,
      borderWidth: number,
      depth: number,
      windowClass: number,
      visual: number,
      values: Record<string, number>,
    ): void;
    DestroyWindow(id: number): void;
    MapWindow(id: number): void;
    /** Serial number of the last request; a raw request adds one before it is put. */
    seq_num: number;
    readonly pack_stream: { put(request: Buffer): void; submit(expectsReply?: boolean): void };
    readonly replies: Record<number, [unpack: (body: Buffer) => unknown, reply: Reply<never>]>;
    readonly eventParsers: Record<number, (...parts: never[]) => unknown>;
    /** What `InternAtom` has answered, as the package remembers it. */
    atoms: Record<string, number>;
    InternAtom(onlyIfExists: boolean, name: string, reply: Reply<number>): void;
    ChangeProperty(
      mode: number,
      window: number,
      property: number,
      type: number,
      format: number,
      data: Buffer,
    ): void;
    DeleteProperty(window: number, property: number): void;
    /** `offset` and `length` in units of 4 bytes. */
    GetProperty(
      remove: number,
      window: number,
      property: number,
      type: number,
      offset: number,
      length: number,
      reply: Reply<XProperty>,
    ): void;
    SetSelectionOwner(owner: number, selection: number, time: number): void;
    GetSelectionOwner(selection: number, reply: Reply<number>): void;
    ConvertSelection(
      requestor: number,
      selection: number,
      target: number,
      property: number,
      time: number,
    ): void;
    /** `event` is its 32 bytes on the wire. */
    SendEvent(destination: number, propagate: number, eventMask: number, event: Buffer): void;
    ChangeKeyboardMapping(firstKeycode: number, symbolsPerKeycode: number, symbols: readonly number[]): void;
    ChangeKeyboardControl(values: Record<string, number>): void;
    QueryPointer(window: number, reply: Reply<{ rootX: number; rootY: number; keyMask: number }>): void;
    SetInputFocus(window: number, revertTo: number): void;
    CreatePixmap(id: number, drawable: number, depth: number, width: number, height: number): void;
    CreateGC(id: number, drawable: number, values: Record<string, number>): void;
    ChangeGC(id: number, values: Record<string, number>): void;
    PolyFillRectangle(drawable: number, gc: number, coordinates: readonly number[]): void;
    CopyArea(
      source: number,
      destination: number,
      gc: number,
      sourceX: number,
      sourceY: number,
      x: number,
      y: number,
      width: number,
      height: number,
    ): void;
    PutImage(
      format: number,
      drawable: number,
      gc: number,
      width: number,
      height: number,
      x: number,
      y: number,
      leftPad: number,
      depth: number,
      data: Buffer,
    ): void;
  }

  interface XProperty {
    readonly type: number;
    readonly format: number;
    /** Bytes of the property that lie behind what was read. */
    readonly bytesAfter: number;
    readonly data: Buffer;
  }

  interface XVisual {
    readonly red_mask: number;
    readonly green_mask: number;
    readonly blue_mask: number;
  }

  interface XScreen {
    readonly root: number;
    readonly root_depth: number;
    readonly root_visual: number;
    readonly pixel_width: number;
    readonly pixel_height: number;
    readonly depths: Record<number, Record<number, XVisual>>;
  }

  interface XDisplay {
    readonly client: XClient;
    readonly screen: XScreen[];
    readonly image_byte_order: number;
    readonly min_keycode: number;
    readonly max_keycode: number;
    readonly format: Record<number, { bits_per_pixel: number; scanline_pad: number }>;
  }

  interface ClientOptions {
    readonly display?: string;
  }

  export function createClient(
    options: ClientOptions,
    ready: (error: Error | null | undefined, display: XDisplay) => void,
  ): XClient;

  /** Every keysym of keysymdef.h; the description of a character begins with it, in brackets. */
  export const keySyms: Record<string, { readonly code: number; readonly description: string | null }>;

  export type { Reply, XClient, XDisplay, XEvent, XImage, XProperty, XRect, XScreen, XVisual };
}
