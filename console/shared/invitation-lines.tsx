import { Link } from 'react-aria-components';
import styles from './invitation-lines.module.css';
import { useInvitations } from './invitations.ts';
import { t } from './strings.ts';
import { Notice } from './ui/notice.tsx';

const text = t.watching.invitations;

/** On every page of the console: who asks for this user just now. `isHelping`: a session of theirs runs on this page. */
export function InvitationLines({ isHelping = false }: { isHelping?: boolean }) {
  const invitations = useInvitations();
  if (invitations.length === 0) return null;
  return (
    <section className={styles.lines} aria-label={text.title}>
      {invitations.map(({ sessionId, watchingId, technician, contact, reason }) => (
        <Notice
          key={watchingId}
          title={text.text(technician, contact)}
          actions={
            <Link href={`/watch/${sessionId}`} {...(isHelping && { target: '_blank' })}>
              {isHelping ? text.openElsewhere : text.open}
            </Link>
          }
        >
          <bdi>{reason}</bdi>
        </Notice>
      ))}
    </section>
  );
}
