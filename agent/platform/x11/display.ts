import { createRequire } from 'node:module';
import type { Reply, XClient, XDisplay, XEvent, XScreen } from 'x11';
import { noScreen } from '../no-screen.ts';

// The package is CommonJS and defines some exports by getters that an ESM import would run.
const { createClient } = createRequire(import.meta.url)('x11') as typeof import('x11');

const CONNECT_TIMEOUT_MS = 5_000;
const MAX_DISPLAY = 65_535 - 6_000;
const CLOSE_TIMEOUT_MS = 1_000;

/** Names as the `x11` package loads them. */
export type ExtensionName = 'shm' | 'damage' | 'fixes' | 'randr' | 'xtest' | 'xkb';

/**
 * One connection to an X server, by promises. Every request that waits for a reply is refused when the
 * server goes away, which the bare package leaves waiting for ever.
 */
export class X11Display {
  readonly name: string;
  readonly client: XClient;
  readonly info: XDisplay;
  readonly screen: XScreen;
  readonly #waiting = new Set<(error: Error) => void>();
  readonly #eventHandlers = new Set<(event: XEvent) => void>();
  readonly #lostHandlers = new Set<(reason: string) => void>();
  readonly #errorHandlers = new Set<(error: Error) => void>();
  #ended: Error | undefined;

  private constructor(name: string, info: XDisplay, screenNumber: number) {
    const screen = info.screen[screenNumber];
    if (!screen) throw new Error(`the display ${name} has no screen ${screenNumber}`);
    this.name = name;
    this.client = info.client;
    // The package shares its memory of atoms between servers, which number them differently.
    this.client.atoms = { ...this.client.atoms };
    this.info = info;
    this.screen = screen;
    this.client.on('event', (event) => {
      for (const handler of this.#eventHandlers) handler(event);
    });
    this.client.on('end', () => this.#lose('the X server closed the connection'));
    this.client.stream.on('close', () => this.#lose('the connection to the X server closed'));
  }

  /** Connects to `name` (`:0`, `:1.0`), by default to $DISPLAY. Throws in plain words, with its name, when that fails. */
  static async connect(name = process.env.DISPLAY ?? ''): Promise<X11Display> {
    if (name === '') throw noScreen('There is no screen here: DISPLAY is not set.');
    const number = Number(/:(\d+)(\.\d+)?$/.exec(name)?.[1] ?? Number.NaN);
    // Above this the package asks the socket for an impossible port, outside any callback of ours.
    if (!(number <= MAX_DISPLAY)) throw noScreen(`No screen was found at ${name}.`);
    let display: X11Display | undefined;
    const info = await new Promise<XDisplay>((resolve, reject) => {
      const refuse = (error: unknown) => reject(noScreen(whyNot(name, error), error));
      const timer = setTimeout(() => {
        client.stream?.destroy();
        reject(noScreen(`The screen ${name} does not answer.`));
      }, CONNECT_TIMEOUT_MS);
      const client = createClient({ display: name }, (error, ready) => {
        clearTimeout(timer);
        if (error) refuse(error);
        else resolve(ready);
      });
      // An `error` without a listener would end the process. These are X errors of requests that nobody
      // waits for (a window that went away meanwhile), and socket errors, which `end` or `close` follow.
      client.on('error', (error) => {
        clearTimeout(timer);
        refuse(error);
        display?.reportError(error);
      });
    });
    display = new X11Display(name, info, screenNumberOf(name));
    return display;
  }

  get root(): number {
    return this.screen.root;
  }

  /** Loads an extension; throws when this server has none of that name. */
  extension<Extension>(name: ExtensionName): Promise<Extension> {
    return this.request<unknown>((reply) => this.client.require(name, reply)).catch((error: Error) => {
      throw new Error(`the X server ${this.name} offers no ${name}: ${error.message}`);
    }) as Promise<Extension>;
  }

  /** Sends a request that has a reply: `display.request((reply) => display.client.GetGeometry(root, reply))`. */
  request<Value>(issue: (reply: Reply<Value>) => void): Promise<Value> {
    if (this.#ended) return Promise.reject(this.#ended);
    return new Promise<Value>((resolve, reject) => {
      this.#waiting.add(reject);
      issue((error, value) => {
        this.#waiting.delete(reject);
        if (error) reject(error);
        else resolve(value);
        return true;
      });
    });
  }

  /** Waits until the server has done everything that was asked of it. */
  async sync(): Promise<void> {
    await this.request((reply) => this.client.GetInputFocus(reply));
  }

  /** Answers how to stop. */
  onEvent(handler: (event: XEvent) => void): () => void {
    this.#eventHandlers.add(handler);
    return () => this.#eventHandlers.delete(handler);
  }

  /** X errors of requests without a reply; there is nothing to do about them but to write them to the log. */
  onError(handler: (error: Error) => void): void {
    this.#errorHandlers.add(handler);
  }

  /** Called once when the server is gone, but not after `close`. */
  onLost(handler: (reason: string) => void): void {
    this.#lostHandlers.add(handler);
  }

  reportError(error: Error): void {
    for (const handler of this.#errorHandlers) handler(error);
  }

  /** Sends what is queued and waits until the connection is gone. Safe to call twice. */
  async close(): Promise<void> {
    this.#lostHandlers.clear();
    this.#eventHandlers.clear();
    const { stream } = this.client;
    if (!stream.destroyed) {
      const closed = new Promise<void>((resolve) => stream.once('close', () => resolve()));
      this.client.terminate();
      const timer = setTimeout(() => stream.destroy(), CLOSE_TIMEOUT_MS);
      await closed;
      clearTimeout(timer);
    }
    this.#lose('the connection was closed');
  }

  #lose(reason: string): void {
    if (this.#ended) return;
    this.#ended = new Error(reason);
    for (const refuse of this.#waiting) refuse(this.#ended);
    this.#waiting.clear();
    // A server that ended leaves our half open; closing it lets the process exit.
    this.client.stream.destroy();
    for (const handler of this.#lostHandlers) handler(reason);
  }
}

/** `:1.2` means screen 2 of display 1. */
function screenNumberOf(name: string): number {
  return Number(/\.(\d+)$/.exec(name)?.[1] ?? 0);
}

/** An X server tells a stranger so, in an error without a `code`, or hangs up. Any other error found nobody there. */
function whyNot(name: string, error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === undefined || code === 'EPIPE' || code === 'ECONNRESET'
    ? `The screen ${name} did not let this program in.`
    : `No screen was found at ${name}.`;
}
