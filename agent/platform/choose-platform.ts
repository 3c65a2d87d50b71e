import { noScreen } from './no-screen.ts';
import type { Platform } from './platform.ts';
import { PortablePlatform } from './portable/portable-platform.ts';
import { X11Platform } from './x11/x11-platform.ts';

export interface PlatformChoice {
  /** An X display that was asked for by name; it wins over everything. */
  readonly display?: string;
  readonly environment?: NodeJS.ProcessEnv;
  readonly system?: NodeJS.Platform;
}

/** Picks how to reach this computer's screen. Throws with a sentence for its user when there is no way. */
export function choosePlatform(choice: PlatformChoice = {}): Platform {
  const { environment = process.env, system = process.platform } = choice;
  if (choice.display) return new X11Platform(choice.display);
  if (system === 'win32' || system === 'darwin') return new PortablePlatform();
  // Programs of a Wayland session see an X display too, but on it only themselves: the rest would be black.
  if (environment.WAYLAND_DISPLAY && (!environment.DISPLAY || environment.XDG_SESSION_TYPE === 'wayland'))
    throw new Error(
      'This is a Wayland session, whose screen cannot be shown yet. Sign out, choose an X11 session ' +
        '(often called “on Xorg”) on the sign-in screen, and start again.',
    );
  if (environment.DISPLAY) return new X11Platform(environment.DISPLAY);
  throw noScreen('There is no screen here: DISPLAY is not set.');
}
