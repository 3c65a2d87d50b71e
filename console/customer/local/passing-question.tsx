import type { LocalCommand } from '../../../protocol/local-page.ts';
import type { Tool } from '../../../protocol/tool.ts';
import { isolated } from '../../shared/isolated.ts';
import { t } from '../../shared/strings.ts';
import { Button } from '../../shared/ui/button.tsx';
import styles from './questions.module.css';
import type { Question } from './questions-waiting.ts';
import { SecondsLeft } from './seconds-left.tsx';
import { useAnswered } from './use-answered.ts';
import { useSettled } from './use-settled.ts';

/** Somebody else is to go on in the technician's place: who, and what they may do then. */
export function PassingQuestion({
  passing,
  technician,
  allowed,
  send,
}: {
  passing: Extract<Question, { kind: 'passing' }>['passing'];
  /** Isolated, for sentences. */
  technician: string;
  /** What stays allowed. */
  allowed: readonly Tool[];
  send: (command: LocalCommand) => boolean;
}) {
  const text = t.passing.customer;
  const isSettled = useSettled();
  const [answer, setAnswer] = useAnswered<'allow' | 'refuse'>();
  const { passingId, successor, since, expiresAt = since } = passing;
  const name = isolated(successor.name);
  const give = (allow: boolean) => {
    if (send({ type: 'passing.answer', passingId, allow })) setAnswer(allow ? 'allow' : 'refuse');
  };
  return (
    <>
      <div className={styles.words}>
        <h2>{text.wants(name, technician)}</h2>
        <p>{text.who(name, successor.team && isolated(successor.team))}</p>
        <p>{text.stays(name, allowed)}</p>
        <p className={styles.quiet}>{text.meaning(technician)}</p>
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
