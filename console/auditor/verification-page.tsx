import { ShieldCheck } from 'lucide-react';
import { useEffect } from 'react';
import { LogState } from '../../protocol/log-state.ts';
import { useResource } from '../shared/resource.ts';
import { useMay, useSignedIn } from '../shared/signed-in.tsx';
import { t } from '../shared/strings.ts';
import { PageHead } from '../shared/ui/app-shell.tsx';
import { Button } from '../shared/ui/button.tsx';
import { Notice } from '../shared/ui/notice.tsx';
import { Waiting } from '../shared/ui/progress.tsx';
import { useAction } from '../shared/use-action.ts';
import { LogFacts } from './log-facts.tsx';
import { PastVerifications } from './past-verifications.tsx';
import { useVerification } from './use-verification.ts';
import { VerificationOutcome } from './verification-outcome.tsx';
import styles from './verification-page.module.css';
import { VerificationProgress } from './verification-progress.tsx';
import { Witnesses } from './witnesses.tsx';

const text = t.verification;
const REFRESH_MS = 10_000;

/** `/verification`: how the log stands, who keeps it elsewhere, and checking all of it. */
export function VerificationPage() {
  const { api } = useSignedIn();
  const mayVerify = useMay('log.verify');
  const { verification, problem, start, reload } = useVerification();
  const { isPending, act } = useAction();
  const state = useResource('log state', (signal) => api.get('/log/state', LogState, signal));
  const running = verification?.running;
  const hasWitness = state.resource.standing !== 'there' || state.resource.value.witnesses.length > 0;

  useEffect(() => {
    document.title = `${text.title} - ${t.product}`;
  }, []);
  const { reload: reloadState } = state;
  // Also when a verification begins or ends: each is an entry more.
  const isRunning = running !== undefined;
  // An alarm comes before what was found right at another time.
  const isDisputed =
    state.resource.standing === 'there' &&
    state.resource.value.witnesses.some(({ state }) => state === 'disagrees' || state === 'damaged');
  const standing = state.resource.standing === 'there' && (
    <div className={styles.standing}>
      {isDisputed && <Witnesses witnesses={state.resource.value.witnesses} />}
      <LogFacts state={state.resource.value} />
      {!isDisputed && <Witnesses witnesses={state.resource.value.witnesses} />}
    </div>
  );
  useEffect(() => {
    reloadState();
    const timer = setInterval(() => document.visibilityState === 'visible' && reloadState(), REFRESH_MS);
    return () => clearInterval(timer);
  }, [reloadState, isRunning]);

  return (
    <>
      <PageHead
        title={text.title}
        lead={text.lead}
        actions={
          mayVerify && (
            <Button
              kind="primary"
              icon={<ShieldCheck />}
              isPending={isPending || isRunning}
              onPress={() => void act(start)}
            >
              {text.action}
            </Button>
          )
        }
      />
      <div className={styles.page}>
        {verification === undefined && problem === undefined && <Waiting />}
        {problem !== undefined && (
          <Notice kind="trouble" title={text.failed} actions={<Button onPress={reload}>{t.tryAgain}</Button>}>
            {problem.message}
          </Notice>
        )}
        {running !== undefined && <VerificationProgress key={running.startedAt} running={running} />}
        {isDisputed && standing}
        {verification !== undefined && (
          <VerificationOutcome verification={verification} hasWitness={hasWitness} isDisputed={isDisputed} />
        )}
        {state.resource.standing === 'failed' && problem === undefined && (
          <Notice
            kind="trouble"
            title={text.failed}
            actions={<Button onPress={reloadState}>{t.tryAgain}</Button>}
          >
            {state.resource.problem.message}
          </Notice>
        )}
        {!isDisputed && standing}
        {verification !== undefined && verification.past.length > 0 && (
          <PastVerifications past={verification.past} />
        )}
      </div>
    </>
  );
}
