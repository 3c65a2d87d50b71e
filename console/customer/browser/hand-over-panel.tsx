import { useEffect, useState } from 'react';
import type { HandOverWay } from '../../../protocol/hand-over.ts';
import type { LocalState } from '../../../protocol/local-page.ts';
import { useNow } from '../../shared/moments.ts';
import { useStore } from '../../shared/store.ts';
import { t } from '../../shared/strings.ts';
import { Button } from '../../shared/ui/button.tsx';
import { Notice } from '../../shared/ui/notice.tsx';
import { Waiting } from '../../shared/ui/progress.tsx';
import { agentCommand, canRunProgram } from '../join/agent-command.ts';
import { StartAgent } from '../join/start-agent.tsx';
import panel from '../local/panel.module.css';
import { isAllowed, lookOf } from '../local/phase.ts';
import type { BrowserHelper } from './browser-helper.ts';
import styles from './hand-over-panel.module.css';

/** The way to the program, for what a browser cannot do: offered at any time of the session, by the customer's own press. */
export function HandOverPanel({ helper }: { helper: BrowserHelper }) {
  const { state } = useStore(helper.view);
  if (state?.session.status !== 'active' || state.link === 'over' || !canRunProgram()) return null;
  const text = t.handOver.customer;
  const begin = () => helper.send({ type: 'hand-over.begin' });
  if (state.isHandingOver)
    return (
      <section className={panel.panel} aria-label={text.title}>
        <Waiting label={text.comes} />
      </section>
    );
  if (state.session.handOver?.comes)
    return (
      <section className={panel.panel} aria-label={text.title}>
        <p className={panel.quiet}>{text.answerFirst}</p>
      </section>
    );
  if (state.way)
    return <TheWay key={state.way.ticket} way={state.way} state={state} helper={helper} onAnother={begin} />;
  return (
    <section className={panel.panel} aria-labelledby="program-title">
      <h2 id="program-title" className="only-for-screen-readers">
        {text.title}
      </h2>
      {state.notLetIn && <Notice kind="info">{text.notLetIn(state.notLetIn)}</Notice>}
      <div className={styles.offer}>
        <p className={panel.quiet}>{text.offer}</p>
        <Button isDisabled={state.link !== 'online'} onPress={begin}>
          {text.begin}
        </Button>
      </div>
    </section>
  );
}

function TheWay({
  way,
  state,
  helper,
  onAnother,
}: {
  way: HandOverWay;
  state: LocalState;
  helper: BrowserHelper;
  onAnother: () => void;
}) {
  const text = t.handOver.customer;
  const { session } = state;
  const [isBrought, setBrought] = useState(false);
  const leftMs = Date.parse(way.expiresAt) - useNow();
  useEffect(() => setBrought(true), []);
  const isSeen = useStore(helper.isShowing);
  const ticket = helper.ticketOf(way);
  const isWhole = session.surface?.surface === 'screen';
  const talks = isAllowed(lookOf('voice', state));
  return (
    <section
      className={panel.panel}
      aria-labelledby="program-title"
      // Asked for below, it comes into sight once.
      ref={(element) => {
        if (!isBrought) element?.scrollIntoView({ block: 'nearest' });
      }}
    >
      <h2 id="program-title">{text.title}</h2>
      {leftMs > 0 ? (
        <StartAgent
          command={agentCommand(way, { ticket })}
          hidden={isSeen ? { secret: ticket, why: text.hidden } : undefined}
          lead={text.lead}
          then={[
            text.thenOpens,
            talks ? `${text.thenAllowed(isWhole)} ${text.thenVoice}` : text.thenAllowed(isWhole),
          ]}
        />
      ) : (
        <Notice kind="warning" actions={<Button onPress={onAnother}>{text.another}</Button>}>
          {text.over}
        </Notice>
      )}
      <div className={styles.offer}>
        <p className={panel.quiet}>{leftMs > 0 && text.left(Math.floor(leftMs / 60_000))}</p>
        <Button onPress={() => helper.send({ type: 'hand-over.refuse' })}>{text.stay}</Button>
      </div>
    </section>
  );
}
