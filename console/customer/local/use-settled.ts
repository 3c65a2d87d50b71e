import { useEffect, useState } from 'react';

/** Long enough to see that a button appeared under the pointer or the key that was already on its way. */
const SETTLE_MS = 500;

/** False for the first moment: a press meant for something else must not answer a question that has just come up. */
export function useSettled(): boolean {
  const [isSettled, setSettled] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(true), SETTLE_MS);
    return () => clearTimeout(timer);
  }, []);
  return isSettled;
}
