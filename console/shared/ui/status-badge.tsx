import { CircleCheck, CircleDashed, CircleSlash, CircleX, Clock, Radio, TriangleAlert } from 'lucide-react';
import type { Outcome, SessionStatus } from '../../../protocol/session.ts';
import { cx } from '../class-names.ts';
import { t } from '../strings.ts';
import styles from './status-badge.module.css';

const icons: Record<SessionStatus, typeof Clock> = {
  created: Clock,
  joined: CircleDashed,
  active: Radio,
  ended: CircleCheck,
  expired: CircleSlash,
  declined: CircleX,
  cancelled: CircleSlash,
  lost: TriangleAlert,
};

/** Where a session stands, in a word with its icon; with the outcome when it is known. */
export function StatusBadge({ status, outcome }: { status: SessionStatus; outcome?: Outcome | undefined }) {
  const Icon = icons[status];
  return (
    <span className={cx(styles.badge, styles[status])}>
      <Icon aria-hidden="true" />
      {outcome === undefined ? t.session.status[status] : t.session.outcome[outcome]}
    </span>
  );
}
