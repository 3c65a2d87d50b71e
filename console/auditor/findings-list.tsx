import { Link } from 'react-aria-components';
import type { VerificationFinding } from '../../protocol/log-verification.ts';
import { cx } from '../shared/class-names.ts';
import { useMay } from '../shared/signed-in.tsx';
import { t } from '../shared/strings.ts';
import styles from './findings-list.module.css';

/** What does not fit, a sentence each, and the way to its session for who may read it. */
export function FindingsList({
  found,
  isMild = false,
}: {
  found: readonly VerificationFinding[];
  isMild?: boolean;
}) {
  const mayRead = useMay('session.read');
  return (
    <ul className={cx(styles.found, isMild && styles.mild)}>
      {found.map(({ what, session }) => (
        <li key={what}>
          <bdi>{what}</bdi>{' '}
          {session !== undefined && mayRead && (
            <Link href={`/log/${session}`}>{t.verification.toSession}</Link>
          )}
        </li>
      ))}
    </ul>
  );
}
