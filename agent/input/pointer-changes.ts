/** The pointer as RFC 6143 7.5.5 sends it: a position and a mask of buttons, bit 0 the left one, 3 to 6 the wheel. */
export interface PointerState {
  readonly x: number;
  readonly y: number;
  readonly buttons: number;
}

export interface PointerChanges {
  readonly moved: boolean;
  /** Button numbers as X counts them, from 1; the wheel is 4 to 7. */
  readonly released: readonly number[];
  readonly pressed: readonly number[];
}

/** RFB knows 8 buttons, its ExtendedMouseButtons a ninth. */
const BUTTON_COUNT = 9;

export function pointerChanges(before: PointerState | undefined, now: PointerState): PointerChanges {
  const held = before?.buttons ?? 0;
  const released: number[] = [];
  const pressed: number[] = [];
  for (let bit = 0; bit < BUTTON_COUNT; bit++) {
    const mask = 1 << bit;
    if (held & ~now.buttons & mask) released.push(bit + 1);
    if (now.buttons & ~held & mask) pressed.push(bit + 1);
  }
  return { moved: before?.x !== now.x || before.y !== now.y, released, pressed };
}

/** The nearest position on a screen of that size. */
export function onScreen(position: number, size: number): number {
  if (!Number.isFinite(position)) return 0;
  return Math.max(0, Math.min(size - 1, Math.trunc(position)));
}
