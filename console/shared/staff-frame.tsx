import { LogOut, UserRound } from 'lucide-react';
import { type ReactNode, Suspense } from 'react';
import { isGrave, type LogAlarm } from '../../protocol/log-alarm.ts';
import { AlarmLine } from './alarm-line.tsx';
import { InvitationLines } from './invitation-lines.tsx';
import { ownZone, zoneAt } from './moments.ts';
import { OfferLines } from './offer-lines.tsx';
import { useLocation } from './router.tsx';
import { useSignedIn } from './signed-in.tsx';
import styles from './staff-frame.module.css';
import { t } from './strings.ts';
import { AppShell, type NavigationLink } from './ui/app-shell.tsx';
import { Button } from './ui/button.tsx';
import { Menu } from './ui/menu.tsx';
import { Waiting } from './ui/progress.tsx';
import { ThemeSwitch } from './ui/theme-switch.tsx';
import { useAlarms } from './use-alarms.ts';

/** The head with the pages that this role has, and the account. Every staff page but the running session. */
export function StaffFrame({ children }: { children: ReactNode }) {
  const { me, signOut } = useSignedIn();
  const { path } = useLocation();
  const alarms = useAlarms();
  return (
    <AppShell
      links={linksOf(me.actions, alarms)}
      end={
        <>
          <ThemeSwitch />
          <Menu
            label={t.account.label}
            placement="bottom end"
            trigger={
              <Button kind="quiet" icon={<UserRound />} aria-label={`${t.account.label}: ${me.user.name}`}>
                <bdi className={styles.name}>{me.user.name}</bdi>
              </Button>
            }
            groups={[
              {
                title: [me.user.email, t.roles[me.user.role], me.organisation].join(' · '),
                entries: [{ id: 'sign-out', label: t.account.signOut, icon: <LogOut />, onAction: signOut }],
              },
            ]}
          />
        </>
      }
      foot={t.timesIn(ownZone(), zoneAt(Date.now()))}
    >
      <OfferLines />
      <InvitationLines />
      <AlarmLine alarms={alarmsOn(path, alarms)} />
      <Suspense fallback={<Waiting />}>{children}</Suspense>
    </AppShell>
  );
}

/** Where people land: administrators on the first, whoever reads the log on the second. */
const START_PAGES = ['/', '/log'];

/** Of all else that page tells more, in its own parts. */
function alarmsOn(path: string, alarms: readonly LogAlarm[]): readonly LogAlarm[] {
  if (START_PAGES.includes(path)) return alarms;
  return path === '/verification' ? alarms.filter(({ kind }) => kind === 'clock' || kind === 'rows') : [];
}

function linksOf(actions: readonly string[], alarms: readonly LogAlarm[]): NavigationLink[] {
  const links: NavigationLink[] = [];
  const add = (to: string, label: string, alert?: NavigationLink['alert']) =>
    links.push({ to, label, alert, covers: (path) => path === to || path.startsWith(`${to}/`) });
  if (actions.includes('session.open'))
    links.push({
      to: '/',
      label: t.navigation.home,
      covers: (path) => path === '/' || path.startsWith('/sessions'),
    });
  if (actions.includes('session.read')) {
    add('/log', t.navigation.log);
    add('/overview', t.navigation.overview);
  }
  if (actions.includes('access-log.read')) add('/reads', t.navigation.reads);
  if (actions.includes('log.watch'))
    add(
      '/verification',
      t.navigation.verification,
      alarms.length > 0
        ? {
            figure: alarms.length,
            words: t.verification.alarms(alarms.length),
            isGrave: alarms.some(isGrave),
          }
        : undefined,
    );
  if (actions.includes('retention.read')) add('/retention', t.navigation.retention);
  if (actions.includes('settings.read')) add('/privacy', t.navigation.rules);
  if (actions.includes('user.change'))
    links.push({ to: '/', label: t.navigation.start, covers: (path) => path === '/' });
  if (actions.includes('user.read')) add('/people', t.navigation.people);
  return links;
}
