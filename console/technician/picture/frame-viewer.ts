import type { Store } from '../../shared/store.ts';
import { stillOf } from '../last-picture.ts';
import type { PictureStanding } from './lane-picture.ts';

/** A picture that this page draws by itself, from frames or from a track. */
export interface ShownPicture {
  readonly element: HTMLCanvasElement | HTMLVideoElement;
  readonly standing: Store<PictureStanding>;
}

/** Shows frames, and takes no key and no pointer: what a browser shows cannot be controlled. */
export class FrameViewer {
  readonly #picture: ShownPicture;
  readonly #target: HTMLElement;
  readonly #frame = document.createElement('div');
  readonly #stop: () => void;

  constructor(
    target: HTMLElement,
    picture: ShownPicture,
    options: { label: string; connected: () => void; disconnected: () => void },
  ) {
    this.#target = target;
    this.#picture = picture;
    const { element } = picture;
    element.setAttribute('role', 'img');
    element.setAttribute('aria-label', options.label);
    this.#frame.dataset.frames = '';
    // What is larger than the window is scrolled to, by keyboard too.
    this.#frame.tabIndex = 0;
    this.#frame.append(element);
    target.append(this.#frame);
    const look = () => {
      const standing = picture.standing.get();
      if (standing === 'stalled') this.#frame.dataset.stalled = '';
      else delete this.#frame.dataset.stalled;
      if (standing === 'shown' || standing === 'stalled') {
        element.dataset.connected = '';
        options.connected();
      } else options.disconnected();
    };
    this.#stop = picture.standing.subscribe(look);
    look();
  }

  /** Fitted to the window, or in its own size with scroll bars. */
  set isFitted(isFitted: boolean) {
    if (isFitted) this.#frame.dataset.fitted = '';
    else delete this.#frame.dataset.fitted;
  }

  set hasControl(_never: boolean) {}

  /** What it shows now, for when it is gone. */
  still(): HTMLCanvasElement | undefined {
    return stillOf(this.#picture.element);
  }

  close(): void {
    this.#stop();
    this.#target.replaceChildren();
  }
}
