import { useCallback, useEffect, useState } from 'react';
import { LogVerification } from '../../protocol/log-verification.ts';
import type { Problem } from '../shared/api.ts';
import { useResource } from '../shared/resource.ts';
import { useSignedIn } from '../shared/signed-in.tsx';

const WHILE_RUNNING_MS = 500;
/** Somebody else may start one. */
const OTHERWISE_MS = 5_000;

/** The verification as the broker tells of it, followed while it runs; what was known stays when the broker is away. */
export function useVerification(): {
  verification: LogVerification | undefined;
  problem: Problem | undefined;
  start: () => Promise<void>;
  reload: () => void;
} {
  const { api } = useSignedIn();
  const [verification, setVerification] = useState<LogVerification>();
  const { resource, reload } = useResource('verification', (signal) =>
    api.get('/log/verification', LogVerification, signal),
  );
  useEffect(() => {
    if (resource.standing === 'there') setVerification(resource.value);
  }, [resource]);

  const everyMs = verification?.running === undefined ? OTHERWISE_MS : WHILE_RUNNING_MS;
  useEffect(() => {
    const timer = setInterval(() => document.visibilityState === 'visible' && reload(), everyMs);
    return () => clearInterval(timer);
  }, [everyMs, reload]);

  const start = useCallback(async () => {
    setVerification(await api.post('/log/verify', {}, LogVerification));
    // An answer from before it began may still be on its way.
    reload();
  }, [api, reload]);
  const problem = resource.standing === 'failed' ? resource.problem : undefined;
  return { verification, problem, start, reload };
}
