import type { AgentClaim } from '../../../../protocol/computer.ts';
import type { NothingShown, Surface } from '../../../../protocol/surface.ts';
import { isolated } from '../../isolated.ts';

/** What the customer's agent is, and what one in a browser shows. */
export const agents = {
  /** `program 0.1.0`, or `browser (Chromium 140)`. */
  words: ({ kind, version, browser }: Pick<AgentClaim, 'kind' | 'version' | 'browser'>): string =>
    kind === 'native'
      ? `program ${version}`
      : browser === undefined
        ? 'browser'
        : `browser (${browser.name} ${browser.version})`,
  surface: {
    window: 'one window',
    tab: 'one tab of the browser',
    screen: 'the whole screen',
    unknown: 'a part of the screen that the browser does not name',
  } satisfies Record<Surface, string>,
  /** For the technician. */
  nothingShown: {
    'not-chosen': (name: string) =>
      `The browser of ${isolated(name)} asked what to show, and nothing was chosen.`,
    'not-possible': (name: string) => `The browser of ${isolated(name)} could not show the screen.`,
    'loaded-anew': (name: string) =>
      `The page of ${isolated(name)} was loaded anew. ${isolated(name)} is choosing what to show again.`,
  } satisfies Record<NothingShown, (name: string) => string>,
  nothingShownHow: (name: string) =>
    `Ask ${isolated(name)} to press the button again and to choose a window or the whole screen.`,
  chooses: (name: string) => `${isolated(name)} has not chosen yet what to show.`,
  choosesHow: 'After a reload the browser asks anew. The picture comes as soon as something is chosen.',
  undecodable: 'This browser cannot show the picture',
  undecodableHow:
    'It knows none of the ways in which the customer’s browser can send it. Use a current Chrome or Edge.',
};
