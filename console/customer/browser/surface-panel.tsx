import { MonitorUp } from 'lucide-react';
import { isolated } from '../../shared/isolated.ts';
import { useStore } from '../../shared/store.ts';
import { t } from '../../shared/strings.ts';
import { Button } from '../../shared/ui/button.tsx';
import { Notice } from '../../shared/ui/notice.tsx';
import panel from '../local/panel.module.css';
import { isAllowed, lookOf } from '../local/phase.ts';
import type { BrowserHelper } from './browser-helper.ts';
import { shownSentence } from './shown-sentence.ts';
import styles from './surface-panel.module.css';

/** The screen is allowed and nothing is shown: the browser asks anew whenever the page was loaded anew. */
export function ChooseAgain({ helper }: { helper: BrowserHelper }) {
  const { state } = useStore(helper.view);
  const isShowing = useStore(helper.isShowing);
  if (state === undefined || isShowing || !isAllowed(lookOf('view', state))) return null;
  const text = t.customer.browser;
  return (
    <Notice
      kind="warning"
      title={text.chooseAgain}
      actions={
        <Button kind="primary" size="large" icon={<MonitorUp />} onPress={helper.choose}>
          {text.choose}
        </Button>
      }
    >
      {text.chooseAgainLead(isolated(state.session.card.technician.name))}
    </Notice>
  );
}

/** What this browser shows, and the way to choose something else. */
export function SurfacePanel({ helper }: { helper: BrowserHelper }) {
  const { state } = useStore(helper.view);
  const isShowing = useStore(helper.isShowing);
  if (state === undefined || !isShowing || !isAllowed(lookOf('view', state))) return null;
  const text = t.customer.browser;
  const { surface } = state.session.surface ?? {};
  return (
    <section className={panel.panel} aria-labelledby="shown-title">
      <h2 id="shown-title">{text.shown}</h2>
      <div className={styles.shown}>
        <p>{shownSentence(state)}</p>
        <Button icon={<MonitorUp />} onPress={helper.choose}>
          {text.chooseOther}
        </Button>
      </div>
      <p className={panel.quiet}>{surface === 'tab' ? text.shownTab : text.shownHint}</p>
    </section>
  );
}
