import { Headset, History, Plus } from 'lucide-react';
import { useEffect } from 'react';
import { Link } from 'react-aria-components';
import { OPEN_STATUSES } from '../../protocol/session.ts';
import { SessionPage, type SessionRow } from '../../protocol/session-query.ts';
import { dayOf, timeOf } from '../shared/moments.ts';
import { type Resource, useResource } from '../shared/resource.ts';
import { navigate } from '../shared/router.tsx';
import { useMay, useSignedIn } from '../shared/signed-in.tsx';
import { t } from '../shared/strings.ts';
import { PageHead } from '../shared/ui/app-shell.tsx';
import { Button } from '../shared/ui/button.tsx';
import { EmptyState } from '../shared/ui/empty-state.tsx';
import { Notice } from '../shared/ui/notice.tsx';
import { Waiting } from '../shared/ui/progress.tsx';
import { StatusBadge } from '../shared/ui/status-badge.tsx';
import styles from './home-page.module.css';

const text = t.technician.home;
const RECENT = 8;
/** The list is asked for again this often while the page is in front. */
const REFRESH_MS = 15_000;

/** Where a technician starts: what is open now, what ended lately. */
export function HomePage() {
  const { api, me } = useSignedIn();
  const mayOpen = useMay('session.open');
  const own = `technician=${encodeURIComponent(me.user.id)}`;
  const open = useResource('open', (signal) =>
    api.get(`/sessions?${own}&status=${OPEN_STATUSES.join(',')}&limit=50`, SessionPage, signal),
  );
  const recent = useResource('recent', (signal) =>
    api.get(
      `/sessions?${own}&status=ended,expired,declined,cancelled,lost&limit=${RECENT}`,
      SessionPage,
      signal,
    ),
  );

  // One that they passed on goes on with somebody else.
  const isTheirs = ({ technicianId }: SessionRow) => technicianId === me.user.id;
  const { reload } = open;
  useEffect(() => {
    const timer = setInterval(() => document.visibilityState === 'visible' && reload(), REFRESH_MS);
    return () => clearInterval(timer);
  }, [reload]);

  return (
    <>
      <PageHead
        title={text.title}
        lead={text.lead}
        actions={
          mayOpen && (
            <Button kind="primary" icon={<Plus />} onPress={() => navigate('/sessions/new')}>
              {text.open}
            </Button>
          )
        }
      />
      <section className={styles.section} aria-labelledby="open-now">
        <h2 id="open-now">{text.mine}</h2>
        <Rows
          resource={open.resource}
          whenEmpty={
            <EmptyState icon={<Headset />} title={text.none}>
              {text.noneHow}
            </EmptyState>
          }
          to={(row) => `/${isTheirs(row) ? 'sessions' : 'log'}/${row.id}`}
          action={(row) => (isTheirs(row) ? text.goOn : text.record)}
          note={(row) => (isTheirs(row) ? undefined : text.with(row.technician))}
        />
      </section>
      <section className={styles.section} aria-labelledby="ended-lately">
        <h2 id="ended-lately">{text.recent}</h2>
        <Rows
          resource={recent.resource}
          whenEmpty={
            <EmptyState icon={<History />} title={text.noRecent}>
              {text.noRecentHow}
            </EmptyState>
          }
          to={(row) => `/log/${row.id}`}
          action={() => text.record}
        />
      </section>
    </>
  );
}

function Rows({
  resource,
  whenEmpty,
  to,
  action,
  note,
}: {
  resource: Resource<SessionPage>;
  whenEmpty: React.ReactNode;
  to: (row: SessionRow) => string;
  action: (row: SessionRow) => string;
  /** What else is to be said of it. */
  note?: (row: SessionRow) => string | undefined;
}) {
  if (resource.standing === 'loading') return <Waiting />;
  if (resource.standing === 'failed') return <Notice kind="trouble">{resource.problem.message}</Notice>;
  if (resource.value.items.length === 0) return <div className={styles.list}>{whenEmpty}</div>;
  return (
    <ul className={styles.list}>
      {resource.value.items.map((row) => (
        <li key={row.id} className={styles.row}>
          <span className={styles.reference}>
            <bdi>{row.reference ?? '–'}</bdi>
          </span>
          <span className={styles.who}>
            <Link href={to(row)} className={styles.name ?? ''}>
              {text.of(row.contact, row.company)}
            </Link>
            <span className={styles.reason}>
              <bdi>{row.reason}</bdi>
            </span>
            {note?.(row) !== undefined && <span className={styles.reason}>{note(row)}</span>}
          </span>
          <StatusBadge status={row.status} outcome={row.outcome} />
          <time className={styles.when} dateTime={row.createdAt}>
            {whenOf(row.createdAt)}
          </time>
          <span className={styles.action} aria-hidden="true">
            {action(row)}
          </span>
        </li>
      ))}
    </ul>
  );
}

const whenOf = (instant: string): string =>
  dayOf(instant) === dayOf(new Date().toISOString())
    ? timeOf(instant)
    : `${dayOf(instant)}, ${timeOf(instant)}`;
