import type { ConsoleSessionState } from '../../protocol/session-state.ts';
import { TOOLS } from '../../protocol/tool.ts';
import { countdown } from '../shared/figures.ts';
import { secondsBetween, timeWithSecondsOf, useNow } from '../shared/moments.ts';
import { t } from '../shared/strings.ts';
import { ToolIcon } from '../shared/ui/icon-for-tool.tsx';
import styles from './consent-panel.module.css';
import { PassingPart } from './passing/passing-part.tsx';
import type { SupportSession } from './support-session.ts';
import { ToolStandingBadge } from './tool-standing.tsx';
import { WatchersPart } from './watching/watchers-part.tsx';

const text = t.technician.consent;

/** Where every tool stands, and since when: what the record will say. */
export function ConsentPanel({
  session,
  state,
  onInvite,
  onPassOn,
}: {
  session: SupportSession;
  state: ConsoleSessionState;
  onInvite: () => void;
  onPassOn: () => void;
}) {
  return (
    <div className={styles.panel}>
      <h2>{text.title}</h2>
      {state.pending.map((question) => (
        <Pending key={question.requestId} until={question.expiresAt} />
      ))}
      <ul className={styles.list}>
        {TOOLS.map((tool) => {
          const { standing, since } = state.tools[tool];
          return (
            <li key={tool}>
              <ToolIcon tool={tool} />
              <span className={styles.words}>
                {t.tools.name[tool]}
                {standing !== 'off' && standing !== 'unable' && (
                  <span className={styles.since}>{text.since(timeWithSecondsOf(since))}</span>
                )}
              </span>
              <ToolStandingBadge standing={standing} />
            </li>
          );
        })}
      </ul>
      <WatchersPart session={session} state={state} onInvite={onInvite} />
      <PassingPart session={session} state={state} onPassOn={onPassOn} />
    </div>
  );
}

function Pending({ until }: { until: string }) {
  const now = useNow();
  return <p className={styles.pending}>{text.pending(countdown(secondsBetween(now, until)))}</p>;
}
