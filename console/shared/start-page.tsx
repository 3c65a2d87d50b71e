import { type ReactNode, StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import './base.css';
import { ErrorBoundary } from './error-boundary.tsx';
import { startTheme } from './theme.ts';

/** Renders a page into `#root`: what every entry does, after importing `without-eval.ts`. */
export function startPage(page: ReactNode): void {
  startTheme();
  const root = document.getElementById('root');
  if (!root) throw new Error('the page has no #root');
  createRoot(root).render(
    <StrictMode>
      <ErrorBoundary>{page}</ErrorBoundary>
    </StrictMode>,
  );
}
