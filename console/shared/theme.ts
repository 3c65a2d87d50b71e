import { WritableStore } from './store.ts';

export type Theme = 'system' | 'light' | 'dark';

const KEY = 'countersign.theme';

const stored = (): Theme => {
  try {
    const value = localStorage.getItem(KEY);
    return value === 'light' || value === 'dark' ? value : 'system';
  } catch {
    // Storage is switched off in this browser: the choice then lasts as long as the page.
    return 'system';
  }
};

function apply(theme: Theme): void {
  if (theme === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
}

export const theme = new WritableStore<Theme>('system');

/** Called by every entry before it renders. */
export function startTheme(): void {
  theme.set(stored());
  apply(theme.get());
}

export function chooseTheme(chosen: Theme): void {
  theme.set(chosen);
  apply(chosen);
  try {
    localStorage.setItem(KEY, chosen);
  } catch {
    // As in `stored`.
  }
}
