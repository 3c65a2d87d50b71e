import { MonitorUp } from 'lucide-react';
import { useState } from 'react';
import { t } from '../../shared/strings.ts';
import { Button } from '../../shared/ui/button.tsx';
import { Notice } from '../../shared/ui/notice.tsx';
import type { BrowserHelper } from '../browser/browser-helper.ts';
import styles from './join.module.css';

/** All that a session in this page takes: nothing of it is wanting any more once the code is used up. */
export const loadSharing = async () =>
  (await Promise.all([import('../browser/join-session.ts'), import('../browser/session-here.tsx')]))[0];

/** While its customer reads who asks. What cannot be loaded now is tried again by the press. */
export const prepareSharing = (): void => void loadSharing().catch(() => {});

/** The way with nothing to install: this page becomes the helper. */
export function ShareHere({
  code,
  onJoined,
  onGone,
}: {
  code: string;
  onJoined: (helper: BrowserHelper) => void;
  /** The code, which worked a moment ago. */
  onGone: () => void;
}) {
  const text = t.customer.browser;
  const [isJoining, setJoining] = useState(false);
  const [problem, setProblem] = useState<string>();
  const join = async () => {
    setProblem(undefined);
    setJoining(true);
    const sharing = await loadSharing().catch(() => undefined);
    const answer = (await sharing?.joinSession(code)) ?? { ok: false, sentence: text.notLoaded };
    setJoining(false);
    if (answer.ok) onJoined(answer.helper);
    else setProblem(answer.sentence);
    if (!answer.ok && answer.isGone) onGone();
  };
  return (
    <section className={styles.way} aria-labelledby="share-here">
      <h2 id="share-here">{text.here}</h2>
      <p>{text.hereLead}</p>
      <ul className={styles.points}>
        {text.herePoints.map((point) => (
          <li key={point}>{point}</li>
        ))}
      </ul>
      {problem !== undefined && <Notice kind="warning">{problem}</Notice>}
      <Button kind="primary" size="large" icon={<MonitorUp />} isPending={isJoining} onPress={join}>
        {isJoining ? text.joining : text.go}
      </Button>
    </section>
  );
}
