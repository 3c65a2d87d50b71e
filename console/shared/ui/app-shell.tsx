import { Menu as MenuIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import { Link } from 'react-aria-components';
import { cx } from '../class-names.ts';
import { navigate, useLocation } from '../router.tsx';
import { t } from '../strings.ts';
import styles from './app-shell.module.css';
import { Brand } from './brand.tsx';
import { Button } from './button.tsx';
import { Menu } from './menu.tsx';

export interface NavigationLink {
  to: string;
  label: string;
  /** How many things on that page want to be looked at now, and that in words. */
  alert?: { figure: number; words: string; isGrave: boolean } | undefined;
  /** Lit also on pages below it. */
  covers: (path: string) => boolean;
}

/** More than these fit on a desk only. */
const FEW_LINKS = 4;

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
  foot,
  children,
}: {
  links: readonly NavigationLink[];
  /** At the end of the head: theme, account. */
  end: ReactNode;
  /** What holds for every page, beneath it. */
  foot: ReactNode;
  children: ReactNode;
}) {
  const { path } = useLocation();
  return (
    <div className={styles.shell}>
      <SkipLink />
      <header className={styles.head}>
        <Link href="/" className={styles.home ?? ''}>
          <Brand />
        </Link>
        <nav
          aria-label={t.navigation.label}
          className={cx(styles.navigation, links.length > FEW_LINKS && styles.many)}
        >
          <PagesMenu links={links} path={path} />
          {links.map((link) => (
            <Link
              key={link.to}
              href={link.to}
              className={cx(styles.link, link.covers(path) && styles.current)}
              {...(link.covers(path) ? { 'aria-current': 'page' as const } : {})}
            >
              {link.label}
              <Alert alert={link.alert} />
            </Link>
          ))}
        </nav>
        <div className={styles.end}>{end}</div>
      </header>
      <main id="content" tabIndex={-1} className={styles.content}>
        {children}
      </main>
      <footer className={styles.foot}>{foot}</footer>
    </div>
  );
}

/** Where the links do not all fit: the page that is open, and the others behind it. */
function PagesMenu({ links, path }: { links: readonly NavigationLink[]; path: string }) {
  const current = links.find((link) => link.covers(path));
  const alerts = links.flatMap(({ alert }) => alert ?? []);
  return (
    <div className={styles.pages}>
      <Menu
        label={t.navigation.label}
        trigger={
          <Button kind="quiet" icon={<MenuIcon />}>
            <span>
              {current?.label ?? t.menu}
              {alerts.map((alert) => (
                <Alert key={alert.words} alert={alert} />
              ))}
            </span>
          </Button>
        }
        groups={[
          {
            entries: links.map(({ to, label, alert }) => ({
              id: to,
              label: alert === undefined ? label : `${label} (${alert.words})`,
              onAction: () => navigate(to),
            })),
          },
        ]}
      />
    </div>
  );
}

function Alert({ alert }: { alert: NavigationLink['alert'] }) {
  if (alert === undefined) return null;
  return (
    <span className={cx(styles.alert, !alert.isGrave && styles.mild)}>
      <span aria-hidden="true">{alert.figure}</span>
      <span className="only-for-screen-readers">, {alert.words}</span>
    </span>
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
