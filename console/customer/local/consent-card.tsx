import { useState } from 'react';
import type { PendingConsent } from '../../../protocol/consent.ts';
import type { TechnicianCard } from '../../../protocol/join.ts';
import type { LocalCommand } from '../../../protocol/local-page.ts';
import type { Tool } from '../../../protocol/tool.ts';
import { isolated } from '../../shared/isolated.ts';
import { t } from '../../shared/strings.ts';
import { Button } from '../../shared/ui/button.tsx';
import { ConsentText, TechnicianFacts } from '../technician-facts.tsx';
import styles from './consent-card.module.css';
import { SecondsLeft } from './seconds-left.tsx';
import { ToolTicks } from './tool-ticks.tsx';

/** The first question: who asks for what. Nothing is ticked; what is not ticked is refused. */
export function ConsentCard({
  request,
  card,
  hasView,
  send,
}: {
  request: PendingConsent;
  card: TechnicianCard;
  /** The screen was allowed before, so tools that need it do not wait for its tick. */
  hasView: boolean;
  send: (command: LocalCommand) => void;
}) {
  const text = t.customer;
  const [ticked, setTicked] = useState<ReadonlySet<Tool>>(new Set());
  const [isAnswered, setAnswered] = useState(false);
  const [hint, setHint] = useState<string>();

  const allow = () => {
    if (ticked.size === 0) {
      setHint(text.local.nothingTicked);
      return;
    }
    setAnswered(true);
    send({ type: 'consent.answer', requestId: request.requestId, allowed: [...ticked] });
  };

  return (
    <div className={styles.card}>
      <TechnicianFacts card={card} />
      <fieldset className={styles.tools}>
        <legend>{text.card.asksTo(isolated(card.technician.name))}</legend>
        <p className={styles.quiet}>{text.local.tickNothing}</p>
        <ToolTicks
          tools={request.tools}
          ticked={ticked}
          onChange={(ticks) => {
            setTicked(ticks);
            setHint(undefined);
          }}
          isDisabled={isAnswered}
          hasView={hasView}
        />
      </fieldset>
      <ConsentText card={card} />
      <section className={styles.uninvited}>
        <div>
          <h2>{text.card.uninvited}</h2>
          <p>{text.card.uninvitedMeaning}</p>
        </div>
        <Button onPress={() => send({ type: 'stop', reason: 'reported-by-customer' })}>
          {text.local.report}
        </Button>
      </section>
      <div className={styles.answer}>
        <SecondsLeft request={request} />
        <div className={styles.choices}>
          <Button
            size="large"
            isDisabled={isAnswered}
            onPress={() => send({ type: 'stop', reason: 'refused-by-customer' })}
          >
            {text.local.notNow}
          </Button>
          <Button kind="primary" size="large" isPending={isAnswered} onPress={allow}>
            {text.local.allowTicked}
          </Button>
        </div>
        <p role="alert" className={styles.hint}>
          {hint}
        </p>
      </div>
    </div>
  );
}
