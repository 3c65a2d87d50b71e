import { useCallback } from 'react';
import type { SessionRow } from '../../protocol/session-query.ts';
import { navigate, useLocation } from '../shared/router.tsx';
import { addressOfView, type LogView } from './log-view.ts';

const PARAMETER = 'open';

/** The element that opens a row: where the focus goes back to when its panel closes. */
export const openerId = (sessionId: string): string => `open-${sessionId}`;

/** The open session's panel, beside the list or over it. */
export const PANEL_ID = 'log-panel';

export const focusPanel = (): void => document.getElementById(PANEL_ID)?.focus({ preventScroll: true });

const focusRow = (sessionId: string): void => document.getElementById(openerId(sessionId))?.focus();

/** Which session is open beside the list. It stands in the address too, so that "look at this one" can be sent. */
export function useOpenSession(view: LogView, rows: readonly SessionRow[]) {
  const { search } = useLocation();
  const openId = new URLSearchParams(search).get(PARAMETER) ?? undefined;
  const here = addressOfView(view);

  const show = useCallback(
    (id: string, { replace = false } = {}) =>
      navigate(`/log${here}${here === '' ? '?' : '&'}${PARAMETER}=${encodeURIComponent(id)}`, { replace }),
    [here],
  );
  /** By its row, which one may choose again to get from it to the panel that stands open already. */
  const open = useCallback(
    (id: string) => {
      show(id);
      focusPanel();
    },
    [show],
  );

  const close = useCallback(() => {
    if (openId === undefined) return false;
    navigate(`/log${here}`, { replace: true });
    // Under a panel that covered it the list is inert until it has rendered again.
    requestAnimationFrame(() => focusRow(openId));
    return true;
  }, [here, openId]);

  /** To the next (1) or previous (-1) row: of the open session, or of the row that has the focus. False at the end. */
  const step = useCallback(
    (by: 1 | -1): boolean => {
      const focused = document.activeElement?.id ?? '';
      const at = rows.findIndex(
        ({ id }) => id === openId || (openId === undefined && openerId(id) === focused),
      );
      const next = rows[at === -1 ? (by === 1 ? 0 : -1) : at + by];
      if (next === undefined) return false;
      document.dispatchEvent(new CustomEvent(SHOW_ROW, { detail: next.id }));
      if (openId !== undefined) show(next.id, { replace: true });
      return true;
    },
    [rows, openId, show],
  );

  return { openId, open, close, step };
}

/** Asks the table to scroll a row into sight and give it the focus; `detail` is the session's id. */
export const SHOW_ROW = 'countersign.show-row';
