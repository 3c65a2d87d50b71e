import { useCallback, useRef, useState } from 'react';
import { asProblem } from './api.ts';
import { dismissTrouble, toast } from './ui/toast.tsx';

/** An action of a button: pending while it runs, its refusal as a toast. A second press meanwhile does nothing. */
export function useAction(): { isPending: boolean; act: (work: () => Promise<unknown>) => Promise<boolean> } {
  const [isPending, setPending] = useState(false);
  const running = useRef(false);
  const act = useCallback(async (work: () => Promise<unknown>) => {
    if (running.current) return false;
    running.current = true;
    setPending(true);
    try {
      await work();
      dismissTrouble();
      return true;
    } catch (thrown) {
      toast(asProblem(thrown).message, 'trouble');
      return false;
    } finally {
      running.current = false;
      setPending(false);
    }
  }, []);
  return { isPending, act };
}
