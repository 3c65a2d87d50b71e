import type { ToolStanding } from '../../protocol/grant.ts';
import { cx } from '../shared/class-names.ts';
import { t } from '../shared/strings.ts';
import styles from './tool-standing.module.css';

/** Where a tool stands, as a word with its colour. */
export function ToolStandingBadge({ standing }: { standing: ToolStanding }) {
  return <span className={cx(styles.standing, styles[standing])}>{t.tools.standing[standing]}</span>;
}
