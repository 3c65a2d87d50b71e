import { ScrollText, SearchX } from 'lucide-react';
import type { ReactNode } from 'react';
import { t } from '../shared/strings.ts';
import { Button } from '../shared/ui/button.tsx';
import { EmptyState } from '../shared/ui/empty-state.tsx';
import { Notice } from '../shared/ui/notice.tsx';
import { Spinner, Waiting } from '../shared/ui/progress.tsx';
import styles from './list-state.module.css';
import type { LoadedRows } from './session-pages.ts';

/** The list in each of its states: loading, failed, nothing at all, nothing that matches, rows with or without more. */
export function ListState({
  loaded,
  isFiltered,
  onAgain,
  onClear,
  onMore,
  children,
}: {
  loaded: LoadedRows;
  isFiltered: boolean;
  onAgain: () => void;
  onClear: () => void;
  onMore: () => void;
  /** The table. */
  children: ReactNode;
}) {
  const text = t.log;
  const { rows, total, hasMore, loading, problem } = loaded;
  const again = <Button onPress={onAgain}>{t.tryAgain}</Button>;

  if (rows.length === 0) {
    if (problem !== undefined)
      return (
        <Notice kind="trouble" title={text.failedTitle} actions={again}>
          {problem.message}
        </Notice>
      );
    if (loading !== undefined) return <Waiting label={text.loading} />;
    return (
      <div className={styles.empty}>
        {isFiltered ? (
          <EmptyState
            icon={<SearchX />}
            title={text.noMatchTitle}
            action={<Button onPress={onClear}>{text.clear}</Button>}
          >
            {text.noMatch}
          </EmptyState>
        ) : (
          <EmptyState icon={<ScrollText />} title={text.emptyTitle}>
            {text.empty}
          </EmptyState>
        )}
      </div>
    );
  }
  return (
    <div aria-busy={loading === 'first'}>
      <p className={styles.count} role="status">
        {text.counted(total, rows.length, hasMore)}
        {loading === 'first' && <Spinner className={styles.spinner ?? ''} />}
      </p>
      {children}
      {problem !== undefined && (
        <Notice kind="trouble" title={text.failedTitle} actions={again}>
          {problem.message}
        </Notice>
      )}
      {hasMore && problem === undefined && (
        <div className={styles.more}>
          <Button isPending={loading === 'more'} onPress={onMore}>
            {text.loadMore}
          </Button>
        </div>
      )}
    </div>
  );
}
