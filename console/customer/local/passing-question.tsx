import type { LocalCommand } from '../../../protocol/local-page.ts';
import type { Tool } from '../../../protocol/tool.ts';
import { isolated } from '../../shared/isolated.ts';
import { t } from '../../shared/strings.ts';
import styles from './questions.module.css';
import type { Question } from './questions-waiting.ts';
import { SecondsLeft } from './seconds-left.tsx';
import { YesOrNo } from './yes-or-no.tsx';

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
  const { passingId, successor, since, expiresAt = since } = passing;
  const name = isolated(successor.name);
  return (
    <>
      <div className={styles.words}>
        <h2>{text.wants(name, technician)}</h2>
        <p>{text.who(name, successor.team && isolated(successor.team))}</p>
        <p>{text.stays(name, allowed)}</p>
        <p className={styles.quiet}>{text.meaning(technician)}</p>
        <SecondsLeft request={{ askedAt: since, expiresAt }} />
      </div>
      <YesOrNo give={(allow) => send({ type: 'passing.answer', passingId, allow })} />
    </>
  );
}
