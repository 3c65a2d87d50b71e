import type { LocalState } from '../../../protocol/local-page.ts';
import { isolated } from '../../shared/isolated.ts';
import { t } from '../../shared/strings.ts';
import { Spinner } from '../../shared/ui/progress.tsx';
import { StepTitle } from '../step-title.tsx';
import { LinkNotice } from './link-notice.tsx';
import styles from './waiting-page.module.css';

/** The agent has not spoken yet. */
export function ConnectingPage() {
  const text = t.customer.local;
  return (
    <div className={styles.waiting} role="status">
      <Spinner className={styles.spinner ?? ''} />
      <StepTitle>{text.connecting}</StepTitle>
      <p>{text.connectingLead}</p>
    </div>
  );
}

/** The technician has to do the next step: to ask, or to let this computer in. */
export function WaitingPage({ state }: { state: LocalState }) {
  const text = t.customer.local;
  const isAnswered = Object.values(state.session.tools).some(({ standing }) => standing === 'granted');
  return (
    <>
      <LinkNotice state={state} />
      <div className={styles.waiting} role="status">
        <Spinner className={styles.spinner ?? ''} />
        <StepTitle>{text.waitingFor(isolated(state.session.card.technician.name))}</StepTitle>
        <p>{isAnswered ? text.waitingLead : text.waitingForQuestion}</p>
      </div>
    </>
  );
}
