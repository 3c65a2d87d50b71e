import { type ReactNode, StrictMode } from 'react';
import { I18nProvider } from 'react-aria-components';
import { createRoot } from 'react-dom/client';
import './base.css';
import { ErrorBoundary } from './error-boundary.tsx';
import { startHeartbeat } from './heartbeat.ts';
import { LANGUAGE } from './strings.ts';
import { startTheme } from './theme.ts';

/** Renders a page into `#root`: what every entry does, after importing `without-eval.ts`. */
export function startPage(page: ReactNode): void {
  startTheme();
  startHeartbeat();
  const root = document.getElementById('root');
  if (!root) throw new Error('the page has no #root');
  createRoot(root).render(
    <StrictMode>
      <I18nProvider locale={LANGUAGE}>
        <ErrorBoundary>{page}</ErrorBoundary>
      </I18nProvider>
    </StrictMode>,
  );
}
