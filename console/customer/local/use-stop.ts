import { useCallback, useEffect, useState } from 'react';
import type { CustomerLink } from './customer-link.ts';

export interface Stop {
  readonly stop: () => void;
  /** It was pressed, and the agent has not said yet that everything is closed. */
  readonly isStopping: boolean;
}

/** Two presses within this time are one Stop. */
const TWICE_MS = 1000;

/**
 * Stop everything, by its button or by Escape pressed twice anywhere on the page, also while a menu or a text field
 * has the focus. Nothing asks back: whoever wants to stop must not have to read.
 */
export function useStop(link: CustomerLink, isPossible: boolean): Stop {
  const [isStopping, setStopping] = useState(false);

  const stop = useCallback(() => {
    setStopping(true);
    link.send({ type: 'stop', reason: 'stopped-by-customer' });
  }, [link]);

  useEffect(() => {
    if (!isPossible) return;
    let lastAt = Number.NEGATIVE_INFINITY;
    const press = (event: KeyboardEvent) => {
      if (event.key !== 'Escape' || event.repeat) return;
      if (event.timeStamp - lastAt <= TWICE_MS) stop();
      lastAt = event.timeStamp;
    };
    // Before any component sees the key: an open popover swallows Escape.
    window.addEventListener('keydown', press, { capture: true });
    return () => window.removeEventListener('keydown', press, { capture: true });
  }, [isPossible, stop]);

  return { stop, isStopping };
}
