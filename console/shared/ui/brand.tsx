import { t } from '../strings.ts';
import styles from './brand.module.css';

/** The product's mark and name. */
export function Brand({ size = 'medium' }: { size?: 'medium' | 'large' }) {
  return (
    <span className={`${styles.brand} ${styles[size] ?? ''}`}>
      <svg viewBox="0 0 32 32" aria-hidden="true">
        <rect width="32" height="32" rx="8" className={styles.ground} />
        <path d="M7 16.5l5 5 9-11" className={styles.first} />
        <path d="M17 20.5l1.5 1.5L25 14" className={styles.second} />
      </svg>
      {t.product}
    </span>
  );
}
