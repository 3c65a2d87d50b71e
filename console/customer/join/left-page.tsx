import { ShieldCheck } from 'lucide-react';
import { useEffect } from 'react';
import { isolated } from '../../shared/isolated.ts';
import { t } from '../../shared/strings.ts';
import { StepTitle } from '../step-title.tsx';
import styles from './join.module.css';

/** For somebody who did not ask for help: nothing happened, and what to do now. */
export function LeftPage({ organisation }: { organisation: string }) {
  const text = t.customer.join;
  useEffect(() => {
    document.title = `${text.leftTitle} - ${t.product}`;
  });
  return (
    <div className={styles.stack}>
      <ShieldCheck className={styles.safe} aria-hidden="true" />
      <StepTitle>{text.leftTitle}</StepTitle>
      {[...text.left, text.leftTell(isolated(organisation))].map((sentence) => (
        <p key={sentence}>{sentence}</p>
      ))}
      <p>{t.customer.local.closeThis}</p>
    </div>
  );
}
