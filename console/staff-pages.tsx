import { lazy, type ReactNode, Suspense, useCallback, useEffect, useMemo, useState } from 'react';
import { Me } from '../protocol/access.ts';
import type { UnsignedReason } from '../protocol/proof/statement.ts';
import { NextSteps } from './admin/next-steps.tsx';
import { Api, asProblem, Done } from './shared/api.ts';
import { type BrowserKey, browserKeyOf, forgetBrowserKeys } from './shared/browser-key.ts';
import { Invitations } from './shared/invitations.ts';
import { Live } from './shared/live.ts';
import { Offers } from './shared/offers.ts';
import { navigate, type Route, Routes, useLocation } from './shared/router.tsx';
import { type SignedIn, SignedInContext, useSignedIn } from './shared/signed-in.tsx';
import { StaffFrame } from './shared/staff-frame.tsx';
import { t } from './shared/strings.ts';
import { tabStorage } from './shared/tab-storage.ts';
import { Button } from './shared/ui/button.tsx';
import { EmptyState } from './shared/ui/empty-state.tsx';
import { Waiting } from './shared/ui/progress.tsx';
import { toast } from './shared/ui/toast.tsx';
import { Accounts } from './technician/accounts.ts';
import { HomePage } from './technician/home-page.tsx';
import { SignInPage } from './technician/sign-in-page.tsx';

// Whoever opens sessions does not load the log, whoever reads the log does not load noVNC.
const SetUpPage = lazy(async () => ({
  default: (await import('./technician/set-up-page.tsx')).SetUpPage,
}));
const OpenSessionPage = lazy(async () => ({
  default: (await import('./technician/open-session-page.tsx')).OpenSessionPage,
}));
const SessionPage = lazy(async () => ({
  default: (await import('./technician/session-page.tsx')).SessionPage,
}));
const WatchPage = lazy(async () => ({
  default: (await import('./technician/watching/watch-page.tsx')).WatchPage,
}));
const PeoplePage = lazy(async () => ({ default: (await import('./admin/people-page.tsx')).PeoplePage }));
const ReadsPage = lazy(async () => ({ default: (await import('./auditor/reads-page.tsx')).ReadsPage }));
const VerificationPage = lazy(async () => ({
  default: (await import('./auditor/verification-page.tsx')).VerificationPage,
}));
const RetentionPage = lazy(async () => ({
  default: (await import('./privacy/retention-page.tsx')).RetentionPage,
}));
const RulesPage = lazy(async () => ({ default: (await import('./privacy/rules-page.tsx')).RulesPage }));
const SessionLogPage = lazy(async () => ({
  default: (await import('./manager/session-log-page.tsx')).SessionLogPage,
}));
const SessionRecordPage = lazy(async () => ({
  default: (await import('./manager/session-record-page.tsx')).SessionRecordPage,
}));
const OverviewPage = lazy(async () => ({
  default: (await import('./manager/overview/overview-page.tsx')).OverviewPage,
}));

const framed = (page: ReactNode) => () => <StaffFrame>{page}</StaffFrame>;

const ROUTES: readonly Route[] = [
  { pattern: '/', page: framed(<StartPage />) },
  { pattern: '/sessions/new', page: framed(<OpenSessionPage />), needs: 'session.open' },
  { pattern: '/sessions/:id', page: () => <SessionPage />, needs: 'session.open' },
  { pattern: '/watch/:id', page: () => <WatchPage />, needs: 'session.watch' },
  { pattern: '/log', page: framed(<SessionLogPage />), needs: 'session.read' },
  { pattern: '/log/:id', page: framed(<SessionRecordPage />), needs: 'session.read' },
  { pattern: '/overview', page: framed(<OverviewPage />), needs: 'session.read' },
  { pattern: '/reads', page: framed(<ReadsPage />), needs: 'access-log.read' },
  { pattern: '/verification', page: framed(<VerificationPage />), needs: 'log.watch' },
  { pattern: '/retention', page: framed(<RetentionPage />), needs: 'retention.read' },
  { pattern: '/privacy', page: framed(<RulesPage />), needs: 'settings.read' },
  { pattern: '/people', page: framed(<PeoplePage />), needs: 'user.read' },
];

/** Every page of the staff's console: signs in, then shows what the address says. */
export function StaffPages() {
  const { path } = useLocation();
  const api = useMemo(() => new Api(), []);
  if (path === '/set-up')
    return (
      <Suspense fallback={<Waiting />}>
        <SetUpPage api={api} />
      </Suspense>
    );
  return <BehindSignIn api={api} />;
}

function BehindSignIn({ api }: { api: Api }) {
  const [me, setMe] = useState<Me | 'nobody' | 'asking'>('asking');
  const [problem, setProblem] = useState<string>();
  const [turn, setTurn] = useState(0);
  const signedOut = useCallback(() => setMe('nobody'), []);

  // `turn` asks again.
  useEffect(() => {
    api.onSignedOut = signedOut;
    setProblem(undefined);
    api.get('/me', Me).then(setMe, (thrown: unknown) => {
      const found = asProblem(thrown);
      if (found.code === 'sign-in.needed') setMe('nobody');
      else setProblem(found.message);
    });
  }, [api, turn, signedOut]);

  useEffect(() => {
    if (me === 'nobody') forgetBrowserKeys();
  }, [me]);

  if (problem !== undefined)
    return (
      <EmptyState
        isPage
        title={problem}
        action={<Button onPress={() => setTurn((before) => before + 1)}>{t.tryAgain}</Button>}
      />
    );
  if (me === 'asking') return <Waiting />;
  if (me === 'nobody') return <SignInPage api={api} onSignedIn={setMe} />;
  return <SignedInPages me={me} api={api} onSignedOut={signedOut} />;
}

function SignedInPages({ me, api, onSignedOut }: { me: Me; api: Api; onSignedOut: () => void }) {
  const [opened, setOpened] = useState<Omit<SignedIn, 'me' | 'api' | 'signOut'>>();
  useEffect(() => {
    api.csrfToken = me.csrfToken;
    const live = new Live();
    const stop = live.onMessage((message) => message.type === 'sign-in.ended' && onSignedOut());
    const invitations = new Invitations(live, toast);
    const offers = new Offers(live, {
      tell: toast,
      open: (sessionId) => navigate(`/sessions/${sessionId}`),
    });
    const opensSessions = me.actions.includes('session.open');
    // Before the connection: the broker reads there what this sign-in signs with.
    const key: Promise<BrowserKey | UnsignedReason> = opensSessions
      ? browserKeyOf(me, api).catch(() => 'other' as const)
      : Promise.resolve('other');
    let isGone = false;
    void key.then((found) => {
      if (isGone) return;
      if (opensSessions || me.actions.includes('session.watch')) live.connect();
      setOpened({ live, invitations, offers, accounts: new Accounts(live, found) });
    });
    return () => {
      isGone = true;
      stop();
      live.close();
    };
  }, [api, me, onSignedOut]);

  const signedIn = useMemo<SignedIn | undefined>(
    () =>
      opened && {
        me,
        api,
        ...opened,
        signOut: async () => {
          await api.post('/sign-out', {}, Done);
          // Whoever signs in next at this tab finds nothing of what was said here.
          tabStorage.clear();
          navigate('/', { replace: true });
          onSignedOut();
        },
      },
    [me, api, opened, onSignedOut],
  );
  if (!signedIn) return <Waiting />;
  return (
    <SignedInContext.Provider value={signedIn}>
      <Suspense fallback={<Waiting />}>
        <Routes
          routes={ROUTES}
          actions={me.actions}
          otherwise={
            <StaffFrame>
              <NotAPage {...t.notFound} />
            </StaffFrame>
          }
          refused={
            <StaffFrame>
              <NotAPage title={t.notYours.title} text={t.notYours.text(t.roles[me.user.role])} />
            </StaffFrame>
          }
        />
      </Suspense>
    </SignedInContext.Provider>
  );
}

/** What a role does first. */
function StartPage() {
  const { me } = useSignedIn();
  if (me.actions.includes('session.open')) return <HomePage />;
  if (me.actions.includes('user.change')) return <NextSteps />;
  return <Elsewhere to="/log" />;
}

function Elsewhere({ to }: { to: string }) {
  useEffect(() => navigate(to, { replace: true }), [to]);
  return null;
}

/** In place of a page that there is not, or not for this reader. */
function NotAPage({ title, text }: { title: string; text: string }) {
  return (
    <EmptyState isPage title={title} action={<Button onPress={() => navigate('/')}>{t.toStart}</Button>}>
      {text}
    </EmptyState>
  );
}
