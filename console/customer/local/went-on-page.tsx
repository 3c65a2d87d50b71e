import { ShieldCheck } from 'lucide-react';
import type { LocalState } from '../../../protocol/local-page.ts';
import { isolated } from '../../shared/isolated.ts';
import { t } from '../../shared/strings.ts';
import { StepTitle } from '../step-title.tsx';
import { ChatMessages } from './chat-messages.tsx';
import styles from './ended-page.module.css';
import panel from './panel.module.css';

/** The program has the session: where it goes on, and what of it is nowhere else. */
export function WentOnPage({ state }: { state: LocalState }) {
  const text = t.handOver.customer;
  // Whoever helps now tells the program what was written with them, and knows nothing of what others read.
  const earlier = state.session.earlier?.map(({ name }) => isolated(name)) ?? [];
  return (
    <div className={styles.ended}>
      <ShieldCheck className={styles.safe} aria-hidden="true" />
      <div>
        <StepTitle>{text.wentOn}</StepTitle>
        <p className={styles.lead}>{text.wentOnLead(isolated(state.session.card.technician.name))}</p>
      </div>
      <p>{text.wentOnWhere}</p>
      {earlier.length > 0 && state.chat.length > 0 && (
        <section className={panel.panel} aria-labelledby="chat-title">
          <h2 id="chat-title">{t.customer.local.chat}</h2>
          <p>{text.wentOnChat(earlier)}</p>
          <ChatMessages state={state} />
        </section>
      )}
      <p>{t.customer.local.closeThis}</p>
    </div>
  );
}
