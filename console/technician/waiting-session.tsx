import type { ConsoleSessionState } from '../../protocol/session-state.ts';
import { countdown } from '../shared/figures.ts';
import { secondsBetween, useNow } from '../shared/moments.ts';
import { t } from '../shared/strings.ts';
import { PageHead } from '../shared/ui/app-shell.tsx';
import { Button } from '../shared/ui/button.tsx';
import { CopyButton } from '../shared/ui/copy-button.tsx';
import { Notice } from '../shared/ui/notice.tsx';
import { ProgressBar } from '../shared/ui/progress.tsx';
import { useAction } from '../shared/use-action.ts';
import styles from './before-session.module.css';
import { SessionSummary } from './session-summary.tsx';
import type { SupportSession } from './support-session.ts';

const text = t.technician.waiting;

/** The code, large, until somebody uses it. */
export function WaitingSession({ session, state }: { session: SupportSession; state: ConsoleSessionState }) {
  const { isPending, act } = useAction();
  const { code, joinUrl } = state;
  return (
    <>
      <PageHead title={text.title(state.contact.name)} lead={text.lead} />
      <div className={styles.columns}>
        <section className={styles.card} aria-label={text.code}>
          {code === undefined ? (
            <Notice>{text.codeGone}</Notice>
          ) : (
            <>
              <Code code={code} />
              {state.codeExpiresAt !== undefined && (
                <TimeLeft from={state.createdAt} until={state.codeExpiresAt} />
              )}
              <div className={styles.row}>
                <CopyButton value={code} label={text.copyCode} />
                {joinUrl !== undefined && <CopyButton value={joinUrl} label={text.copyLink} />}
              </div>
              {joinUrl !== undefined && (
                <>
                  <h2>{text.steps}</h2>
                  <ol className={styles.steps}>
                    <li>{text.stepOpen(joinPage(joinUrl))}</li>
                    <li>{text.stepType}</li>
                    <li>{text.stepAllow}</li>
                  </ol>
                </>
              )}
            </>
          )}
          <div className={styles.buttons}>
            <Button isPending={isPending} onPress={() => act(() => session.send({ type: 'session.end' }))}>
              {text.cancel}
            </Button>
          </div>
        </section>
        <section className={styles.card} aria-labelledby="summary">
          <h2 id="summary">{text.summary}</h2>
          <SessionSummary state={state} />
        </section>
      </div>
    </>
  );
}

/** In groups of three, read out digit by digit. */
function Code({ code }: { code: string }) {
  const [first, second, third] = code.split('-');
  const dash = <span className={styles.dash}>-</span>;
  return (
    <p>
      <span className={styles.code} aria-hidden="true">
        {first}
        {dash}
        {second}
        {dash}
        {third}
      </span>
      <span className="only-for-screen-readers" data-testid="code">
        {text.digits(code.replaceAll('-', ''))}
      </span>
    </p>
  );
}

function TimeLeft({ from, until }: { from: string; until: string }) {
  const now = useNow();
  const seconds = Math.max(0, secondsBetween(now, until));
  return (
    <div className={styles.left}>
      <span>{text.validFor(countdown(seconds))}</span>
      <ProgressBar label={text.validFor('')} value={seconds / Math.max(1, secondsBetween(from, until))} />
    </div>
  );
}

/** The join page as it is said on the phone: without protocol, and without the code that the link carries. */
function joinPage(joinUrl: string): string {
  const { host, pathname } = new URL(joinUrl);
  return `${host}${pathname}`;
}
