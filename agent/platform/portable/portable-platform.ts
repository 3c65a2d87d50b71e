import { describeComputer } from '../describe-computer.ts';
import type { Clipboard, InputSink, Platform, ScreenEvents, ScreenSource } from '../platform.ts';
import { type Monitor, PortableScreen } from './portable-screen.ts';

/** Any system on which screenshots can be taken: a technician can look, not yet touch. */
export class PortablePlatform implements Platform {
  readonly name = 'portable';
  readonly canControl = false;
  readonly canClipboard = false;
  readonly #screens = new Set<PortableScreen>();

  describe = describeComputer;

  async openScreen(events: ScreenEvents): Promise<ScreenSource> {
    const screen = await PortableScreen.open(await findMonitors(), events);
    this.#screens.add(screen);
    return screen;
  }

  openInput(): Promise<InputSink> {
    return Promise.reject(new Error(`Control is not available yet on ${systemName()}.`));
  }

  openClipboard(_changed: (text: string) => void): Promise<Clipboard> {
    return Promise.reject(new Error(`The clipboard is not available yet on ${systemName()}.`));
  }

  async close(): Promise<void> {
    await Promise.all([...this.#screens].map((screen) => screen.close()));
    this.#screens.clear();
  }
}

/** Loaded only here: its binary is missing on some systems, and X11 does not need it. */
async function findMonitors(): Promise<Monitor[]> {
  let screenshots: typeof import('node-screenshots');
  try {
    screenshots = await import('node-screenshots');
  } catch (cause) {
    throw new Error(`The part that reads the screen is not there for ${systemName()}.`, { cause });
  }
  try {
    return screenshots.Monitor.all();
  } catch (cause) {
    throw new Error('The screen of this computer cannot be read.', { cause });
  }
}

function systemName(): string {
  return (
    { win32: 'Windows', darwin: 'macOS', linux: 'this kind of Linux desktop' }[process.platform as string] ??
    process.platform
  );
}
