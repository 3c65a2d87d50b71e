import type { ReactNode } from 'react';
import { Brand } from '../shared/ui/brand.tsx';
import { ThemeSwitch } from '../shared/ui/theme-switch.tsx';
import styles from './customer-frame.module.css';

/** Every page of a customer: who this is, one column (or two while a session runs), and what is docked at the bottom. */
export function CustomerFrame({
  organisation,
  isWide = false,
  dock,
  children,
}: {
  /** Who helps, once it is known. */
  organisation?: string | undefined;
  isWide?: boolean;
  /** Stays in sight at the bottom, whatever is scrolled. */
  dock?: ReactNode;
  children: ReactNode;
}) {
  return (
    <div className={styles.frame}>
      <header className={styles.head}>
        <Brand />
        {organisation !== undefined && <bdi className={styles.organisation}>{organisation}</bdi>}
        <ThemeSwitch />
      </header>
      <main className={isWide ? styles.wide : styles.column}>{children}</main>
      {dock !== undefined && <div className={styles.dock}>{dock}</div>}
    </div>
  );
}
