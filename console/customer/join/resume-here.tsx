import { useEffect, useState } from 'react';
import { t } from '../../shared/strings.ts';
import { Button } from '../../shared/ui/button.tsx';
import { Notice } from '../../shared/ui/notice.tsx';
import { Waiting } from '../../shared/ui/progress.tsx';
import type { BrowserHelper } from '../browser/browser-helper.ts';
import { StepTitle } from '../step-title.tsx';
import styles from './join.module.css';

/** The page was loaded anew in the middle of a session: it goes on, unless another tab has it. */
export function ResumeHere({
  onResumed,
  onAnotherCode,
}: {
  onResumed: (helper: BrowserHelper) => void;
  onAnotherCode: () => void;
}) {
  const [problem, setProblem] = useState<string>();
  useEffect(() => {
    let isGone = false;
    void import('../browser/join-session.ts').then(async ({ resumeSession }) => {
      const answer = await resumeSession();
      if (isGone) return;
      if (!answer.ok) setProblem(answer.sentence);
      else {
        onResumed(answer.helper);
        // Over and forgotten there meanwhile: nothing to show, and a new code can be entered.
        void answer.helper.ended.then(() => answer.helper.view.get().state ?? onAnotherCode());
      }
    });
    return () => {
      isGone = true;
    };
  }, []);
  return (
    <div className={styles.stack}>
      <StepTitle>{t.customer.browser.resuming}</StepTitle>
      {problem === undefined ? (
        <Waiting />
      ) : (
        <>
          <Notice kind="warning">{problem}</Notice>
          <Button onPress={onAnotherCode}>{t.customer.join.anotherCode}</Button>
        </>
      )}
    </div>
  );
}
