import { LogOut, UserRound } from 'lucide-react';
import { lazy, type ReactNode, Suspense, useEffect, useMemo, useState } from 'react';
import { Me } from '../protocol/access.ts';
import { PeoplePage } from './admin/people-page.tsx';
import { Api, asProblem, Done } from './shared/api.ts';
import { Live } from './shared/live.ts';
import { navigate, type Route, Routes, useLocation } from './shared/router.tsx';
import { type SignedIn, SignedInContext, useSignedIn } from './shared/signed-in.tsx';
import { t } from './shared/strings.ts';
import { AppShell, type NavigationLink } from './shared/ui/app-shell.tsx';
import { Button } from './shared/ui/button.tsx';
import { EmptyState } from './shared/ui/empty-state.tsx';
import { Menu } from './shared/ui/menu.tsx';
import { Waiting } from './shared/ui/progress.tsx';
import { ThemeSwitch } from './shared/ui/theme-switch.tsx';
import { HomePage } from './technician/home-page.tsx';
import { SetUpPage } from './technician/set-up-page.tsx';
import { SignInPage } from './technician/sign-in-page.tsx';

// Whoever opens sessions does not load the log, whoever reads the log does not load noVNC.
const SessionPage = lazy(async () => ({
  default: (await import('./technician/session-page.tsx')).SessionPage,
}));
const SessionLogPage = lazy(async () => ({
  default: (await import('./manager/session-log-page.tsx')).SessionLogPage,
}));
const SessionRecordPage = lazy(async () => ({
  default: (await import('./manager/session-record-page.tsx')).SessionRecordPage,
}));

const framed = (page: ReactNode) => () => <Framed>{page}</Framed>;

const ROUTES: readonly Route[] = [
  { pattern: '/', page: framed(<HomePage />) },
  { pattern: '/sessions/:id', page: () => <SessionPage /> },
  { pattern: '/log', page: framed(<SessionLogPage />) },
  { pattern: '/log/:id', page: framed(<SessionRecordPage />) },
  { pattern: '/people', page: framed(<PeoplePage />) },
];

/** Every page of the staff's console: signs in, then shows what the address says. */
export function StaffPages() {
  const { path } = useLocation();
  const api = useMemo(() => new Api(), []);
  if (path === '/set-up') return <SetUpPage api={api} />;
  return <BehindSignIn api={api} />;
}

function BehindSignIn({ api }: { api: Api }) {
  const [me, setMe] = useState<Me | 'nobody' | 'asking'>('asking');
  const [problem, setProblem] = useState<string>();
  const [turn, setTurn] = useState(0);

  // `turn` asks again.
  useEffect(() => {
    api.onSignedOut = () => setMe('nobody');
    setProblem(undefined);
    api.get('/me', Me).then(setMe, (thrown: unknown) => {
      const found = asProblem(thrown);
      if (found.code === 'sign-in.needed') setMe('nobody');
      else setProblem(found.message);
    });
  }, [api, turn]);

  if (problem !== undefined)
    return (
      <EmptyState
        title={problem}
        action={<Button onPress={() => setTurn((before) => before + 1)}>{t.tryAgain}</Button>}
      />
    );
  if (me === 'asking') return <Waiting />;
  if (me === 'nobody') return <SignInPage api={api} onSignedIn={setMe} />;
  return <SignedInPages me={me} api={api} onSignedOut={() => setMe('nobody')} />;
}

function SignedInPages({ me, api, onSignedOut }: { me: Me; api: Api; onSignedOut: () => void }) {
  const [live, setLive] = useState<Live>();
  useEffect(() => {
    api.csrfToken = me.csrfToken;
    const opened = new Live();
    const stop = opened.onMessage((message) => message.type === 'sign-in.ended' && onSignedOut());
    setLive(opened);
    return () => {
      stop();
      opened.close();
    };
  }, [api, me.csrfToken, onSignedOut]);

  const signedIn = useMemo<SignedIn | undefined>(
    () =>
      live && {
        me,
        api,
        live,
        signOut: async () => {
          await api.post('/sign-out', {}, Done);
          navigate('/', { replace: true });
          onSignedOut();
        },
      },
    [me, api, live, onSignedOut],
  );
  if (!signedIn) return <Waiting />;
  return (
    <SignedInContext.Provider value={signedIn}>
      <Suspense fallback={<Waiting />}>
        <Routes routes={ROUTES} otherwise={<Framed>{<NotFound />}</Framed>} />
      </Suspense>
    </SignedInContext.Provider>
  );
}

function NotFound() {
  return (
    <EmptyState
      title={t.notFound.title}
      action={<Button onPress={() => navigate('/')}>{t.notFound.home}</Button>}
    >
      {t.notFound.text}
    </EmptyState>
  );
}

function Framed({ children }: { children: ReactNode }) {
  const { me, signOut } = useSignedIn();
  const links: NavigationLink[] = [
    {
      to: '/',
      label: t.navigation.home,
      covers: (path: string) => path === '/' || path.startsWith('/sessions'),
    },
  ];
  if (me.actions.includes('session.read'))
    links.push({ to: '/log', label: t.navigation.log, covers: (path) => path.startsWith('/log') });
  if (me.actions.includes('user.read'))
    links.push({ to: '/people', label: t.navigation.people, covers: (path) => path === '/people' });
  return (
    <AppShell
      links={links}
      end={
        <>
          <ThemeSwitch />
          <Menu
            label={t.account.label}
            placement="bottom end"
            trigger={
              <Button kind="quiet" icon={<UserRound />} aria-label={`${t.account.label}: ${me.user.name}`}>
                {me.user.name}
              </Button>
            }
            groups={[
              {
                title: `${me.user.email} · ${t.roles[me.user.role]} · ${me.organisation}`,
                entries: [{ id: 'sign-out', label: t.account.signOut, icon: <LogOut />, onAction: signOut }],
              },
            ]}
          />
        </>
      }
    >
      <Suspense fallback={<Waiting />}>{children}</Suspense>
    </AppShell>
  );
}
