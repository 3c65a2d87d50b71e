import { OctagonX } from 'lucide-react';
import type { LocalState } from '../../../protocol/local-page.ts';
import { cx } from '../../shared/class-names.ts';
import { isolated } from '../../shared/isolated.ts';
import { t } from '../../shared/strings.ts';
import { Button } from '../../shared/ui/button.tsx';
import { toolsInUse } from './phase.ts';
import styles from './stop-bar.module.css';
import type { Stop } from './use-stop.ts';

/** The one Stop, always at the same place, beside what is in use now. */
export function StopBar({
  state,
  stop: { stop, isStopping },
  isHelperLost = false,
}: {
  state: LocalState;
  stop: Stop;
  /** The last state is old then: the bar says no more than the page above it. */
  isHelperLost?: boolean;
}) {
  const text = t.customer.local;
  const technician = isolated(state.session.card.technician.name);
  const tools = isHelperLost ? [] : toolsInUse(state);
  const watchers = isHelperLost
    ? []
    : state.session.watchers.filter(({ watchingId }) => state.watchedBy.includes(watchingId));
  return (
    <section className={styles.bar} aria-label={text.stopGroup}>
      <p className={styles.now}>
        <span className={cx(styles.light, tools.length > 0 && styles.lit)} aria-hidden="true" />
        <span>
          {!isHelperLost && state.link === 'offline' && `${text.offline} `}
          {isHelperLost
            ? text.helperSilent
            : tools.length > 0
              ? t.customer.tool.doing(technician, tools)
              : text.nothingInUse(technician)}
          {watchers.length > 0 && ` ${t.watching.customer.also(watchers.map(({ name }) => isolated(name)))}`}
        </span>
      </p>
      <div className={styles.stop}>
        <Button kind="danger" size="large" icon={<OctagonX />} onPress={stop} className={styles.button}>
          {isStopping ? text.stopping : text.stopEverything}
        </Button>
        <span className={styles.keys}>{text.stopKeys}</span>
      </div>
    </section>
  );
}
