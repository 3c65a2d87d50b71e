import { ProgressBar as AriaProgressBar } from 'react-aria-components';
import { cx } from '../class-names.ts';
import { t } from '../strings.ts';
import styles from './progress.module.css';

/** Decoration beside words that say what is waited for. */
export function Spinner({ className }: { className?: string }) {
  return (
    <svg className={cx(styles.spinner, className)} viewBox="0 0 20 20" aria-hidden="true">
      <circle cx="10" cy="10" r="8" className={styles.ring} />
      <path d="M10 2a8 8 0 0 1 8 8" className={styles.arc} />
    </svg>
  );
}

/** A whole page or panel that waits. */
export function Waiting({ label = t.loading }: { label?: string }) {
  return (
    <div className={styles.waiting} role="status">
      <Spinner />
      <span>{label}</span>
    </div>
  );
}

/** `value` from 0 to 1; undefined when the end is not known. */
export function ProgressBar({ label, value }: { label: string; value: number | undefined }) {
  return (
    <AriaProgressBar
      aria-label={label}
      {...(value === undefined ? { isIndeterminate: true } : { value: value * 100 })}
      className={styles.bar ?? ''}
    >
      {({ percentage }) => (
        <div
          className={cx(styles.fill, percentage === undefined && styles.unknown)}
          style={percentage === undefined ? {} : { width: `${percentage}%` }}
        />
      )}
    </AriaProgressBar>
  );
}
