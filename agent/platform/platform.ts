/**
 * What the agent asks of the operating system. `x11/` implements it for Linux with X11,
 * `portable/` for whatever else has a screen; `choose-platform.ts` picks one.
 */

/** A rectangle in screen pixels; `x`, `y` from the top left corner. */
export interface Rect {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

/** The pointer's picture: 32-bit pixels, bytes B, G, R, A with straight (not premultiplied) alpha, row by row. */
export interface CursorImage {
  readonly width: number;
  readonly height: number;
  readonly hotX: number;
  readonly hotY: number;
  readonly pixels: Uint8Array;
}

/** The whole screen as the viewer sees it. All pixels are 32 bit little endian, bytes B, G, R, X. */
export interface Framebuffer {
  readonly width: number;
  readonly height: number;
  /** `width * height * 4` bytes in shared memory, so that an encoder on another thread reads it without a copy. */
  readonly pixels: SharedArrayBuffer;
}

export interface ScreenEvents {
  /** Something in these rectangles may have changed since the last `capture` that covered them. */
  damaged(): void;
  /** The display has another size now; the old framebuffer is stale. */
  resized(width: number, height: number): void;
  cursorChanged(): void;
  /** The display is gone (server died, user switched). No further event follows. */
  lost(reason: string): void;
}

export interface ScreenSource {
  readonly width: number;
  readonly height: number;
  /**
   * Copies what changed since the last call into `into` and answers the rectangles that may differ
   * (clipped, merged, never overlapping). `whole` captures everything.
   */
  capture(into: Framebuffer, whole: boolean): Promise<readonly Rect[]>;
  cursor(): Promise<CursorImage | undefined>;
  close(): Promise<void>;
}

/** Takes input for the display. Every key and button that is still down is released by `releaseAll` and by `close`. */
export interface InputSink {
  /** Something is held down: a key or a button went down through here and has not come up. */
  readonly holding: boolean;
  /** `keysym`: X11 keysym (RFC 6143 7.5.4). `keycode`: XT scan code of the QEMU extended key event, 0 when unknown. */
  key(keysym: number, down: boolean, keycode: number): Promise<void>;
  /** `buttons`: RFB button mask (RFC 6143 7.5.5), bit 0 the left one; 3 to 6 are the wheel. */
  pointer(x: number, y: number, buttons: number): Promise<void>;
  releaseAll(): Promise<void>;
  close(): Promise<void>;
}

export interface Clipboard {
  /** Offers `text` to the programs on this display. */
  write(text: string): Promise<void>;
  close(): Promise<void>;
}

export interface ComputerDescription {
  readonly hostName: string;
  /** As people call it: `Debian GNU/Linux 12`, `Windows 10`. */
  readonly platform: string;
  readonly architecture: string;
  readonly privateAddress?: string;
}

export interface Platform {
  readonly name: 'x11' | 'portable';
  /** What this implementation cannot do is absent here, and the agent refuses the tool with that reason. */
  readonly canControl: boolean;
  readonly canClipboard: boolean;
  describe(): Promise<ComputerDescription>;
  openScreen(events: ScreenEvents): Promise<ScreenSource>;
  openInput(): Promise<InputSink>;
  openClipboard(changed: (text: string) => void): Promise<Clipboard>;
  close(): Promise<void>;
}
