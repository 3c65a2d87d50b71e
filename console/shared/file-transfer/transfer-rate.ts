/** Long enough for a steady figure, short enough to follow a change. */
const SPAN_MS = 4_000;

/** How fast bytes came of late, from the moments at which they did. */
export class TransferRate {
  readonly #marks: { readonly atMs: number; readonly bytes: number }[] = [];

  /** `bytes`: all that came up to now. */
  mark(bytes: number, nowMs: number): void {
    this.#marks.push({ atMs: nowMs, bytes });
    // One mark from before the span stays, so that the span is whole.
    while (this.#marks.length > 2 && this.#marks[1]!.atMs <= nowMs - SPAN_MS) this.#marks.shift();
  }

  bytesPerSecond(nowMs: number): number {
    const first = this.#marks[0];
    const last = this.#marks.at(-1);
    if (!first || !last || last.atMs < nowMs - SPAN_MS) return 0;
    const elapsedMs = nowMs - first.atMs;
    return elapsedMs <= 0 ? 0 : ((last.bytes - first.bytes) * 1000) / elapsedMs;
  }
}
