import { useEffect, useRef } from 'react';
import type { SessionStatus } from '../../protocol/session.ts';

/** The page of the next status replaces whatever had the focus: who uses the keyboard goes on at its heading. */
export function useFocusKept(status: SessionStatus | undefined): void {
  const before = useRef(status);
  useEffect(() => {
    const isFirst = before.current === undefined;
    before.current = status;
    if (isFirst || document.activeElement !== document.body) return;
    const heading = document.querySelector('h1');
    if (!heading) return;
    heading.tabIndex = -1;
    heading.focus({ preventScroll: true });
  }, [status]);
}
