import { Ban } from 'lucide-react';
import type { ToolStanding } from '../../protocol/grant.ts';
import { cx } from '../shared/class-names.ts';
import { t } from '../shared/strings.ts';
import styles from './tool-standing.module.css';

const isNo = (standing: ToolStanding): boolean => standing === 'refused' || standing === 'revoked';

/** Where a tool stands, as a word with its colour; a no has a mark too, for a struck word reads as taken off the list. */
export function ToolStandingBadge({ standing }: { standing: ToolStanding }) {
  return (
    <span className={cx(styles.standing, styles[standing])}>
      {isNo(standing) && <Ban aria-hidden="true" />}
      {t.tools.standing[standing]}
    </span>
  );
}
