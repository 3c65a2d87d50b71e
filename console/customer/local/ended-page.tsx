import { ShieldCheck } from 'lucide-react';
import type { LocalState } from '../../../protocol/local-page.ts';
import { duration } from '../../shared/figures.ts';
import { t } from '../../shared/strings.ts';
import { Notice } from '../../shared/ui/notice.tsx';
import { StepTitle } from '../step-title.tsx';
import { ConsentText } from '../technician-facts.tsx';
import styles from './ended-page.module.css';
import { endingSentences } from './ending.ts';
import { hasSavedHere } from './saved-here.ts';
import { YourReceipt } from './your-receipt.tsx';

/** What happened, in sentences. */
export function EndedPage({ state }: { state: LocalState }) {
  const text = t.customer.local;
  return (
    <div className={styles.ended}>
      <ShieldCheck className={styles.safe} aria-hidden="true" />
      <div>
        <StepTitle>{text.over}</StepTitle>
        <p className={styles.lead}>{text.overSafe}</p>
      </div>
      {state.problem !== undefined && <Notice kind="warning">{state.problem}</Notice>}
      <div className={styles.story}>
        {endingSentences(state, (ms) => duration(ms / 1000)).map((sentence) => (
          <p key={sentence}>{sentence}</p>
        ))}
        {hasSavedHere(state) && state.receivedFolder !== '' && (
          <p>
            {text.savedIn} <bdi className={styles.folder}>{state.receivedFolder}</bdi>
          </p>
        )}
      </div>
      <YourReceipt state={state} />
      <ConsentText card={state.session.card} title={t.customer.card.told} />
      <p>{text.closeThis}</p>
    </div>
  );
}
