import type { ReactNode } from 'react';
import { Brand } from '../shared/ui/brand.tsx';
import { ThemeSwitch } from '../shared/ui/theme-switch.tsx';
import styles from './entrance.module.css';

/** The frame of the pages in front of the sign-in: one card in the middle. */
export function Entrance({ title, lead, children }: { title: string; lead?: string; children?: ReactNode }) {
  return (
    <div className={styles.entrance}>
      <div className={styles.corner}>
        <ThemeSwitch />
      </div>
      <main className={styles.card}>
        <Brand size="large" />
        <div>
          <h1>{title}</h1>
          {lead !== undefined && <p className={styles.lead}>{lead}</p>}
        </div>
        {children}
      </main>
    </div>
  );
}
