import { useState } from 'react';
import type { PendingConsent } from '../../../protocol/consent.ts';
import type { LocalCommand } from '../../../protocol/local-page.ts';
import type { Tool } from '../../../protocol/tool.ts';
import { t } from '../../shared/strings.ts';
import { Button } from '../../shared/ui/button.tsx';
import styles from './questions.module.css';
import { SecondsLeft } from './seconds-left.tsx';
import { useAnswered } from './use-answered.ts';

/** The answer to the first question: its countdown and its two ways, docked above the Stop like every question. */
export function CardAnswer({
  request,
  ticked,
  send,
}: {
  request: PendingConsent;
  ticked: ReadonlySet<Tool>;
  send: (command: LocalCommand) => boolean;
}) {
  const text = t.customer.local;
  const [isAnswered = false, setAnswered] = useAnswered<boolean>();
  const [isHinted, setHinted] = useState(false);

  const allow = () => {
    if (ticked.size === 0) setHinted(true);
    else setAnswered(send({ type: 'consent.answer', requestId: request.requestId, allowed: [...ticked] }));
  };

  return (
    <section className={styles.dock} aria-label={text.question}>
      <div className={styles.words}>
        <SecondsLeft request={request} />
        <p role="alert" className={styles.problem}>
          {isHinted && ticked.size === 0 ? text.nothingTicked : ''}
        </p>
      </div>
      <div className={styles.choices}>
        <Button
          size="large"
          isDisabled={isAnswered}
          onPress={() => send({ type: 'stop', reason: 'refused-by-customer' })}
        >
          {text.notNow}
        </Button>
        <Button kind="primary" size="large" isPending={isAnswered} onPress={allow}>
          {text.allowTicked}
        </Button>
      </div>
    </section>
  );
}
