import type { PendingConsent } from '../../../protocol/consent.ts';
import type { TechnicianCard } from '../../../protocol/join.ts';
import type { LocalCommand } from '../../../protocol/local-page.ts';
import type { Tool } from '../../../protocol/tool.ts';
import { isolated } from '../../shared/isolated.ts';
import { t } from '../../shared/strings.ts';
import { Button } from '../../shared/ui/button.tsx';
import { ConsentText, TechnicianFacts, TechnicianTitle } from '../technician-facts.tsx';
import styles from './consent-card.module.css';
import { ToolTicks } from './tool-ticks.tsx';

/**
 * The first question: who asks for what. Nothing is ticked; what is not ticked is refused. Its answer is docked below. In a
 * browser the customer comes from the join page, where they read the card: here it is folded.
 */
export function ConsentCard({
  request,
  card,
  isInBrowser,
  hasView,
  ticked,
  onTick,
  send,
}: {
  request: PendingConsent;
  card: TechnicianCard;
  /** It asks next what to show. */
  isInBrowser: boolean;
  /** The screen was allowed before, so tools that need it do not wait for its tick. */
  hasView: boolean;
  ticked: ReadonlySet<Tool>;
  onTick: (ticked: ReadonlySet<Tool>) => void;
  send: (command: LocalCommand) => boolean;
}) {
  const text = t.customer;
  return (
    <div className={styles.card}>
      <div>
        <TechnicianTitle card={card} />
        {!isInBrowser && <TechnicianFacts card={card} />}
      </div>
      <fieldset className={styles.tools}>
        <legend>{text.card.asksTo(isolated(card.technician.name))}</legend>
        <p className={styles.quiet}>{text.local.tickNothing}</p>
        <ToolTicks
          tools={request.tools}
          ticked={ticked}
          onChange={onTick}
          isDisabled={false}
          hasView={hasView}
          isInBrowser={isInBrowser}
        />
        {isInBrowser && request.tools.includes('view') && (
          <p className={styles.quiet}>{text.browser.chooserNext}</p>
        )}
        {request.tools.includes('voice') && <p className={styles.quiet}>{t.voice.next}</p>}
      </fieldset>
      {isInBrowser ? (
        <details className={styles.read}>
          <summary>{text.card.readBefore}</summary>
          <TechnicianFacts card={card} />
          <ConsentText card={card} />
        </details>
      ) : (
        <ConsentText card={card} />
      )}
      <section className={styles.uninvited}>
        <div>
          <h2>{text.card.uninvited}</h2>
          {!isInBrowser && <p>{text.card.uninvitedMeaning}</p>}
        </div>
        <Button onPress={() => send({ type: 'stop', reason: 'reported-by-customer' })}>
          {text.local.report}
        </Button>
      </section>
    </div>
  );
}
