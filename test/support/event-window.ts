import type { XEvent } from 'x11';
import { X11Display } from '../../agent/platform/x11/display.ts';

/** KeyPress, KeyRelease, ButtonPress, ButtonRelease and PointerMotion. */
const INPUT_EVENTS = 0x1 | 0x2 | 0x4 | 0x8 | 0x40;
const POINTER_ROOT = 1;

/** An input event as the window got it: `+38` key down, `-38` key up, `b+1`, `b-1` for buttons, `@10,20` for the pointer. */
export interface EventWindow {
  readonly log: string[];
  /** The modifiers that were in force at each key press. */
  readonly pressStates: number[];
  /** Waits until every event so far has been seen. */
  settle(): Promise<void>;
  close(): Promise<void>;
}

/** A window over the whole screen that has the focus and writes down what it gets. */
export async function openEventWindow(displayName: string): Promise<EventWindow> {
  const display = await X11Display.connect(displayName);
  const { client, root, screen } = display;
  const log: string[] = [];
  const pressStates: number[] = [];
  display.onEvent((event: XEvent) => {
    const { keycode, x, y } = event as unknown as { keycode: number; x: number; y: number };
    if (event.name === 'KeyPress') {
      log.push(`+${keycode}`);
      pressStates.push(event.buttons as number);
    }
    if (event.name === 'KeyRelease') log.push(`-${keycode}`);
    if (event.name === 'ButtonPress') log.push(`b+${keycode}`);
    if (event.name === 'ButtonRelease') log.push(`b-${keycode}`);
    if (event.name === 'MotionNotify') log.push(`@${x},${y}`);
  });
  const window = client.AllocID();
  const { pixel_width, pixel_height } = screen;
  client.CreateWindow(window, root, 0, 0, pixel_width, pixel_height, 0, 0, 0, 0, { eventMask: INPUT_EVENTS });
  client.MapWindow(window);
  await display.sync();
  client.SetInputFocus(window, POINTER_ROOT);
  await display.sync();
  return { log, pressStates, settle: () => display.sync(), close: () => display.close() };
}
