import { useEffect, useState } from 'react';
import { SessionDetail } from '../../protocol/session-record.ts';
import { useResource } from '../shared/resource.ts';
import { useSignedIn } from '../shared/signed-in.tsx';

/** Long enough that walking through the list with a held key loads only where it stops: each reading is an entry of its own. */
const DWELL_MS = 200;

/** The record of one session. Reading it is noted by the broker, so it is read once per visit. */
export function useSessionRecord(id: string) {
  const { api } = useSignedIn();
  const settledId = useSettledValue(id);
  const { resource, reload } = useResource(settledId, (signal) =>
    api.get(`/sessions/${encodeURIComponent(settledId)}`, SessionDetail, signal),
  );
  return { resource: settledId === id ? resource : ({ standing: 'loading' } as const), reload };
}

/** The value once it has not changed for a moment; the first one at once. */
function useSettledValue(value: string): string {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), DWELL_MS);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}
