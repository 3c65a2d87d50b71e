import { useLayoutEffect, useState } from 'react';
import type { LocalState } from '../../../protocol/local-page.ts';
import type { KeptReading } from './customer-link.ts';

type Message = LocalState['chat'][number];

/** The element that shows a message. */
export const messageElementId = (id: string): string => `message-${id}`;

/** The technician's messages that were not in sight yet, and the way to them. */
export function useUnread(
  chat: readonly Message[],
  reading?: KeptReading,
): { unread: readonly Message[]; read: () => void } {
  const theirs = chat.filter(({ from }) => from === 'technician');
  const [last, setLast] = useState(reading?.last);
  const newest = theirs.at(-1)?.id;
  const see = (id: string) => {
    setLast(id);
    reading?.keep(id);
  };

  // After each change: what covered the message may be gone.
  useLayoutEffect(() => {
    if (newest === undefined || newest === last) return;
    const look = () => {
      if (isInSight(newest)) see(newest);
    };
    look();
    const listening = new AbortController();
    const options = { signal: listening.signal, capture: true, passive: true };
    for (const change of ['scroll', 'resize', 'focus']) window.addEventListener(change, look, options);
    document.addEventListener('visibilitychange', look, options);
    return () => listening.abort();
  });

  const read = () => {
    if (newest === undefined) return;
    const message = document.getElementById(messageElementId(newest));
    message?.scrollIntoView({ block: 'center' });
    message?.closest('ol')?.focus({ preventScroll: true });
    see(newest);
  };
  return { unread: theirs.slice(theirs.findIndex(({ id }) => id === last) + 1), read };
}

/** Its last line is on the screen, and nothing lies over it. */
function isInSight(id: string): boolean {
  const message = document.getElementById(messageElementId(id));
  if (!message || document.visibilityState !== 'visible') return false;
  const { left, width, bottom } = message.getBoundingClientRect();
  return message.contains(document.elementFromPoint(left + width / 2, bottom - 4));
}
