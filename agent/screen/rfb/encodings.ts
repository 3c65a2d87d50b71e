/** Encoding numbers: RFC 6143 7.7 and 7.8, and the community's list (github.com/rfbproto/rfbproto). */
export const Encoding = {
  raw: 0,
  copyRect: 1,
  tight: 7,
  desktopSize: -223,
  lastRect: -224,
  cursor: -239,
  qemuExtendedKey: -258,
  extendedDesktopSize: -308,
  fence: -312,
  continuousUpdates: -313,
  extendedMouseButtons: -316,
  /** With real transparency, where `cursor` only knows opaque and not. */
  vmwareCursor: 0x574d5664,
  extendedClipboard: 0xc0a1e5ce | 0,
} as const;

const QUALITY_0 = -32;
const QUALITY_9 = -23;
const COMPRESSION_0 = -256;
const COMPRESSION_9 = -247;
const DEFAULT_COMPRESSION = 2;

/** What a viewer said that it understands. */
export class ViewerEncodings {
  readonly #known: ReadonlySet<number>;
  /** 0 to 9; absent when the viewer named none, which forbids lossy encoding. */
  readonly quality: number | undefined;
  /** 0 to 9. */
  readonly compression: number;

  constructor(announced: readonly number[]) {
    this.#known = new Set(announced);
    const quality = announced.find((n) => n >= QUALITY_0 && n <= QUALITY_9);
    const compression = announced.find((n) => n >= COMPRESSION_0 && n <= COMPRESSION_9);
    this.quality = quality === undefined ? undefined : quality - QUALITY_0;
    this.compression = compression === undefined ? DEFAULT_COMPRESSION : compression - COMPRESSION_0;
  }

  has(name: keyof typeof Encoding): boolean {
    return this.#known.has(Encoding[name]);
  }
}
