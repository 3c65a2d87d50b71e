import { useEffect, useState } from 'react';
import { useParams } from '../shared/router.tsx';
import { useSignedIn } from '../shared/signed-in.tsx';
import { StaffFrame } from '../shared/staff-frame.tsx';
import { useStore } from '../shared/store.ts';
import { Waiting } from '../shared/ui/progress.tsx';
import { ActiveSession } from './active-session.tsx';
import { EndedSession } from './ended-session.tsx';
import { JoinedSession } from './joined-session.tsx';
import { useFocusKept } from './keep-focus.ts';
import { PassedOn } from './passing/passed-on.tsx';
import { SupportSession } from './support-session.ts';
import { WaitingSession } from './waiting-session.tsx';

/** One session from its code to its end: which page it is follows its status. */
export function SessionPage() {
  const { id = '' } = useParams();
  const { live, accounts } = useSignedIn();
  const [session, setSession] = useState<SupportSession>();
  useEffect(() => {
    const followed = new SupportSession(live, accounts.of(id), id);
    setSession(followed);
    return () => followed.close();
  }, [live, accounts, id]);
  if (session?.sessionId !== id) return <Waiting />;
  return <Phase session={session} />;
}

function Phase({ session }: { session: SupportSession }) {
  const state = useStore(session.state);
  const problem = useStore(session.problem);
  const passedTo = useStore(session.passedTo);
  useFocusKept(state?.status);
  if (passedTo !== undefined)
    return (
      <StaffFrame>
        <PassedOn to={passedTo} />
      </StaffFrame>
    );
  // A session that is over is no longer followed by the broker: its record tells the rest.
  if (!state)
    return (
      <StaffFrame>
        {problem ? <EndedSession session={session} state={undefined} problem={problem} /> : <Waiting />}
      </StaffFrame>
    );
  switch (state.status) {
    case 'created':
      return (
        <StaffFrame>
          <WaitingSession session={session} state={state} />
        </StaffFrame>
      );
    case 'joined':
      return (
        <StaffFrame>
          <JoinedSession session={session} state={state} />
        </StaffFrame>
      );
    case 'active':
      return <ActiveSession session={session} state={state} />;
    default:
      return (
        <StaffFrame>
          <EndedSession session={session} state={state} problem={undefined} />
        </StaffFrame>
      );
  }
}
