import { useEffect, useState } from 'react';
import { ASK_AGAIN_AFTER_MS } from '../../protocol/consent.ts';
import type { ToolState } from '../../protocol/grant.ts';

/**
 * Seconds until a tool that the customer refused or took back may be asked for again; 0 when it may be.
 * Counted from when this page learnt of it, for the clocks of broker and browser differ.
 */
export function useAskAgain({ standing, since }: ToolState): number {
  return useWaitAfterNo(standing === 'refused' || standing === 'revoked', since);
}

/** The same for anything else that the customer said no to. */
export function useWaitAfterNo(wasNo: boolean, since: string): number {
  const [seconds, setSeconds] = useState(0);
  // `since`: refused once more is another refusal, with a wait of its own.
  useEffect(() => {
    if (!wasNo || since === '') return setSeconds(0);
    const until = Date.now() + ASK_AGAIN_AFTER_MS;
    const count = () => {
      const left = Math.max(0, Math.ceil((until - Date.now()) / 1000));
      setSeconds(left);
      if (left === 0) clearInterval(timer);
    };
    const timer = setInterval(count, 250);
    count();
    return () => clearInterval(timer);
  }, [wasNo, since]);
  return seconds;
}
