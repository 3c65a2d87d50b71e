import { useEffect } from 'react';

/** The field that `/` goes to. */
export const SEARCH_FIELD_ID = 'log-search';

/** The log's single keys. They rest while one types, chooses from a menu or answers a dialog. */
export function useLogKeys(on: {
  step: (by: 1 | -1) => boolean;
  /** False when nothing was open. */
  close: () => boolean;
  onExport: () => void;
  /** There is no next row: load more. */
  onEnd: () => void;
}): void {
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
      const target = event.target instanceof Element ? event.target : undefined;
      if (
        target?.closest(
          'input:not([type=checkbox]), textarea, select, [role=dialog], [role=menu], [role=listbox]',
        )
      )
        return;
      const act = actions[event.key.toLowerCase()];
      if (act === undefined || act() === false) return;
      event.preventDefault();
    };
    const actions: Readonly<Record<string, () => unknown>> = {
      j: () => on.step(1) || on.onEnd(),
      k: () => on.step(-1),
      e: on.onExport,
      '/': () => document.getElementById(SEARCH_FIELD_ID)?.focus(),
      escape: on.close,
    };
    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
  });
}
