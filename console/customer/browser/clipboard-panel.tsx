import { ClipboardPaste } from 'lucide-react';
import { useEffect } from 'react';
import { announce } from '../../shared/announcer.ts';
import { isolated } from '../../shared/isolated.ts';
import { useStore } from '../../shared/store.ts';
import { t } from '../../shared/strings.ts';
import { Button } from '../../shared/ui/button.tsx';
import panel from '../local/panel.module.css';
import { isAllowed, lookOf } from '../local/phase.ts';
import type { BrowserHelper } from './browser-helper.ts';
import styles from './surface-panel.module.css';

/** Where the customer begins to send what they copied, and reads what came of their last press. */
export function ClipboardPanel({ helper }: { helper: BrowserHelper }) {
  const { state } = useStore(helper.view);
  const { draft, news } = useStore(helper.clipboard.view);
  const text = t.clipboard.customer;
  const technician = isolated(state?.session.card.technician.name ?? '');
  const said = news === 'copied' ? text.copied : news === 'sent' ? text.sent(technician) : undefined;
  useEffect(() => {
    if (said !== undefined) announce(said);
  }, [said]);
  if (state?.session.status !== 'active' || !isAllowed(lookOf('clipboard', state))) return null;
  return (
    <section className={panel.panel} aria-labelledby="clipboard-title">
      <h2 id="clipboard-title">{text.title}</h2>
      <div className={styles.shown}>
        <p>{text.lead(technician)}</p>
        <Button
          icon={<ClipboardPaste />}
          isDisabled={draft !== undefined}
          onPress={() => void helper.clipboard.beginDraft()}
        >
          {text.begin}
        </Button>
      </div>
      {said !== undefined && <p className={panel.quiet}>{said}</p>}
    </section>
  );
}
