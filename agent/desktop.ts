import type {
  CustomerDesktop,
  DesktopTool,
  LaneHolder,
} from '../protocol/customer-end/customer-end-parts.ts';
import { ForeignHand } from './consent/foreign-hand.ts';
import type { LaneChannel } from './lane-channel.ts';
import type { InputSink, Platform } from './platform/platform.ts';
import { ScreenSharing } from './screen/screen-sharing.ts';

/** The customer's desktop behind the three tools that work on it. The screen is open only while somebody may see it. */
export class Desktop implements CustomerDesktop {
  /** The technician's, on this computer. */
  readonly foreignHand = new ForeignHand();
  readonly #platform: Platform;
  readonly #name: string;
  readonly #inputs = new Set<InputSink>();
  #sharing: Promise<ScreenSharing> | undefined;
  #lost: (reason: string) => void = () => {};
  #closed: Promise<void> | undefined;

  /** @param name what viewers call it. */
  constructor(platform: Platform, name: string) {
    this.#platform = platform;
    this.#name = name;
    ScreenSharing.prepare();
  }

  /** The display went away while it was shared. One listener, called once. */
  onLost(listener: (reason: string) => void): void {
    this.#lost = listener;
  }

  /** Somebody may see the screen soon: opens it ahead of their lane. Where that fails, `serve` meets it again and tells. */
  prepare(): void {
    this.#share().catch(() => {});
  }

  /** Serves `lane` until it closes. Rejects when this display cannot do it. */
  async serve(tool: DesktopTool, lane: LaneChannel, whose: LaneHolder): Promise<void> {
    let over = false;
    lane.onClose(() => {
      over = true;
    });
    const sharing = await this.#share();
    if (over) return;
    if (tool === 'view') return sharing.attachView(lane, whose);
    if (whose === 'watcher') throw new Error('Who watches has nothing but the picture.');
    if (tool === 'clipboard')
      return sharing.attachClipboard(lane, (changed) => this.#platform.openClipboard(changed));
    const input = this.foreignHand.watch(await this.#platform.openInput());
    this.#inputs.add(input);
    // Releases every key and button that is still down, and takes its additions to the keymap back.
    lane.onClose(() => {
      this.#inputs.delete(input);
      input.close().catch(() => {}); // a display that is gone holds no key down
    });
    if (!over) sharing.attachControl(lane, input);
  }

  /** Nobody may see the screen any more. The next view opens it anew. */
  async closeScreen(): Promise<void> {
    const sharing = this.#sharing;
    this.#sharing = undefined;
    await sharing?.then(
      (each) => each.close(),
      () => {}, // it never opened, and whoever asked for it was told
    );
  }

  /** Safe to call twice. */
  close(): Promise<void> {
    this.#closed ??= (async () => {
      await this.closeScreen();
      await Promise.allSettled([...this.#inputs].map((input) => input.close()));
      await this.#platform.close();
    })();
    return this.#closed;
  }

  #share(): Promise<ScreenSharing> {
    if (this.#closed) return Promise.reject(new Error('the session is over'));
    if (this.#sharing) return this.#sharing;
    const starting = ScreenSharing.start({
      openScreen: (events) => this.#platform.openScreen(events),
      name: this.#name,
      lost: (reason) => this.#lost(reason),
    });
    this.#sharing = starting;
    starting.catch(() => {
      if (this.#sharing === starting) this.#sharing = undefined;
    });
    return starting;
  }
}
