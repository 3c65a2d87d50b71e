import { type ReactNode, useCallback, useEffect, useRef } from 'react';
import type { LocalCommand, LocalState } from '../../../protocol/local-page.ts';
import { announce } from '../../shared/announcer.ts';
import { useStore } from '../../shared/store.ts';
import { CustomerFrame } from '../customer-frame.tsx';
import { announcementsBetween } from './announcements.ts';
import { BrowserAsks } from './browser-asks.tsx';
import { CardPage } from './card-page.tsx';
import { type CustomerLink, ProvideLink } from './customer-link.ts';
import { EndedPage } from './ended-page.tsx';
import { HelperLost } from './helper-lost.tsx';
import { MessageLine } from './message-line.tsx';
import { titleOf } from './page-title.ts';
import { phaseOf } from './phase.ts';
import { ProblemLine } from './problem-line.tsx';
import { Questions } from './questions.tsx';
import { SessionView } from './session-view.tsx';
import { StopBar } from './stop-bar.tsx';
import { useUnread } from './unread.ts';
import { useStop } from './use-stop.ts';
import { ConnectingPage, WaitingPage } from './waiting-page.tsx';
import { WentOnPage } from './went-on-page.tsx';

/** The agent's page: the customer decides here, sees what is in use, and can stop it. */
export function LocalPage(props: LocalPageProps) {
  return (
    <ProvideLink value={props.link}>
      <Page {...props} />
    </ProvideLink>
  );
}

interface LocalPageProps {
  link: CustomerLink;
  /** What has to be pressed before it goes on. */
  first?: ReactNode;
  voice?: ReactNode;
  /** What is shown of this computer, where the customer chooses that. */
  surface?: ReactNode;
  /** What is needed seldom. */
  last?: ReactNode;
  /** What this end itself has to ask; it waits for the questions of the session. */
  question?: ReactNode;
}

function Page({ link, first, voice, surface, last, question }: LocalPageProps) {
  const { helper, state } = useStore(link.view);
  const phase = phaseOf(state);
  const { unread, read } = useUnread(state?.chat ?? [], link.reading);
  const stop = useStop(link, !['over', 'went-on', 'connecting'].includes(phase.name));
  const send = useCallback((command: LocalCommand) => link.send(command), [link]);
  useAnnouncements(state);

  useEffect(() => {
    document.title = titleOf(phase, state, helper, {
      isAsking: question !== undefined,
      unread: unread.length,
    });
  });

  if (state === undefined || phase.name === 'connecting')
    return (
      <CustomerFrame>
        <ConnectingPage />
      </CustomerFrame>
    );
  const { organisation } = state.session.card;
  if (phase.name === 'went-on')
    return (
      <CustomerFrame organisation={organisation}>
        <WentOnPage state={state} />
      </CustomerFrame>
    );
  if (phase.name === 'over')
    return (
      <CustomerFrame organisation={organisation}>
        <EndedPage state={state} />
      </CustomerFrame>
    );
  if (helper === 'lost')
    return (
      <CustomerFrame organisation={organisation} dock={<StopBar state={state} stop={stop} isHelperLost />}>
        <HelperLost isStopping={stop.isStopping} />
      </CustomerFrame>
    );
  if (phase.name === 'card')
    return (
      <CardPage key={phase.request.requestId} state={state} request={phase.request} stop={stop} send={send} />
    );
  if (phase.name === 'waiting')
    return (
      <CustomerFrame
        organisation={organisation}
        dock={
          <>
            <BrowserAsks />
            <ProblemLine state={state} />
            <StopBar state={state} stop={stop} />
          </>
        }
      >
        {first}
        <WaitingPage state={state} />
        {surface}
      </CustomerFrame>
    );
  return (
    <CustomerFrame
      organisation={organisation}
      isWide
      dock={
        <>
          <BrowserAsks />
          <ProblemLine state={state} />
          {/* Above what is asked: as it comes and goes, no answer moves under a press. */}
          <MessageLine unread={unread} technician={state.session.card.technician.name} read={read} />
          <Questions state={state} send={send} last={question} />
          <StopBar state={state} stop={stop} />
        </>
      }
    >
      <SessionView state={state} send={send} first={first} voice={voice}>
        {surface}
        {last}
      </SessionView>
    </CustomerFrame>
  );
}

/** Says every change to screen readers, once. */
function useAnnouncements(state: LocalState | undefined): void {
  const before = useRef<LocalState>(undefined);
  useEffect(() => {
    if (state === undefined || state === before.current) return;
    for (const { text, urgent } of announcementsBetween(before.current, state))
      announce(text, urgent ? 'assertive' : 'polite');
    before.current = state;
  }, [state]);
}
