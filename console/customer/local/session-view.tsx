import type { ReactNode } from 'react';
import type { LocalCommand, LocalState } from '../../../protocol/local-page.ts';
import { clock } from '../../shared/figures.ts';
import { isolated } from '../../shared/isolated.ts';
import { secondsBetween, timeOf, useNow } from '../../shared/moments.ts';
import { t } from '../../shared/strings.ts';
import { StepTitle } from '../step-title.tsx';
import { ChatPanel } from './chat-panel.tsx';
import { FilesPanel } from './files-panel.tsx';
import { LinkNotice } from './link-notice.tsx';
import styles from './session-view.module.css';
import { ToolLines } from './tool-lines.tsx';
import { WatcherLines } from './watcher-lines.tsx';

/** The session as its customer sees it: who, since when, and what is allowed and in use. */
export function SessionView({
  state,
  send,
  first,
  voice,
  children,
}: {
  state: LocalState;
  send: (command: LocalCommand) => boolean;
  first: ReactNode;
  voice: ReactNode;
  /** What is needed less often than what is allowed and what is written. */
  children: ReactNode;
}) {
  const text = t.customer.local;
  const { card, startedAt } = state.session;
  return (
    <div className={styles.session}>
      <div className={styles.head}>
        <StepTitle>{text.with(isolated(card.technician.name))}</StepTitle>
        <p className={styles.when}>
          <bdi>{card.reason}</bdi>
          {startedAt !== undefined && (
            <span>
              {text.since} {timeOf(startedAt)} · <Elapsed since={startedAt} />
            </span>
          )}
        </p>
      </div>
      <LinkNotice state={state} />
      {first}
      <WatcherLines state={state} send={send} />
      <div className={styles.columns}>
        <ToolLines state={state} send={send} />
        <div className={styles.side}>
          <ChatPanel state={state} send={send} />
          {voice}
          <FilesPanel state={state} send={send} />
        </div>
      </div>
      {children}
    </div>
  );
}

function Elapsed({ since }: { since: string }) {
  return (
    <span className="figures" role="timer">
      {clock(secondsBetween(since, useNow()))}
    </span>
  );
}
