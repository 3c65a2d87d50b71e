import { type RefObject, useEffect, useLayoutEffect, useRef, useState } from 'react';
import type { SessionRow } from '../../protocol/session-query.ts';
import { openerId, SHOW_ROW } from './use-open-session.ts';
import { visibleRows } from './visible-rows.ts';

/** Until the first row was measured. */
const GUESSED_ROW_PX = 44;

/** The window of rows that the page shows now, and the way to one that it does not show yet. */
export function useVisibleRows(body: RefObject<HTMLTableSectionElement | null>, rows: readonly SessionRow[]) {
  const [rowHeight, setRowHeight] = useState(GUESSED_ROW_PX);
  const [range, setRange] = useState({ first: 0, last: 40 });
  const [hasScrolled, setScrolled] = useState(false);
  const wanted = useRef<string>(undefined);
  const count = rows.length;

  useEffect(() => {
    const look = () => {
      if (body.current === null) return;
      const measured = body.current.querySelector<HTMLElement>('tr[aria-rowindex]')?.offsetHeight ?? 0;
      if (measured > 0) setRowHeight(measured);
      const height = measured > 0 ? measured : GUESSED_ROW_PX;
      const next = visibleRows({
        count,
        rowHeight: height,
        top: -body.current.getBoundingClientRect().top,
        height: window.innerHeight,
      });
      setRange((before) => (before.first === next.first && before.last === next.last ? before : next));
    };
    const scroll = () => {
      setScrolled(true);
      look();
    };
    look();
    window.addEventListener('scroll', scroll, { passive: true });
    window.addEventListener('resize', look);
    return () => {
      window.removeEventListener('scroll', scroll);
      window.removeEventListener('resize', look);
    };
  }, [body, count]);

  useEffect(() => {
    const show = (event: Event) => {
      const id = (event as CustomEvent<string>).detail;
      const index = rows.findIndex((row) => row.id === id);
      if (index === -1 || body.current === null) return;
      wanted.current = id;
      scrollTo(body.current.getBoundingClientRect().top + index * rowHeight, rowHeight);
      setRange((before) =>
        index >= before.first && index < before.last
          ? { ...before }
          : visibleRows({ count, rowHeight, top: index * rowHeight, height: window.innerHeight }),
      );
    };
    document.addEventListener(SHOW_ROW, show);
    return () => document.removeEventListener(SHOW_ROW, show);
  }, [body, rows, rowHeight, count]);

  // The row may have come into the document only with this render.
  useLayoutEffect(() => {
    if (wanted.current === undefined) return;
    const opener = document.getElementById(openerId(wanted.current));
    if (opener === null) return;
    wanted.current = undefined;
    opener.focus({ preventScroll: true });
  });

  return { ...range, rowHeight, hasScrolled };
}

/** Head of the page and of the table, which cover what is under them. */
const COVERED_PX = 110;

/** Brings a row at `top` (from the window's upper edge) into sight, with no more movement than that needs. */
function scrollTo(top: number, height: number): void {
  if (top < COVERED_PX) window.scrollBy({ top: top - COVERED_PX });
  else if (top + height > window.innerHeight)
    window.scrollBy({ top: top + height - window.innerHeight + height });
}
