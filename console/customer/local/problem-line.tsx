import { CircleAlert } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { LocalState } from '../../../protocol/local-page.ts';
import { t } from '../../shared/strings.ts';
import { Button } from '../../shared/ui/button.tsx';
import styles from './problem-line.module.css';

/**
 * The last thing that went wrong, docked where the next press is: what it came of may be anywhere on the page. The page
 * says it to screen readers.
 */
export function ProblemLine({ state: { problem } }: { state: LocalState }) {
  const [dismissed, setDismissed] = useState<string>();
  useEffect(() => {
    // The same may go wrong again, and is shown again then.
    if (problem === undefined) setDismissed(undefined);
  }, [problem]);
  if (problem === undefined || problem === dismissed) return null;
  return (
    <section className={styles.line} aria-label={t.customer.local.wentWrong}>
      <CircleAlert size={22} aria-hidden="true" />
      <p className={styles.words}>{problem}</p>
      <Button onPress={() => setDismissed(problem)}>{t.customer.local.understood}</Button>
    </section>
  );
}
