import { useEffect } from 'react';

/** Ctrl+Alt+Shift and one of these letters, by key position, is ours; everything else is the customer's computer's. */
export type Shortcut = 'control' | 'files' | 'chat' | 'mute' | 'end';

const BY_CODE: Readonly<Record<string, Shortcut>> = {
  KeyC: 'control',
  KeyF: 'files',
  KeyM: 'chat',
  KeyV: 'mute',
  KeyE: 'end',
};

/** Calls `handle` for a shortcut, before the picture can take the key. */
export function useShortcuts(handle: (shortcut: Shortcut) => void): void {
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (!event.ctrlKey || !event.altKey || !event.shiftKey) return;
      const shortcut = BY_CODE[event.code];
      if (!shortcut) return;
      event.preventDefault();
      event.stopPropagation();
      if (!event.repeat) handle(shortcut);
    };
    window.addEventListener('keydown', pressed, true);
    return () => window.removeEventListener('keydown', pressed, true);
  }, [handle]);
}
