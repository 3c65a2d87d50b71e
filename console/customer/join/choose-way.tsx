import { useEffect } from 'react';
import type { CodeCard } from '../../../protocol/join.ts';
import { isolated } from '../../shared/isolated.ts';
import { t } from '../../shared/strings.ts';
import { Notice } from '../../shared/ui/notice.tsx';
import type { BrowserHelper } from '../browser/browser-helper.ts';
import { canShow } from '../browser/shown-surface.ts';
import { StepTitle } from '../step-title.tsx';
import { agentCommand, canRunProgram } from './agent-command.ts';
import styles from './join.module.css';
import { ShareHere } from './share-here.tsx';
import { StartAgent } from './start-agent.tsx';

/** From this browser, with nothing to install; or with the program, which can do more, where it runs. */
export function ChooseWay({
  found,
  code,
  onJoined,
  onGone,
}: {
  found: CodeCard;
  code: string;
  onJoined: (helper: BrowserHelper) => void;
  onGone: () => void;
}) {
  const text = t.customer.join;
  const { name } = found.card.technician;
  const isPossible = canShow();
  useEffect(() => {
    document.title = `${text.wayHeading} - ${t.product}`;
  });
  return (
    <div className={styles.stack}>
      <StepTitle>{text.wayHeading}</StepTitle>
      {isPossible ? (
        <ShareHere code={code} onJoined={onJoined} onGone={onGone} />
      ) : (
        <Notice>
          {window.isSecureContext ? t.customer.browser.notHere : t.customer.browser.notSecure}{' '}
          {canRunProgram() ? t.customer.browser.orProgram : t.customer.browser.noWay(isolated(name))}
        </Notice>
      )}
      {canRunProgram() && (
        <details className={styles.program} open={!isPossible}>
          <summary>{text.startHeading}</summary>
          <StartAgent
            command={agentCommand(found, { code })}
            lead={text.startLead}
            then={[text.pageOpens, text.nothingBefore]}
          />
        </details>
      )}
    </div>
  );
}
