import { CircleAlert, CircleCheck, Info, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { cx } from '../class-names.ts';
import type { NoticeKind } from '../notice-kind.ts';
import styles from './notice.module.css';

const icons = { info: Info, done: CircleCheck, warning: TriangleAlert, trouble: CircleAlert };

/** A sentence in the page with its meaning as colour and icon. `trouble` is read out at once. */
export function Notice({
  kind = 'info',
  title,
  children,
  actions,
  isSilent = false,
}: {
  kind?: NoticeKind;
  title?: string;
  children?: ReactNode;
  actions?: ReactNode;
  /** It stands inside a region that is read out already. */
  isSilent?: boolean;
}) {
  const Icon = icons[kind];
  return (
    <div
      className={cx(styles.notice, styles[kind])}
      {...(isSilent ? {} : { role: kind === 'trouble' ? 'alert' : 'status' })}
    >
      <Icon aria-hidden="true" />
      <div className={styles.words}>
        {title !== undefined && <strong>{title}</strong>}
        {children !== undefined && <div>{children}</div>}
      </div>
      {actions}
    </div>
  );
}
