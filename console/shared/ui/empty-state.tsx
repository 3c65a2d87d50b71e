import type { ReactNode } from 'react';
import styles from './empty-state.module.css';

/** What would be here, and what to do so that it is. */
export function EmptyState({
  icon,
  title,
  isPage = false,
  children,
  action,
}: {
  icon?: ReactNode;
  title: string;
  /** It stands in place of a whole page, and its title is the page's heading. */
  isPage?: boolean;
  children?: ReactNode;
  action?: ReactNode;
}) {
  return (
    <div className={styles.empty}>
      {icon !== undefined && (
        <span className={styles.icon} aria-hidden="true">
          {icon}
        </span>
      )}
      {isPage ? <h1>{title}</h1> : <strong>{title}</strong>}
      {children !== undefined && <p>{children}</p>}
      {action}
    </div>
  );
}
