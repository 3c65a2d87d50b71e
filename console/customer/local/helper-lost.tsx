import { t } from '../../shared/strings.ts';
import { Notice } from '../../shared/ui/notice.tsx';
import { StepTitle } from '../step-title.tsx';
import styles from './waiting-page.module.css';

/** The agent itself is silent: its window was closed, or it crashed. */
export function HelperLost({ isStopping }: { isStopping: boolean }) {
  const text = t.customer.local;
  return (
    <div className={styles.waiting}>
      <StepTitle>{text.helperGone}</StepTitle>
      <p>{text.helperGoneLead}</p>
      <p>{text.helperGoneSure}</p>
      {isStopping && <Notice kind="warning">{text.stopWhenBack}</Notice>}
    </div>
  );
}
