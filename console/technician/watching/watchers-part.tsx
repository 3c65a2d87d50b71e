import { UserPlus } from 'lucide-react';
import type { ConsoleSessionState } from '../../../protocol/session-state.ts';
import { isOpenWatching, type WatchingState } from '../../../protocol/watching.ts';
import { useMay } from '../../shared/signed-in.tsx';
import { t } from '../../shared/strings.ts';
import { Button } from '../../shared/ui/button.tsx';
import { useAction } from '../../shared/use-action.ts';
import type { SupportSession } from '../support-session.ts';
import styles from './watchers-part.module.css';

const text = t.watching.technician;
/** Of those who are gone only the last ones say anything still. */
const SHOWN = 6;

/** Who else watches, wants to, or did: in the panel of what the customer allowed. */
export function WatchersPart({
  session,
  state,
  onInvite,
}: {
  session: SupportSession;
  state: ConsoleSessionState;
  onInvite: () => void;
}) {
  const mayInvite = useMay('session.invite');
  const watchers = state.watchers.slice(-SHOWN);
  return (
    <section className={styles.part} aria-labelledby="who-watches">
      <h2 id="who-watches">{text.title}</h2>
      {watchers.length === 0 && <p className={styles.quiet}>{text.none}</p>}
      <ul className={styles.list}>
        {watchers.map((watcher) => (
          <Line key={watcher.watchingId} session={session} watcher={watcher} />
        ))}
      </ul>
      {mayInvite && (
        <Button icon={<UserPlus />} onPress={onInvite}>
          {text.invite}
        </Button>
      )}
    </section>
  );
}

function Line({ session, watcher }: { session: SupportSession; watcher: WatchingState }) {
  const { isPending, act } = useAction();
  const { watchingId, name, role, standing, isSeeing, endedBy } = watcher;
  return (
    <li>
      <span className={styles.words}>
        <bdi>{name}</bdi>
        <span className={styles.quiet}>
          {t.roles[role]} · {text.standing(standing, isSeeing, endedBy)}
        </span>
      </span>
      {isOpenWatching(watcher) && (
        <Button
          size="small"
          isPending={isPending}
          aria-label={text.end(name, standing)}
          onPress={() => act(() => session.send({ type: 'watching.end', watchingId }))}
        >
          {standing === 'invited' ? text.endAction.invited : text.endAction.other}
        </Button>
      )}
    </li>
  );
}
