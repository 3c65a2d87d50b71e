import { useEffect, useState } from 'react';
import { type LogAlarm, LogAlarms } from '../../protocol/log-alarm.ts';
import { useResource } from './resource.ts';
import { useMay, useSignedIn } from './signed-in.tsx';
import { standingAlarms } from './standing-alarms.ts';
import { whileShown } from './while-shown.ts';

const EVERY_MS = 15_000;

/** What stands against the record now, for whoever may open `/verification`. */
export function useAlarms(): readonly LogAlarm[] {
  const { api } = useSignedIn();
  const mayWatch = useMay('log.watch');
  const [alarms, setAlarms] = useState<readonly LogAlarm[]>([]);
  const { resource, reload } = useResource('alarms', async (signal) =>
    mayWatch ? (await api.get('/log/alarms', LogAlarms, signal)).alarms : [],
  );
  useEffect(() => setAlarms((before) => standingAlarms(before, resource)), [resource]);
  // Each answer, also a refusal, is a new resource: the next question comes so long after it.
  useEffect(
    () => (mayWatch && resource.standing !== 'loading' ? whileShown(reload, EVERY_MS) : undefined),
    [mayWatch, resource, reload],
  );
  return alarms;
}
