import { type ReactNode, useEffect, useRef } from 'react';
import styles from './step-title.module.css';

let isFirst = true;

/**
 * The heading of what the customer does now. When one step follows another it takes the focus, so that a screen reader
 * goes on there; the very first one leaves it to the page.
 */
export function StepTitle({ children }: { children: ReactNode }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (!isFirst) {
      heading.current?.focus({ preventScroll: true });
      window.scrollTo({ top: 0 });
    }
    return () => {
      isFirst = false;
    };
  }, []);
  return (
    <h1 ref={heading} tabIndex={-1} className={styles.title}>
      {children}
    </h1>
  );
}
