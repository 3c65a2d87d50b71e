import type {
  CustomerDesktop,
  DesktopTool,
  LaneHolder,
} from '../../../protocol/customer-end/customer-end-parts.ts';
import type { LaneChannel } from '../../../protocol/customer-end/lane-channel.ts';
import { PageMediaLane } from '../../shared/media/page-media-lane.ts';
import type { ClipboardHere } from './clipboard-here.ts';
import { PictureSender } from './picture-sender.ts';
import { ShownSurface } from './shown-surface.ts';

/** The way of the picture: frames over a lane, or a track by WebRTC. Without a surface nothing is shown. */
interface SurfaceSender {
  show(surface: ShownSurface | undefined): void;
}

interface BrowserDesktopParts {
  /** The customer pressed the browser's own "Stop sharing", or closed what was shown. */
  readonly stoppedThere: () => void;
  /** The technician's browser decodes nothing that this one encodes. */
  readonly noCodec: () => void;
  readonly clipboard: ClipboardHere;
}

/** What the browser lets the technician have of the customer's computer: what the customer chose to show, and nothing else. */
export class BrowserDesktop implements CustomerDesktop {
  /** No page presses keys on a computer: every yes is the customer's. */
  readonly foreignHand = { isHere: false };
  readonly #senders = new Set<SurfaceSender>();
  readonly #stoppedThere: () => void;
  readonly #noCodec: () => void;
  readonly #clipboard: ClipboardHere;
  #surface: ShownSurface | undefined;

  constructor({ stoppedThere, noCodec, clipboard }: BrowserDesktopParts) {
    this.#stoppedThere = stoppedThere;
    this.#noCodec = noCodec;
    this.#clipboard = clipboard;
  }

  get surface(): ShownSurface | undefined {
    return this.#surface;
  }

  /**
   * Lets the customer choose what is shown from now on; only in answer to a press. The browser asks for as long as it
   * likes: what was chosen when it is not wanted any more is let go, and nothing is answered. @throws NoSurface
   */
  async choose(isWanted: () => boolean): Promise<ShownSurface | undefined> {
    const chosen = await ShownSurface.choose(() => {
      if (this.#surface !== chosen) return;
      // Also before anything was allowed: it can be shown no more.
      void this.closeScreen();
      this.#stoppedThere();
    });
    if (!isWanted()) {
      chosen.stop();
      return undefined;
    }
    this.#surface?.stop();
    this.#surface = chosen;
    for (const sender of this.#senders) sender.show(chosen);
    return chosen;
  }

  /** A session outlives what is shown in it. */
  onLost(): void {}

  get copiedTextWaits(): boolean {
    return this.#clipboard.waiting;
  }

  /** What is shown was chosen, or has to be, by a press. */
  prepare(): void {}

  /** Each who sees it gets an encoder, or a stream, of their own: a slow line of one slows nobody else. */
  async serve(tool: DesktopTool, lane: LaneChannel, whose: LaneHolder): Promise<void> {
    if (tool === 'clipboard') return this.#clipboard.serve(lane);
    if (tool !== 'view') throw new Error('This browser cannot do that.');
    const sender: SurfaceSender =
      lane instanceof PageMediaLane
        ? lane
        : new PictureSender(lane, whose === 'technician' ? this.#noCodec : () => {});
    this.#senders.add(sender);
    lane.onClose(() => this.#senders.delete(sender));
    sender.show(this.#surface);
  }

  async closeScreen(): Promise<void> {
    for (const sender of this.#senders) sender.show(undefined);
    this.#surface?.stop();
    this.#surface = undefined;
  }

  close(): Promise<void> {
    return this.closeScreen();
  }
}
