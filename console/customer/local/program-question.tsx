import type { ComingProgram } from '../../../protocol/hand-over.ts';
import type { LocalCommand } from '../../../protocol/local-page.ts';
import { t } from '../../shared/strings.ts';
import styles from './questions.module.css';
import { SecondsLeft } from './seconds-left.tsx';
import { YesOrNo } from './yes-or-no.tsx';

/** Whether the program that has come is the customer's own: whoever saw its line in the picture could have started it. */
export function ProgramQuestion({
  program,
  send,
}: {
  program: ComingProgram;
  send: (command: LocalCommand) => boolean;
}) {
  const text = t.handOver.customer;
  const { signingKey, since, expiresAt } = program;
  return (
    <>
      <div className={styles.words}>
        <h2>{text.programAsks}</h2>
        <p>{text.programWhere(program)}</p>
        <p className={styles.quiet}>{text.programMeaning}</p>
        <SecondsLeft request={{ askedAt: since, expiresAt }} />
      </div>
      <YesOrNo
        yes={text.letIn}
        no={text.turnAway}
        give={(allow) => send({ type: 'hand-over.answer', signingKey, allow })}
      />
    </>
  );
}
