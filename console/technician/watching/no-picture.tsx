import { AppWindow, CircleX, Eye, EyeOff, Hourglass } from 'lucide-react';
import type { ReactNode } from 'react';
import { OPEN_STATUSES } from '../../../protocol/session.ts';
import { choosesAgain } from '../../../protocol/surface.ts';
import type { WatchedState } from '../../../protocol/watching.ts';
import { navigate } from '../../shared/router.tsx';
import { useStore } from '../../shared/store.ts';
import { t } from '../../shared/strings.ts';
import { Button } from '../../shared/ui/button.tsx';
import { EmptyState } from '../../shared/ui/empty-state.tsx';
import { Spinner } from '../../shared/ui/progress.tsx';
import { useAction } from '../../shared/use-action.ts';
import { useWaitAfterNo } from '../ask-again.ts';
import type { PictureStanding } from '../picture/lane-picture.ts';
import type { WatchedSession } from './watched-session.ts';

const text = t.watching.watcher;

/** What stands in place of the picture: whether the customer was asked, what they said, and what to do. */
export function NoPicture({
  session,
  state,
  frames,
}: {
  session: WatchedSession;
  state: WatchedState;
  frames: PictureStanding | undefined;
}) {
  const { status, contact, technician, own, isShown, presence } = state;
  const isTakenOver = useStore(session.lanes.takenOver);
  if (!OPEN_STATUSES.includes(status))
    return (
      <EmptyState
        icon={<CircleX />}
        title={text.over}
        action={<Button onPress={() => navigate('/')}>{text.home}</Button>}
      >
        {text.overHow}
      </EmptyState>
    );
  if (status !== 'active')
    return (
      <EmptyState icon={<Hourglass />} title={text.notStarted}>
        {text.notStartedHow}
      </EmptyState>
    );
  if (own?.standing === 'asked')
    return (
      <EmptyState icon={<Spinner />} title={text.asked(contact.name)}>
        {text.askedHow}
      </EmptyState>
    );
  if (own?.standing !== 'allowed') return <MayAsk session={session} state={state} />;
  if (isTakenOver)
    return (
      <EmptyState
        icon={<AppWindow />}
        title={t.technician.active.elsewhere}
        action={<Button onPress={() => session.lanes.takeBack()}>{t.technician.active.showHere}</Button>}
      >
        {t.technician.active.elsewhereHow}
      </EmptyState>
    );
  if (!isShown) return <EmptyState icon={<EyeOff />} title={text.notShown} />;
  if (presence.technician !== 'here')
    return <EmptyState icon={<Spinner />} title={text.technicianAway(technician.name)} />;
  if (presence.customer !== 'here')
    return <EmptyState icon={<Spinner />} title={text.customerAway(contact.name)} />;
  if (frames === 'undecodable')
    return (
      <EmptyState icon={<EyeOff />} title={t.agents.undecodable}>
        {t.agents.undecodableHow}
      </EmptyState>
    );
  if (frames === 'nothing' || choosesAgain(state))
    return <EmptyState icon={<EyeOff />} title={text.chooses(contact.name)} />;
  return <EmptyState icon={<Spinner />} title={text.connecting} />;
}

/** Before the question, and after a no. */
function MayAsk({ session, state }: { session: WatchedSession; state: WatchedState }) {
  const { technician, own, isShown, mayAsk } = state;
  const { isPending, act } = useAction();
  const isInvited = own?.standing === 'invited';
  const wait = useWaitAfterNo(own?.standing === 'refused' || own?.endedBy === 'customer', own?.since ?? '');
  const [title, how] = headingOf(state, useStore(session.passedOn));
  const ask: ReactNode = isShown && mayAsk && (
    <Button
      kind="primary"
      isPending={isPending}
      isDisabled={wait > 0}
      onPress={() => act(() => session.ask())}
    >
      {wait > 0 ? text.askAgainIn(wait) : own === undefined || isInvited ? text.ask : text.askAgain}
    </Button>
  );
  return (
    <EmptyState
      icon={own?.standing === 'refused' ? <EyeOff /> : <Eye />}
      title={title}
      action={
        <>
          {ask}
          {isInvited && (
            <Button
              isDisabled={isPending}
              onPress={() => void act(() => session.leave()).then((isDone) => isDone && navigate('/'))}
            >
              {text.decline}
            </Button>
          )}
        </>
      }
    >
      {isInvited && `${text.invitedBy(technician.name)} `}
      {isShown || !mayAsk ? how : `${text.notShown}. ${text.notShownHow}`}
    </EmptyState>
  );
}

/** The title, and what to do. */
function headingOf(
  { own, contact, technician, mayAsk }: WatchedState,
  wasPassedOn: boolean,
): [string, string] {
  const orInvited = (how: string) => (mayAsk ? how : text.inviteAgainHow(technician.name));
  if (own?.standing === 'refused') return [text.refused(contact.name), orInvited(text.refusedHow)];
  if (own?.standing !== 'ended') return [text.with(technician.name, contact.name), text.lead(contact.name)];
  const how = orInvited(own.endedBy === 'customer' ? text.refusedHow : text.endedElseHow);
  if (own.endedBy === 'customer') return [text.stoppedByCustomer(contact.name), how];
  if (own.endedBy === 'technician') return [text.stoppedByTechnician(technician.name), how];
  return [wasPassedOn ? text.passedOn(technician.name) : text.endedElse, how];
}
