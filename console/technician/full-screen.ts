import { useCallback, useEffect, useState } from 'react';

/** Chromium only: in full screen even Alt Tab and Escape can go to the customer's computer. */
interface WithKeyboardLock {
  keyboard?: { lock?: () => Promise<void>; unlock?: () => void };
}

/** The whole page in full screen, so that menus and dialogs stay visible over the picture. */
export function useFullScreen(): { isFullScreen: boolean; toggle: () => void } {
  const [isFullScreen, setFullScreen] = useState(() => document.fullscreenElement !== null);
  useEffect(() => {
    const follow = () => setFullScreen(document.fullscreenElement !== null);
    document.addEventListener('fullscreenchange', follow);
    return () => {
      document.removeEventListener('fullscreenchange', follow);
      if (document.fullscreenElement) void document.exitFullscreen();
    };
  }, []);
  const toggle = useCallback(() => {
    const { keyboard } = navigator as WithKeyboardLock;
    if (document.fullscreenElement) {
      keyboard?.unlock?.();
      void document.exitFullscreen();
      return;
    }
    document.documentElement.requestFullscreen().then(
      () => keyboard?.lock?.().catch(() => {}),
      () => {
        // The browser does not allow it here: the page stays as it is.
      },
    );
  }, []);
  return { isFullScreen, toggle };
}
