import { useMemo, useSyncExternalStore } from 'react';
import { useStore } from '../../shared/store.ts';
import { theme } from '../../shared/theme.ts';

export interface PlotColours {
  readonly text: string;
  readonly grid: string;
  readonly main: string;
  readonly soft: string;
  readonly second: string;
}

const dark = window.matchMedia('(prefers-color-scheme: dark)');
const follow = (listener: () => void) => {
  dark.addEventListener('change', listener);
  return () => dark.removeEventListener('change', listener);
};

/** The tokens as a canvas needs them; they change with the page's appearance. */
export function usePlotColours(): () => PlotColours {
  const chosen = useStore(theme);
  const isDark = useSyncExternalStore(follow, () => dark.matches);
  // Read when a plot is drawn: the page's attribute has changed by then. A new function tells that it has.
  return useMemo(() => () => read(`${chosen} ${isDark}`), [chosen, isDark]);
}

function read(_appearance: string): PlotColours {
  const tokens = getComputedStyle(document.documentElement);
  const colour = (name: string) => tokens.getPropertyValue(name).trim();
  return {
    text: colour('--text-soft'),
    grid: colour('--border'),
    main: colour('--accent'),
    soft: colour('--accent-soft'),
    second: colour('--asked'),
  };
}
