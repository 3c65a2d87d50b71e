import { useEffect, useState } from 'react';
import { Radio, RadioGroup } from 'react-aria-components';
import type { CodeCard } from '../../../protocol/join.ts';
import { isolated } from '../../shared/isolated.ts';
import { t } from '../../shared/strings.ts';
import { Notice } from '../../shared/ui/notice.tsx';
import { StepTitle } from '../step-title.tsx';
import { agentCommand, detectPlatform, PLATFORMS, type Platform } from './agent-command.ts';
import { CopyCommand } from './copy-command.tsx';
import styles from './join.module.css';

/** How to start the agent on this computer, and what happens then. */
export function StartAgent({ found, code }: { found: CodeCard; code: string }) {
  const { card } = found;
  const text = t.customer.join;
  const [detected] = useState(() => detectPlatform(navigator));
  const [platform, setPlatform] = useState<Platform>(detected);
  useEffect(() => {
    document.title = `${text.startHeading} - ${t.product}`;
  });
  return (
    <div className={styles.stack}>
      <div>
        <StepTitle>{text.startHeading}</StepTitle>
        <p className={styles.lead}>{text.startLead}</p>
      </div>
      <RadioGroup
        aria-label={text.yourSystem}
        value={platform}
        onChange={(value) => setPlatform(value as Platform)}
        className={styles.platforms ?? ''}
      >
        {PLATFORMS.map((one) => (
          <Radio key={one} value={one} className={styles.platform ?? ''}>
            {text.platforms[one]}
            {one === detected && <span className={styles.detected}>{text.detected}</span>}
          </Radio>
        ))}
      </RadioGroup>
      {platform === 'linux' ? (
        <ol className={styles.steps}>
          <li>{text.openTerminal}</li>
          <li>
            {text.paste}
            <CopyCommand command={agentCommand(found, code)} />
            <p className={styles.quiet}>{text.linuxNeeds}</p>
          </li>
          <li>
            {text.pageOpens}
            <p className={styles.quiet}>{text.nothingBefore}</p>
          </li>
        </ol>
      ) : (
        <Notice kind="warning" title={text.notHere[platform]}>
          {text.notHereAdvice(isolated(card.technician.name))}
        </Notice>
      )}
    </div>
  );
}
