import { useState } from 'react';
import type { RunningVerification } from '../../protocol/log-verification.ts';
import { duration } from '../shared/figures.ts';
import { timeOf, useNow } from '../shared/moments.ts';
import { t } from '../shared/strings.ts';
import { ProgressBar } from '../shared/ui/progress.tsx';
import styles from './verification-progress.module.css';
import { authorOf } from './verification-words.ts';

const text = t.verification;
/** Sooner a rate would only be a guess. */
const RATE_AFTER_MS = 2_000;
const SPOKEN_EVERY_PERCENT = 25;

/** How far it is, with rate and time left as this page sees them: the broker's clock may be another. */
export function VerificationProgress({ running }: { running: RunningVerification }) {
  const { done, total, by, startedAt } = running;
  const now = useNow();
  const [first] = useState({ at: Date.now(), done });
  const elapsedMs = now - first.at;
  const perSecond = ((done - first.done) / elapsedMs) * 1000;
  const isKnown = elapsedMs > RATE_AFTER_MS && perSecond > 0;
  const share = total === 0 ? undefined : done / total;
  const percent = Math.floor((share ?? 0) * 100);
  return (
    <section className={styles.running} aria-labelledby="running">
      <h2 id="running">{text.running}</h2>
      <ProgressBar label={text.running} value={share} />
      <p className={styles.figures}>
        <span>{total === 0 ? text.preparing : text.progress(percent)}</span>
        {isKnown && <span>{text.left(duration((total - done) / perSecond))}</span>}
      </p>
      <p className={styles.soft}>
        {text.startedBy(authorOf(by), timeOf(startedAt))}. {text.mayLeave}
      </p>
      {/* Each figure read out would drown everything else. */}
      <p className="only-for-screen-readers" aria-live="polite">
        {text.spoken(percent - (percent % SPOKEN_EVERY_PERCENT))}
      </p>
    </section>
  );
}
