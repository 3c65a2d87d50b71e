import type { Transfer } from '../../local-page.ts';

/** People read a rate, they do not watch every packet. */
const NEWS_EVERY_MS = 100;
const RATE_OVER_MS = 500;
const MAX_REMEMBERED = 500;

interface Progress {
  bytes: number;
  bytesPerSecond: number;
  savedAs?: string;
  measuredAt: number;
  measuredBytes: number;
}

/** How far each file has come at this end, and how fast. */
export class TransferProgress {
  readonly #changed: () => void;
  readonly #files = new Map<string, Progress>();
  #toldAt = 0;

  constructor(changed: () => void) {
    this.#changed = changed;
  }

  list(): Transfer[] {
    return [...this.#files].map(([fileId, { bytes, bytesPerSecond, savedAs }]) => ({
      fileId,
      bytes,
      bytesPerSecond,
      ...(savedAs === undefined ? {} : { savedAs }),
    }));
  }

  bytesOf(fileId: string): number {
    return this.#files.get(fileId)?.bytes ?? 0;
  }

  reached(fileId: string, bytes: number): void {
    const now = performance.now();
    const progress = this.#files.get(fileId) ?? this.#begin(fileId, bytes, now);
    progress.bytes = bytes;
    const passedMs = now - progress.measuredAt;
    if (passedMs >= RATE_OVER_MS) {
      const rate = ((bytes - progress.measuredBytes) / passedMs) * 1000;
      // The last half second counts most: smooth to look at, and soon right.
      progress.bytesPerSecond =
        progress.bytesPerSecond === 0 ? rate : progress.bytesPerSecond * 0.4 + rate * 0.6;
      progress.measuredAt = now;
      progress.measuredBytes = bytes;
    }
    if (now - this.#toldAt < NEWS_EVERY_MS) return;
    this.#toldAt = now;
    this.#changed();
  }

  ended(fileId: string, bytes: number, savedAs?: string): void {
    const progress = this.#files.get(fileId) ?? this.#begin(fileId, bytes, performance.now());
    progress.bytes = bytes;
    progress.bytesPerSecond = 0;
    if (savedAs !== undefined) progress.savedAs = savedAs;
    this.#changed();
  }

  #begin(fileId: string, bytes: number, now: number): Progress {
    const progress = { bytes, bytesPerSecond: 0, measuredAt: now, measuredBytes: bytes };
    this.#files.set(fileId, progress);
    if (this.#files.size > MAX_REMEMBERED) this.#files.delete(this.#files.keys().next().value!);
    return progress;
  }
}
