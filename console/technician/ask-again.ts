import { useEffect, useState } from 'react';
import { ASK_AGAIN_AFTER_MS } from '../../protocol/consent.ts';
import type { ToolState } from '../../protocol/grant.ts';

/**
 * Seconds until a tool that the customer refused or took back may be asked for again; 0 when it may be.
 * Counted from when this page learnt of it, for the clocks of broker and browser differ.
 */
export function useAskAgain({ standing, since }: ToolState): number {
  const [seconds, setSeconds] = useState(0);
  // `since`: refused once more is another refusal, with a wait of its own.
  useEffect(() => {
    if (standing !== 'refused' && standing !== 'revoked') return setSeconds(0);
    const until = Date.now() + ASK_AGAIN_AFTER_MS;
    const count = () => {
      const left = Math.max(0, Math.ceil((until - Date.now()) / 1000));
      setSeconds(left);
      if (left === 0) clearInterval(timer);
    };
    const timer = setInterval(count, 250);
    count();
    return () => clearInterval(timer);
  }, [standing, since]);
  return seconds;
}
