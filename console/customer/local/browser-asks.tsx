import { AppWindow } from 'lucide-react';
import { useEffect } from 'react';
import { announce } from '../../shared/announcer.ts';
import { useStore } from '../../shared/store.ts';
import { t } from '../../shared/strings.ts';
import { useLink } from './customer-link.ts';
import styles from './problem-line.module.css';

/** Docked while the browser's own question waits: it stands outside of the page, and is easily missed. */
export function BrowserAsks() {
  const text = t.customer.local;
  const { browserAsks } = useStore(useLink().view);
  useEffect(() => {
    if (browserAsks) announce(t.customer.local.browserAsks[browserAsks]);
  }, [browserAsks]);
  if (!browserAsks) return null;
  return (
    <section className={styles.asks} aria-label={text.browserAsksTitle}>
      <AppWindow size={22} aria-hidden="true" />
      <p className={styles.words}>{text.browserAsks[browserAsks]}</p>
    </section>
  );
}
