import { type ReactNode, useEffect, useRef } from 'react';
import { Link } from 'react-aria-components';
import { cx } from '../class-names.ts';
import { useLocation } from '../router.tsx';
import { t } from '../strings.ts';
import styles from './app-shell.module.css';
import { Brand } from './brand.tsx';

export interface NavigationLink {
  to: string;
  label: string;
  /** Lit also on pages below it. */
  covers: (path: string) => boolean;
}

/** Jumps over the head to what the page is about: the first stop of the Tab key. */
export function SkipLink() {
  return (
    <a href="#content" className={styles.skip}>
      {t.skipToContent}
    </a>
  );
}

/** The frame of every staff page but the session: head with navigation, then the page's content. */
export function AppShell({
  links,
  end,
  children,
}: {
  links: readonly NavigationLink[];
  /** At the end of the head: theme, account. */
  end: ReactNode;
  children: ReactNode;
}) {
  const { path } = useLocation();
  const navigation = useRef<HTMLElement>(null);
  // On a small page the links do not all fit: the one that is lit must be among those in sight.
  useEffect(() => {
    if (path !== '')
      navigation.current
        ?.querySelector('[aria-current="page"]')
        ?.scrollIntoView({ block: 'nearest', inline: 'center' });
  }, [path]);
  return (
    <div className={styles.shell}>
      <SkipLink />
      <header className={styles.head}>
        <Link href="/" className={styles.home ?? ''}>
          <Brand />
        </Link>
        <nav ref={navigation} aria-label={t.navigation.label} className={styles.navigation}>
          {links.map((link) => (
            <Link
              key={link.to}
              href={link.to}
              className={cx(styles.link, link.covers(path) && styles.current)}
              {...(link.covers(path) ? { 'aria-current': 'page' as const } : {})}
            >
              {link.label}
            </Link>
          ))}
        </nav>
        <div className={styles.end}>{end}</div>
      </header>
      <main id="content" tabIndex={-1} className={styles.content}>
        {children}
      </main>
    </div>
  );
}

/** Title and actions at the head of a page. */
export function PageHead({ title, lead, actions }: { title: string; lead?: ReactNode; actions?: ReactNode }) {
  return (
    <div className={styles['page-head']}>
      <div>
        <h1>{title}</h1>
        {lead !== undefined && <p className={styles.lead}>{lead}</p>}
      </div>
      {actions !== undefined && <div className={styles.actions}>{actions}</div>}
    </div>
  );
}
