import { useEffect, useState } from 'react';
import { t } from '../../shared/strings.ts';
import { Button } from '../../shared/ui/button.tsx';
import { Notice } from '../../shared/ui/notice.tsx';
import { Waiting } from '../../shared/ui/progress.tsx';
import type { BrowserHelper } from '../browser/browser-helper.ts';
import { StepTitle } from '../step-title.tsx';
import styles from './join.module.css';
import { loadSharing } from './share-here.tsx';

/** The page was loaded anew in the middle of a session: it goes on, unless another tab has it. */
export function ResumeHere({
  onResumed,
  onAnotherCode,
}: {
  onResumed: (helper: BrowserHelper) => void;
  onAnotherCode: () => void;
}) {
  const [problem, setProblem] = useState<string>();
  const [isLoaded, setLoaded] = useState(true);
  useEffect(() => {
    let isGone = false;
    const resume = async () => {
      const sharing = await loadSharing().catch(() => undefined);
      if (isGone) return;
      setLoaded(sharing !== undefined);
      if (!sharing) return;
      const answer = await sharing.resumeSession();
      if (isGone) return;
      if (!answer.ok) setProblem(answer.sentence);
      else {
        onResumed(answer.helper);
        // Over and forgotten there meanwhile: nothing to show, and a new code can be entered.
        void answer.helper.ended.then(() => answer.helper.view.get().state ?? onAnotherCode());
      }
    };
    void resume();
    return () => {
      isGone = true;
    };
  }, []);
  return (
    <div className={styles.stack}>
      <StepTitle>{t.customer.browser.resuming}</StepTitle>
      {!isLoaded && (
        <>
          <Notice kind="warning">{t.customer.browser.notLoaded}</Notice>
          {/* After an update of the server its parts have other names: only the page anew knows them. */}
          <Button onPress={() => window.location.reload()}>{t.customer.browser.tryAgain}</Button>
        </>
      )}
      {isLoaded && problem === undefined && <Waiting />}
      {problem !== undefined && (
        <>
          <Notice kind="warning">{problem}</Notice>
          <Button onPress={onAnotherCode}>{t.customer.join.anotherCode}</Button>
        </>
      )}
    </div>
  );
}
