import type { Page } from 'playwright-core';
import { putReader, type ReadStamp } from './read-stamp.ts';

export interface Watched {
  /** From the moment when it was drawn in the shown tab to the one when it was here, each new stamp once. */
  readonly latencies: number[];
  readonly framesASecond: number;
}

/** Watches the picture that `selector` is (a video or a canvas) for so long. */
export async function watchStamps(page: Page, selector: string, forMs: number): Promise<Watched> {
  await putReader(page);
  return page.evaluate(
    async ([selector, forMs]) => {
      const { readStamp } = window as unknown as { readStamp: ReadStamp };
      const shown = document.querySelector<HTMLVideoElement | HTMLCanvasElement>(selector)!;
      const latencies: number[] = [];
      let last = -1;
      const look = () => {
        const read = readStamp(shown);
        if (!read || read.stamp === last) return;
        last = read.stamp;
        latencies.push(read.age);
      };
      const begun = performance.now();
      await new Promise<void>((resolve) => {
        const next = () => {
          look();
          if (performance.now() - begun > forMs) resolve();
          else if (shown instanceof HTMLVideoElement) shown.requestVideoFrameCallback(next);
          else requestAnimationFrame(next);
        };
        next();
      });
      return { latencies: latencies.slice(1), framesASecond: (latencies.length - 1) / (forMs / 1000) };
    },
    [selector, forMs] as const,
  );
}
