import { useSyncExternalStore } from 'react';

/** From here on there is no room beside the list: the panel lies over it. The same width stands in session-panel.module.css. */
const narrow = window.matchMedia('(max-width: 1023px)');

const follow = (listener: () => void) => {
  narrow.addEventListener('change', listener);
  return () => narrow.removeEventListener('change', listener);
};

export const useNarrow = (): boolean => useSyncExternalStore(follow, () => narrow.matches);
