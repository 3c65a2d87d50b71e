import type { CursorImage } from '../platform/platform.ts';
import { Encoding, type ViewerEncodings } from './rfb/encodings.ts';
import type { PixelFormat } from './rfb/pixel-format.ts';
import {
  extendedDesktopSize,
  type PseudoRectangle,
  plainCursor,
  pseudoUpdate,
  ResizeReason,
  ResizeStatus,
  vmwareCursor,
} from './rfb/server-messages.ts';

interface Size {
  readonly width: number;
  readonly height: number;
}

/** What a viewer has still to be told besides pixels. Of each kind only the latest counts. */
export class ViewerFacts {
  readonly #waiting = new Map<number, PseudoRectangle>();

  get any(): boolean {
    return this.#waiting.size > 0;
  }

  /** The viewer says what it understands: it learns what was beyond it before. */
  encodings(now: ViewerEncodings, before: ViewerEncodings, size: Size): void {
    const isNew = (name: keyof typeof Encoding) => now.has(name) && !before.has(name);
    if (isNew('qemuExtendedKey')) this.#tell({ encoding: Encoding.qemuExtendedKey });
    if (isNew('extendedMouseButtons')) this.#tell({ encoding: Encoding.extendedMouseButtons });
    if (isNew('extendedDesktopSize')) this.size(now, size);
  }

  cursor(encodings: ViewerEncodings, cursor: CursorImage, format: PixelFormat): void {
    if (encodings.has('vmwareCursor')) this.#tell(vmwareCursor(cursor));
    else if (encodings.has('cursor')) this.#tell(plainCursor(cursor, format));
  }

  /** Answers whether the viewer can be told at all. */
  size(encodings: ViewerEncodings, { width, height }: Size): boolean {
    if (encodings.has('extendedDesktopSize')) {
      this.#tell(extendedDesktopSize(width, height, ResizeReason.server, ResizeStatus.done));
    } else if (encodings.has('desktopSize')) {
      this.#tell({ encoding: Encoding.desktopSize, w: width, h: height });
    } else return false;
    return true;
  }

  /** The viewer asked for another size. The customer's screen is the customer's: it stays. */
  resizeProhibited(encodings: ViewerEncodings, { width, height }: Size): void {
    if (!encodings.has('extendedDesktopSize') || this.#waiting.has(Encoding.extendedDesktopSize)) return;
    this.#tell(extendedDesktopSize(width, height, ResizeReason.thisViewer, ResizeStatus.prohibited));
  }

  /** The update that tells all of it. */
  take(): Uint8Array {
    const message = pseudoUpdate([...this.#waiting.values()]);
    this.#waiting.clear();
    return message;
  }

  #tell(fact: PseudoRectangle): void {
    this.#waiting.set(fact.encoding, fact);
  }
}
