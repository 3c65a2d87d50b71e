import { ShieldCheck } from 'lucide-react';
import type { LocalState } from '../../../protocol/local-page.ts';
import { isolated } from '../../shared/isolated.ts';
import { t } from '../../shared/strings.ts';
import { StepTitle } from '../step-title.tsx';
import styles from './ended-page.module.css';

/** The program has the session: where it goes on, and that nothing is left of it here. */
export function WentOnPage({ state }: { state: LocalState }) {
  const text = t.handOver.customer;
  return (
    <div className={styles.ended}>
      <ShieldCheck className={styles.safe} aria-hidden="true" />
      <div>
        <StepTitle>{text.wentOn}</StepTitle>
        <p className={styles.lead}>{text.wentOnLead(isolated(state.session.card.technician.name))}</p>
      </div>
      <p>{text.wentOnWhere}</p>
      <p>{t.customer.local.closeThis}</p>
    </div>
  );
}
