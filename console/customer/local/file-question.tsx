import { TriangleAlert } from 'lucide-react';
import type { LocalCommand } from '../../../protocol/local-page.ts';
import { byteSize } from '../../shared/figures.ts';
import { t } from '../../shared/strings.ts';
import { Button } from '../../shared/ui/button.tsx';
import { canBeRun } from './can-be-run.ts';
import styles from './questions.module.css';
import type { Question } from './questions-waiting.ts';
import { useAnswered } from './use-answered.ts';
import { useSettled } from './use-settled.ts';

/** A file that wants in, or one that is asked for: its name, its size, and yes or no. */
export function FileQuestion({
  question,
  technician,
  isInBrowser,
  send,
}: {
  question: Extract<Question, { kind: 'offer' | 'asked' }>;
  /** Isolated, for sentences. */
  technician: string;
  /** A page finds no file by itself: each is chosen. */
  isInBrowser: boolean;
  send: (command: LocalCommand) => boolean;
}) {
  const text = t.customer.local;
  const isSettled = useSettled();
  const [isAnswered = false, setAnswered] = useAnswered<true>();
  const { file } = question;
  const isOffer = question.kind === 'offer';
  const asked = question.kind === 'asked' ? question.asked : undefined;
  const name = asked?.path ?? file.name ?? text.unnamed;
  const size = isOffer ? file.size : asked?.size;

  const answer = (accept: boolean, forSession = false) => {
    if (send({ type: 'file.answer', fileId: file.fileId, accept, forSession })) setAnswered(true);
  };

  return (
    <>
      <div className={styles.words}>
        <h2>{isOffer ? text.offered(technician) : text.asked(technician)}</h2>
        <p className={styles.file}>
          <bdi>{name}</bdi>
          {size !== undefined && <span className={styles.size}>{byteSize(size)}</span>}
        </p>
        {!isOffer && isInBrowser && <p className={styles.quiet}>{t.customer.browser.askedLead}</p>}
        {isOffer && file.renamed === true && <p className={styles.quiet}>{text.renamed}</p>}
        {isOffer && canBeRun(name) && (
          <p className={styles.caution}>
            <TriangleAlert size={18} aria-hidden="true" />
            {text.canBeRun(technician)}
          </p>
        )}
      </div>
      <div className={styles.choices}>
        <Button size="large" isDisabled={!isSettled || isAnswered} onPress={() => answer(false)}>
          {text.refuse}
        </Button>
        {(isOffer || !isInBrowser) && (
          <Button size="large" isDisabled={!isSettled || isAnswered} onPress={() => answer(true, true)}>
            {isOffer ? text.acceptAll : text.sendAll}
          </Button>
        )}
        <Button
          kind="primary"
          size="large"
          isDisabled={!isSettled || isAnswered}
          onPress={() => answer(true)}
        >
          {isOffer ? text.accept : isInBrowser ? t.customer.browser.chooseFile : text.sendIt}
        </Button>
      </div>
    </>
  );
}
