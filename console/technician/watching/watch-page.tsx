import { useEffect, useState } from 'react';
import { OPEN_STATUSES } from '../../../protocol/session.ts';
import type { WatchedState } from '../../../protocol/watching.ts';
import { ColleagueLines } from '../../shared/colleague-lines.tsx';
import { navigate, useParams } from '../../shared/router.tsx';
import { useSignedIn } from '../../shared/signed-in.tsx';
import { StaffFrame } from '../../shared/staff-frame.tsx';
import { useStore } from '../../shared/store.ts';
import { t } from '../../shared/strings.ts';
import { SkipLink } from '../../shared/ui/app-shell.tsx';
import { Button } from '../../shared/ui/button.tsx';
import { EmptyState } from '../../shared/ui/empty-state.tsx';
import { Waiting } from '../../shared/ui/progress.tsx';
import { useAction } from '../../shared/use-action.ts';
import styles from './watch-page.module.css';
import { WatchPicture } from './watch-picture.tsx';
import { WatchedSession } from './watched-session.ts';

const text = t.watching.watcher;

/** `/watch/:id`: a session of somebody else's, to look at. */
export function WatchPage() {
  const { id = '' } = useParams();
  const { live } = useSignedIn();
  const [session, setSession] = useState<WatchedSession>();
  useEffect(() => {
    const followed = new WatchedSession(live, id);
    setSession(followed);
    return () => followed.close();
  }, [live, id]);
  if (session?.sessionId !== id) return <Waiting />;
  return <Followed session={session} />;
}

function Followed({ session }: { session: WatchedSession }) {
  const state = useStore(session.state);
  const problem = useStore(session.problem);
  // What is wrong with a message itself is said field by field.
  const isOwn = problem?.code === 'request.invalid' && Object.keys(problem.fields).length === 0;
  // How it ended stays readable.
  const isOver = state !== undefined && !OPEN_STATUSES.includes(state.status);
  if (state && (isOver || !problem)) return <Watched session={session} state={state} />;
  return (
    <StaffFrame>
      {problem ? (
        <EmptyState
          isPage
          title={isOwn ? text.isYours : problem.code === 'not-found' ? text.notYours : problem.message}
          action={
            isOwn ? (
              <Button kind="primary" onPress={() => navigate(`/sessions/${session.sessionId}`)}>
                {text.toYours}
              </Button>
            ) : (
              <Button onPress={() => navigate('/')}>{t.toStart}</Button>
            )
          }
        />
      ) : (
        <Waiting />
      )}
    </StaffFrame>
  );
}

function Watched({ session, state }: { session: WatchedSession; state: WatchedState }) {
  const { technician, contact, reason, own, others, status } = state;
  const { isPending, act } = useAction();
  const isOpen = OPEN_STATUSES.includes(status);
  const title = text.title(contact.name);
  useEffect(() => {
    document.title = `${title} - ${t.product}`;
  });
  const leave = async () => {
    if (await act(async () => isOpen && own && (await session.leave()))) navigate('/');
  };
  return (
    <div className={styles.page}>
      <SkipLink />
      <header className={styles.head}>
        <h1 className={styles.title}>
          {text.with(technician.name, contact.name)}
          <bdi className={styles.reason}>{reason}</bdi>
        </h1>
        <Button isPending={isPending} onPress={leave}>
          {own?.standing === 'allowed' && isOpen ? text.leave : text.home}
        </Button>
      </header>
      <div>
        <ColleagueLines />
      </div>
      <main id="content" tabIndex={-1} className={styles.picture}>
        <WatchPicture session={session} state={state} />
      </main>
      <footer className={styles.foot}>
        <p role="status">{own?.isSeeing === true && isOpen ? text.live : ''}</p>
        {others.length > 0 && <p>{text.others(others.map(({ name }) => name))}</p>}
      </footer>
    </div>
  );
}
