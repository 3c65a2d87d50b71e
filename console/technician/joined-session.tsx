import { useState } from 'react';
import type { ConsoleSessionState } from '../../protocol/session-state.ts';
import { countdown } from '../shared/figures.ts';
import { secondsBetween, useNow } from '../shared/moments.ts';
import { t } from '../shared/strings.ts';
import { PageHead } from '../shared/ui/app-shell.tsx';
import { Button } from '../shared/ui/button.tsx';
import { Dialog, DialogButtons } from '../shared/ui/dialog.tsx';
import { ToolIcon } from '../shared/ui/icon-for-tool.tsx';
import { Notice } from '../shared/ui/notice.tsx';
import { useAction } from '../shared/use-action.ts';
import styles from './before-session.module.css';
import { Facts, SessionSummary } from './session-summary.tsx';
import type { SupportSession } from './support-session.ts';
import { ToolStandingBadge } from './tool-standing.tsx';
import { VoiceNotice } from './voice-bar.tsx';

const text = t.technician.joined;

/** A computer used the code: the technician looks at it and lets it in, or not. */
export function JoinedSession({ session, state }: { session: SupportSession; state: ConsoleSessionState }) {
  const [isRefusing, setRefusing] = useState(false);
  const admission = useAction();
  const refusal = useAction();
  const { computer, contact } = state;
  return (
    <>
      <PageHead title={text.title} lead={text.lead(contact.name)} />
      <div className={styles.columns}>
        <section className={styles.card} aria-label={text.computer}>
          {computer && (
            <Facts
              facts={[
                [text.computer, computer.hostName && <strong key="name">{computer.hostName}</strong>],
                [text.platform, [computer.platform, computer.architecture].join(', ')],
                [
                  text.address,
                  <span key="address" className="figures">
                    {computer.address}
                  </span>,
                ],
                [text.privateAddress, computer.privateAddress],
                [text.agent, state.agent && t.agents.words(state.agent)],
                [text.connection, state.presence.customer === 'here' ? text.here : text.away],
              ]}
            />
          )}
          {state.surface?.refused !== undefined && (
            <Notice kind="warning">{t.agents.nothingShown[state.surface.refused](contact.name)}</Notice>
          )}
          <VoiceNotice state={state} />
          {state.answeredInAdvance && <Notice kind="warning">{text.inAdvance}</Notice>}
          {state.admitted && <Notice>{text.waitingForAnswer(contact.name)}</Notice>}
          <div className={styles.buttons}>
            {!state.admitted && (
              <Button
                kind="primary"
                isPending={admission.isPending}
                onPress={() => admission.act(() => session.admit())}
              >
                {text.admit}
              </Button>
            )}
            <Button onPress={() => setRefusing(true)}>{text.refuse}</Button>
          </div>
        </section>
        <div className={styles.form}>
          <section className={styles.card} aria-labelledby="answers">
            <h2 id="answers">{text.answers}</h2>
            {state.pending.map((question) => (
              <AnswerBy key={question.requestId} until={question.expiresAt} />
            ))}
            <ul className={styles.answers}>
              {state.requested.map((tool) => (
                <li key={tool}>
                  <ToolIcon tool={tool} />
                  {t.tools.name[tool]}
                  <ToolStandingBadge standing={state.tools[tool].standing} />
                </li>
              ))}
            </ul>
          </section>
          <section className={styles.card} aria-labelledby="summary">
            <h2 id="summary">{t.technician.waiting.summary}</h2>
            <SessionSummary state={state} />
          </section>
        </div>
      </div>
      <Dialog
        title={text.refuseTitle}
        role="alertdialog"
        isOpen={isRefusing}
        onClose={() => setRefusing(false)}
      >
        <p>{text.refuseText}</p>
        <DialogButtons>
          <Button onPress={() => setRefusing(false)}>{t.cancel}</Button>
          <Button
            kind="danger"
            isPending={refusal.isPending}
            onPress={() => refusal.act(() => session.send({ type: 'session.end', admit: false }))}
          >
            {text.refuse}
          </Button>
        </DialogButtons>
      </Dialog>
    </>
  );
}

function AnswerBy({ until }: { until: string }) {
  const now = useNow();
  return <p className={styles.left}>{text.answerBy(countdown(secondsBetween(now, until)))}</p>;
}
