import type { LocalCommand } from '../../../protocol/local-page.ts';
import { isolated } from '../../shared/isolated.ts';
import { t } from '../../shared/strings.ts';
import { Button } from '../../shared/ui/button.tsx';
import styles from './questions.module.css';
import type { Question } from './questions-waiting.ts';
import { SecondsLeft } from './seconds-left.tsx';
import { useAnswered } from './use-answered.ts';
import { useSettled } from './use-settled.ts';

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
  const isSettled = useSettled();
  const [answer, setAnswer] = useAnswered<'allow' | 'refuse'>();
  const { watchingId, name, role, because, since, expiresAt = since } = watcher;
  const give = (allow: boolean) => {
    if (send({ type: 'watching.answer', watchingId, allow })) setAnswer(allow ? 'allow' : 'refuse');
  };
  return (
    <>
      <div className={styles.words}>
        <h2>{text.wants(isolated(name))}</h2>
        <p>{text.who(role, because, technician)}</p>
        <p className={styles.quiet}>{text.meaning}</p>
        <SecondsLeft request={{ askedAt: since, expiresAt }} />
      </div>
      <div className={styles.choices}>
        <Button
          size="large"
          isPending={answer === 'refuse'}
          isDisabled={!isSettled || answer !== undefined}
          onPress={() => give(false)}
        >
          {t.customer.local.refuse}
        </Button>
        <Button
          kind="primary"
          size="large"
          isPending={answer === 'allow'}
          isDisabled={!isSettled || answer !== undefined}
          onPress={() => give(true)}
        >
          {t.customer.local.allow}
        </Button>
      </div>
    </>
  );
}
