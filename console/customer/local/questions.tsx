import type { ReactNode } from 'react';
import type { LocalCommand, LocalState } from '../../../protocol/local-page.ts';
import { TOOLS } from '../../../protocol/tool.ts';
import { isolated } from '../../shared/isolated.ts';
import { t } from '../../shared/strings.ts';
import { FileQuestion } from './file-question.tsx';
import { HandOverQuestion } from './hand-over-question.tsx';
import { PassingQuestion } from './passing-question.tsx';
import { isAllowed, lookOf } from './phase.ts';
import { ProgramQuestion } from './program-question.tsx';
import styles from './questions.module.css';
import { questionsWaiting } from './questions-waiting.ts';
import { ToolQuestion } from './tool-question.tsx';
import { WatcherQuestion } from './watcher-question.tsx';

/** The question of this moment, docked above the Stop: it takes no focus and moves nothing that is being read. */
export function Questions({
  state,
  send,
  last,
}: {
  state: LocalState;
  send: (command: LocalCommand) => boolean;
  /** Put when nothing else waits. */
  last?: ReactNode;
}) {
  const [question, ...later] = questionsWaiting(state);
  if (question === undefined) return last;
  const technician = isolated(state.session.card.technician.name);
  return (
    <section className={styles.dock} aria-label={t.customer.local.question}>
      {question.kind === 'tools' ? (
        <ToolQuestion
          key={question.id}
          request={question.request}
          technician={technician}
          hasView={isAllowed(lookOf('view', state))}
          isInBrowser={state.agent === 'browser'}
          send={send}
        />
      ) : question.kind === 'hand-over' ? (
        <HandOverQuestion tools={question.tools} technician={technician} send={send} />
      ) : question.kind === 'program' ? (
        <ProgramQuestion key={question.id} program={question.program} send={send} />
      ) : question.kind === 'watcher' ? (
        <WatcherQuestion key={question.id} watcher={question.watcher} technician={technician} send={send} />
      ) : question.kind === 'passing' ? (
        <PassingQuestion
          key={question.id}
          passing={question.passing}
          technician={technician}
          allowed={TOOLS.filter((tool) => isAllowed(lookOf(tool, state)))}
          send={send}
        />
      ) : (
        <FileQuestion
          key={question.id}
          question={question}
          technician={technician}
          send={send}
          isInBrowser={state.agent === 'browser'}
        />
      )}
      {later.length > 0 && <p className={styles.later}>{t.customer.local.moreQuestions(later.length)}</p>}
    </section>
  );
}
