import type { LocalCommand } from '../../../protocol/local-page.ts';
import type { Tool } from '../../../protocol/tool.ts';
import { t } from '../../shared/strings.ts';
import { Button } from '../../shared/ui/button.tsx';
import { canRunProgram } from '../join/agent-command.ts';
import styles from './questions.module.css';
import { useAnswered } from './use-answered.ts';
import { useSettled } from './use-settled.ts';

/** Whether to go on with the program, where it runs. Seeing how allows nothing, and has no deadline. */
export function HandOverQuestion({
  tools,
  technician,
  send,
}: {
  tools: readonly Tool[];
  /** Isolated, for sentences. */
  technician: string;
  send: (command: LocalCommand) => boolean;
}) {
  const text = t.handOver.customer;
  const canRun = canRunProgram();
  const isSettled = useSettled();
  const [answer, setAnswer] = useAnswered<'begin' | 'refuse'>();
  const give = (which: 'begin' | 'refuse') => {
    if (send({ type: `hand-over.${which}` })) setAnswer(which);
  };
  return (
    <>
      <div className={styles.words}>
        <h2>{text.asks(technician, tools)}</h2>
        <p className={styles.quiet}>{canRun ? text.asksMeaning : text.cannot}</p>
      </div>
      <div className={styles.choices}>
        <Button
          size="large"
          isPending={answer === 'refuse'}
          isDisabled={!isSettled || answer !== undefined}
          onPress={() => give('refuse')}
        >
          {text.no}
        </Button>
        {canRun && (
          <Button
            kind="primary"
            size="large"
            isPending={answer === 'begin'}
            isDisabled={!isSettled || answer !== undefined}
            onPress={() => give('begin')}
          >
            {text.show}
          </Button>
        )}
      </div>
    </>
  );
}
