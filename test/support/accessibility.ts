import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { AxeResults, RunOptions } from 'axe-core';
import type { Page } from 'playwright-core';

const SOURCE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const SIZES = [
  { width: 1280, height: 900 },
  { width: 390, height: 844 },
];

/**
 * What axe has against this page as it stands now, light and dark, on a desk and on a telephone; none is well.
 * `contrast`: WCAG's AA, or its AAA, which customers get.
 */
export async function violationsOf(page: Page, name: string, contrast: 'AA' | 'AAA'): Promise<string[]> {
  const colours = contrast === 'AA' ? ['color-contrast'] : ['color-contrast', 'color-contrast-enhanced'];
  const before = page.viewportSize();
  await load(page);
  const found: string[] = [];
  for (const size of SIZES) {
    await page.setViewportSize(size);
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      // The structure is the same in the dark: only the colours are others.
      const rules: RunOptions =
        colorScheme === 'light'
          ? { rules: Object.fromEntries(colours.map((rule) => [rule, { enabled: true }])) }
          : { runOnly: { type: 'rule', values: colours } };
      const { violations } = await run(page, { ...rules, resultTypes: ['violations'] });
      for (const { id, nodes } of violations) {
        for (const node of nodes) {
          const why = node.failureSummary?.split('\n').slice(1).join(' ').trim();
          found.push(`${name}, ${size.width} ${colorScheme}: ${id}: ${node.html.slice(0, 200)}: ${why}`);
        }
      }
    }
  }
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: null });
  if (before) await page.setViewportSize(before);
  return found;
}

/** Past the page's content security policy, which rightly lets no script in. */
async function load(page: Page): Promise<void> {
  const inspector = await page.context().newCDPSession(page);
  await inspector.send('Runtime.evaluate', { expression: await readFile(SOURCE, 'utf8') });
  await inspector.detach();
}

const run = (page: Page, options: RunOptions): Promise<AxeResults> =>
  page.evaluate(async (wish) => {
    // A colour on its way from one to another is neither; and what inherits it may set out only when it has arrived.
    for (let quiet = 0; quiet < 2; ) {
      await new Promise((resolve) => requestAnimationFrame(resolve));
      const passing = document
        .getAnimations()
        .filter(({ effect }) => effect?.getComputedTiming().endTime !== Number.POSITIVE_INFINITY);
      for (const animation of passing) animation.finish();
      quiet = passing.length === 0 ? quiet + 1 : 0;
    }
    const { axe } = window as unknown as {
      axe: { run(context: Document, options: unknown): Promise<AxeResults> };
    };
    return axe.run(document, wish);
  }, options);
