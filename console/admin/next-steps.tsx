import { Link2, UserPlus, Video } from 'lucide-react';
import type { ReactNode } from 'react';
import { navigate } from '../shared/router.tsx';
import { useSignedIn } from '../shared/signed-in.tsx';
import { t } from '../shared/strings.ts';
import { PageHead } from '../shared/ui/app-shell.tsx';
import { Button } from '../shared/ui/button.tsx';
import { CopyButton } from '../shared/ui/copy-button.tsx';
import { Notice } from '../shared/ui/notice.tsx';
import styles from './next-steps.module.css';
import { reachesOnlyHere } from './reaches-only-here.ts';

const text = t.admin.next;

/** Where the administrator lands: what to do so that the first customer can be helped. */
export function NextSteps() {
  const { me } = useSignedIn();
  const { origin, hostname } = window.location;
  const joinPage = `${origin}/join`;
  const isOnlyHere = reachesOnlyHere(hostname);
  return (
    <>
      <PageHead title={text.title(me.organisation)} lead={text.lead} />
      {me.media === 'none' && <Notice title={text.noMediaTitle}>{text.noMedia}</Notice>}
      <ol className={styles.steps}>
        <Step icon={<UserPlus />} title={text.people} text={text.peopleText}>
          <Button kind="primary" onPress={() => navigate('/people')}>
            {text.peopleAction}
          </Button>
        </Step>
        <Step icon={<Link2 />} title={text.join} text={text.joinText}>
          <code className={styles.address}>{joinPage}</code>
          <CopyButton value={joinPage} label={text.joinAction} />
          {isOnlyHere && <p>{text.onlyHere}</p>}
        </Step>
        <Step icon={<Video />} title={text.first} text={isOnlyHere ? text.firstHere : text.firstText} />
      </ol>
    </>
  );
}

function Step({
  icon,
  title,
  text: what,
  children,
}: {
  icon: ReactNode;
  title: string;
  text: string;
  children?: ReactNode;
}) {
  return (
    <li className={styles.step}>
      <span className={styles.icon} aria-hidden="true">
        {icon}
      </span>
      <h2>{title}</h2>
      <p>{what}</p>
      <div className={styles.do}>{children}</div>
    </li>
  );
}
