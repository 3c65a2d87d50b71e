import type { LocalCommand } from '../../protocol/local-page.ts';
import type { InputSink } from '../platform/platform.ts';

/** So soon after the technician pressed something here, a yes may be their press and not the customer's. */
export const FOREIGN_HAND_MS = 1_500;

/** What gives the technician more than they have. Saying no, stopping and writing are never held back. */
export function givesMore(command: LocalCommand): boolean {
  switch (command.type) {
    case 'consent.answer':
      return command.allowed.length > 0;
    case 'tool.allow':
      return true;
    case 'file.answer':
      return command.accept;
    default:
      return false;
  }
}

/** `input`, telling `pressed` of every key, and of every button that goes down or up: the pointer alone decides nothing. */
export function watchedInput(input: InputSink, pressed: () => void): InputSink {
  let held = 0;
  return {
    key(keysym, down, keycode) {
      pressed();
      return input.key(keysym, down, keycode);
    },
    pointer(x, y, buttons) {
      if (buttons !== held) pressed();
      held = buttons;
      return input.pointer(x, y, buttons);
    },
    releaseAll: () => input.releaseAll(),
    close: () => input.close(),
  };
}
