import type { Reply, XRect } from 'x11';

/** MIT-SHM: images through memory that the server and we share. */
export interface ShmExtension {
  /** The descriptor stays ours. Calls back with an error when the server cannot map it. */
  AttachFd(segment: number, descriptor: number, readOnly: boolean, done: Reply<void>): void;
  Detach(segment: number): void;
  GetImage(
    drawable: number,
    x: number,
    y: number,
    width: number,
    height: number,
    planeMask: number,
    format: number,
    segment: number,
    offset: number,
    reply: Reply<{ size: number }>,
  ): void;
}

export interface DamageExtension {
  readonly ReportLevel: { readonly NonEmpty: number };
  Create(damage: number, drawable: number, level: number): void;
  /** Moves what is damaged into the region `parts`; 0 for `repair` means everything. */
  Subtract(damage: number, repair: number, parts: number): void;
  Destroy(damage: number): void;
}

export interface FixesCursor {
  readonly width: number;
  readonly height: number;
  readonly xhot: number;
  readonly yhot: number;
  /** 32 bits a pixel, B, G, R, A, colours premultiplied by alpha. */
  readonly cursorImage: Buffer;
}

export interface FixesExtension {
  CreateRegion(region: number, rectangles: readonly XRect[]): void;
  FetchRegion(region: number, reply: Reply<{ rectangles: RegionRectangle[] }>): void;
  SelectCursorInput(window: number, mask: number): void;
  GetCursorImage(reply: Reply<FixesCursor>): void;
  SelectSelectionInput(window: number, selection: number, mask: number): void;
}

/** As the package spells a region's rectangles. */
export interface RegionRectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface XtestExtension {
  readonly KeyPress: number;
  readonly KeyRelease: number;
  readonly ButtonPress: number;
  readonly ButtonRelease: number;
  readonly MotionNotify: number;
  /** `detail`: keycode, button, or 0 for an absolute position. `delayMs` 0 means at once. */
  FakeInput(type: number, detail: number, delayMs: number, root: number, x: number, y: number): void;
}

/** Modifiers are bits of the key event's state, groups count from 0. */
export interface XkbExtension {
  readonly majorOpcode: number;
  UseExtension(major: number, minor: number, reply: Reply<{ supported: number }>): void;
  SelectEvents(
    device: number,
    affect: number,
    clear: number,
    selectAll: number,
    affectMap: number,
    map: number,
  ): void;
  GetState(device: number, reply: Reply<XkbState>): void;
  GetControls(device: number, reply: Reply<{ perKeyRepeat: number[] }>): void;
  LatchLockState(
    device: number,
    affectLocks: number,
    locks: number,
    lockGroup: boolean,
    groupLock: number,
    affectLatches: number,
    latches: number,
    latchGroup: boolean,
    groupLatch: number,
  ): void;
}

export interface XkbState {
  readonly mods: number;
  readonly baseMods: number;
  readonly latchedMods: number;
  readonly lockedMods: number;
  readonly group: number;
  readonly baseGroup: number;
  readonly latchedGroup: number;
  readonly lockedGroup: number;
}
