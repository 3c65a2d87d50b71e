import { Component, type ReactNode } from 'react';
import { t } from './strings.ts';
import { Button } from './ui/button.tsx';
import { EmptyState } from './ui/empty-state.tsx';

/** Shows a way on instead of an empty page when a part of it throws. React's own log has the error. */
export class ErrorBoundary extends Component<{ children: ReactNode }, { isBroken: boolean }> {
  override state = { isBroken: false };

  static getDerivedStateFromError(): { isBroken: boolean } {
    return { isBroken: true };
  }

  override render(): ReactNode {
    if (!this.state.isBroken) return this.props.children;
    return (
      <EmptyState
        isPage
        title={t.broken.title}
        action={<Button onPress={() => window.location.reload()}>{t.broken.reload}</Button>}
      >
        {t.broken.text}
      </EmptyState>
    );
  }
}
