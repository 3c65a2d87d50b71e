import { useEffect, useRef, useState } from 'react';
import { useStore } from '../shared/store.ts';
import { t } from '../shared/strings.ts';
import { toast } from '../shared/ui/toast.tsx';
import { withMarks } from '../shared/with-marks.ts';
import type { SupportSession } from './support-session.ts';

/** How many of the customer's messages came while the chat was not in front; each is shown shortly when it comes. */
export function useUnread(session: SupportSession, isShown: boolean, from: string): number {
  const lines = useStore(session.chat.lines);
  const theirs = lines.filter((line) => line.from === 'customer');
  const count = theirs.length;
  const newest = theirs.at(-1)?.text ?? '';
  const seen = useRef(count);
  const [unread, setUnread] = useState(0);
  useEffect(() => {
    if (isShown) seen.current = count;
    setUnread(count - seen.current);
  }, [count, isShown]);
  useEffect(() => {
    if (unread > 0) toast(t.technician.chat.says(from, withMarks(newest)));
  }, [unread, from, newest]);
  return unread;
}
