import { useState } from 'react';
import type { PendingConsent } from '../../../protocol/consent.ts';
import type { LocalCommand, LocalState } from '../../../protocol/local-page.ts';
import type { Tool } from '../../../protocol/tool.ts';
import { CustomerFrame } from '../customer-frame.tsx';
import { BrowserAsks } from './browser-asks.tsx';
import { CardAnswer } from './card-answer.tsx';
import { ConsentCard } from './consent-card.tsx';
import { LinkNotice } from './link-notice.tsx';
import { isAllowed, lookOf } from './phase.ts';
import { ProblemLine } from './problem-line.tsx';
import { StopBar } from './stop-bar.tsx';
import type { Stop } from './use-stop.ts';

/** The technician card with its ticks, and the answer in sight all the time. */
export function CardPage({
  state,
  request,
  stop,
  send,
}: {
  state: LocalState;
  request: PendingConsent;
  stop: Stop;
  send: (command: LocalCommand) => boolean;
}) {
  const [ticked, setTicked] = useState<ReadonlySet<Tool>>(new Set());
  const { card } = state.session;
  return (
    <CustomerFrame
      organisation={card.organisation}
      dock={
        <>
          <BrowserAsks />
          <ProblemLine state={state} />
          <CardAnswer request={request} ticked={ticked} send={send} />
          <StopBar state={state} stop={stop} />
        </>
      }
    >
      <LinkNotice state={state} />
      <ConsentCard
        request={request}
        card={card}
        isInBrowser={state.agent === 'browser'}
        hasView={isAllowed(lookOf('view', state))}
        ticked={ticked}
        onTick={setTicked}
        send={send}
      />
    </CustomerFrame>
  );
}
