import type { LocalCommand } from '../../../protocol/local-page.ts';
import { isolated } from '../../shared/isolated.ts';
import { t } from '../../shared/strings.ts';
import styles from './questions.module.css';
import type { Question } from './questions-waiting.ts';
import { SecondsLeft } from './seconds-left.tsx';
import { YesOrNo } from './yes-or-no.tsx';

/** Somebody else of the organisation wants to watch: who, as what, and why. */
export function WatcherQuestion({
  watcher,
  technician,
  send,
}: {
  watcher: Extract<Question, { kind: 'watcher' }>['watcher'];
  /** Isolated, for sentences. */
  technician: string;
  send: (command: LocalCommand) => boolean;
}) {
  const text = t.watching.customer;
  const { watchingId, name, role, because, since, expiresAt = since } = watcher;
  return (
    <>
      <div className={styles.words}>
        <h2>{text.wants(isolated(name))}</h2>
        <p>{text.who(role, because, technician)}</p>
        <p className={styles.quiet}>{text.meaning}</p>
        <SecondsLeft request={{ askedAt: since, expiresAt }} />
      </div>
      <YesOrNo give={(allow) => send({ type: 'watching.answer', watchingId, allow })} />
    </>
  );
}
