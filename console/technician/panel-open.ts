import { useEffect, useState } from 'react';

/** Wide enough for picture and panel side by side; the same width stands in active-session.module.css. */
const PANEL_FITS = '(min-width: 1000px)';

/** Whether the side panel is shown: at first, and whenever the window changes between wide and narrow, where it fits. */
export function usePanelOpen(): [boolean, (isOpen: boolean) => void] {
  const [isOpen, setOpen] = useState(() => window.matchMedia(PANEL_FITS).matches);
  useEffect(() => {
    const fits = window.matchMedia(PANEL_FITS);
    const follow = () => setOpen(fits.matches);
    fits.addEventListener('change', follow);
    return () => fits.removeEventListener('change', follow);
  }, []);
  return [isOpen, setOpen];
}
