import { ShieldAlert } from 'lucide-react';
import type { VerificationFinding } from '../../protocol/log-verification.ts';
import { t } from '../shared/strings.ts';
import { FindingsList } from './findings-list.tsx';
import styles from './verification-alarm.module.css';

const text = t.verification;

/** The record was changed or damaged: what exactly does not fit, and what to do before anything else. */
export function VerificationAlarm({
  sentence,
  found,
  lost,
  by,
}: {
  sentence: string;
  found: readonly VerificationFinding[];
  /** What it found is not known any more, but for these leaves. */
  lost: string | undefined;
  by: string;
}) {
  return (
    <section className={styles.alarm} aria-labelledby="alarm">
      <div className={styles.head} role="alert">
        <ShieldAlert aria-hidden="true" />
        <div>
          <h2 id="alarm">{text.wrongTitle}</h2>
          <p>{sentence}</p>
        </div>
      </div>
      <div className={styles.body}>
        <p className={styles.soft}>{by}</p>
        {lost !== undefined && (
          <p>
            {text.wrongGone} {lost !== '' && text.wrongLeaves(lost)}
          </p>
        )}
        {found.length > 0 && (
          <>
            <h3>{text.findings}</h3>
            <FindingsList found={found} />
          </>
        )}
        <h3>{text.nextTitle}</h3>
        <ol className={styles.next}>
          {text.next.map((step) => (
            <li key={step}>{step}</li>
          ))}
        </ol>
      </div>
    </section>
  );
}
