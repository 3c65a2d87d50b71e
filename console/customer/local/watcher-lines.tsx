import { Eye } from 'lucide-react';
import type { LocalCommand, LocalState } from '../../../protocol/local-page.ts';
import { cx } from '../../shared/class-names.ts';
import { isolated } from '../../shared/isolated.ts';
import { t } from '../../shared/strings.ts';
import { Button } from '../../shared/ui/button.tsx';
import panel from './panel.module.css';
import styles from './watcher-lines.module.css';

/** Who else sees the screen, or may: by this computer's own lanes, each with its Stop. Nothing where nobody does. */
export function WatcherLines({
  state: { session, watchedBy },
  send,
}: {
  state: LocalState;
  send: (command: LocalCommand) => boolean;
}) {
  const text = t.watching.customer;
  const watchers = session.watchers.filter(
    ({ watchingId, standing }) => standing === 'allowed' || watchedBy.includes(watchingId),
  );
  if (watchers.length === 0) return null;
  return (
    <section className={cx(panel.panel, styles.watchers)} aria-labelledby="watchers-title">
      <h2 id="watchers-title">{text.title}</h2>
      <ul className={styles.lines}>
        {watchers.map(({ watchingId, name, role }) => (
          <li key={watchingId} className={styles.line}>
            <Eye size={22} aria-hidden="true" />
            <span className={styles.words}>
              {watchedBy.includes(watchingId)
                ? text.sees(isolated(name), role)
                : text.maySee(isolated(name), role)}
            </span>
            <Button
              aria-label={text.stopFor(isolated(name))}
              onPress={() => send({ type: 'watching.stop', watchingId })}
            >
              {text.stop}
            </Button>
          </li>
        ))}
      </ul>
    </section>
  );
}
