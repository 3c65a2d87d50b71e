import { t } from '../shared/strings.ts';
import { Notice } from '../shared/ui/notice.tsx';
import { FindingsList } from './findings-list.tsx';
import styles from './verification-outcome.module.css';
import { byWhom, type Shown } from './verification-words.ts';

const text = t.verification;

/** Nothing in the log was changed, and of some session an end signed something else. No alarm of the log: one end alone can do that. */
export function NotAsSigned({ shown }: { shown: Shown }) {
  const { sentence, notAsSigned = 0, found = [] } = shown;
  return (
    <Notice kind="warning" title={text.notAsSigned.title}>
      <div className={styles.parts}>
        <p className={styles.sentence}>{sentence ?? text.notAsSigned.summary(notAsSigned)}</p>
        <p className={styles.sentence}>{text.notAsSigned.meaning}</p>
        {found.length > 0 ? <FindingsList found={found} isMild /> : <p>{text.wrongGone}</p>}
        <p className={styles.sentence}>{text.notAsSigned.next}</p>
        <p className={styles.soft}>{byWhom(shown)}</p>
      </div>
    </Notice>
  );
}
