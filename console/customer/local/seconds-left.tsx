import { useState } from 'react';
import type { PendingConsent } from '../../../protocol/consent.ts';
import { useNow } from '../../shared/moments.ts';
import { t } from '../../shared/strings.ts';
import { ProgressBar } from '../../shared/ui/progress.tsx';
import { secondsLeft } from './phase.ts';
import styles from './seconds-left.module.css';

/** The visible countdown of a question. It is not read out every second: the question says its deadline once. */
export function SecondsLeft({ request }: { request: Pick<PendingConsent, 'askedAt' | 'expiresAt'> }) {
  const [seenAtMs] = useState(Date.now);
  const seconds = secondsLeft(request, seenAtMs, useNow());
  const whole = (Date.parse(request.expiresAt) - Date.parse(request.askedAt)) / 1000;
  const words = t.customer.local.secondsLeft(seconds);
  return (
    <div className={styles.left} role="timer">
      <span className="figures">{words}</span>
      <ProgressBar label={words} value={Math.min(1, seconds / whole)} />
    </div>
  );
}
