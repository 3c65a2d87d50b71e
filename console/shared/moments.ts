import { useEffect, useState } from 'react';

const time = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });
const timeWithSeconds = new Intl.DateTimeFormat(undefined, {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
});
const day = new Intl.DateTimeFormat(undefined, { year: 'numeric', month: 'short', day: 'numeric' });
const utcDay = new Intl.DateTimeFormat(undefined, {
  year: 'numeric',
  month: 'short',
  day: 'numeric',
  timeZone: 'UTC',
});
const full = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });

/** All in the reader's zone and manner; `instant` is ISO 8601 in UTC. */
export const timeOf = (instant: string): string => time.format(new Date(instant));
export const timeWithSecondsOf = (instant: string): string => timeWithSeconds.format(new Date(instant));
export const dayOf = (instant: string): string => day.format(new Date(instant));
/** A calendar day (`2026-03-01`), without a zone: noon of the reader's own day. Nothing of none. */
export const wordsOfDay = (date: string): string => (date === '' ? '' : dayOf(`${date}T12:00:00`));
/** The day that a person chose, whatever zone it is read in: holds end with a day, UTC. */
export const utcDayOf = (instant: string): string => utcDay.format(new Date(instant));
export const minuteOf = (instant: string): string => `${dayOf(instant)}, ${timeOf(instant)}`;
export const momentOf = (instant: string): string => full.format(new Date(instant));

/** The reader's zone as it is written beside hours, at `instant`: 'CET', 'GMT+5:30'. */
export function zoneAt(instant: string | number | Date): string {
  const parts = new Intl.DateTimeFormat(undefined, { timeZoneName: 'short' }).formatToParts(
    new Date(instant),
  );
  return parts.find(({ type }) => type === 'timeZoneName')?.value ?? '';
}

/** Its name in the IANA database; 'UTC' where the browser has none. */
export const ownZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone ?? 'UTC';

export const secondsBetween = (from: string | number, to: string | number): number =>
  (new Date(to).getTime() - new Date(from).getTime()) / 1000;

/** The present, in ms since 1970; renders again every second on the second while mounted. */
export function useNow(): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout>;
    const tick = () => {
      setNow(Date.now());
      timer = setTimeout(tick, 1000 - (Date.now() % 1000));
    };
    timer = setTimeout(tick, 1000 - (Date.now() % 1000));
    return () => clearTimeout(timer);
  }, []);
  return now;
}
