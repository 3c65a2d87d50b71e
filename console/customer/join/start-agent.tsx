import { useState } from 'react';
import { Radio, RadioGroup } from 'react-aria-components';
import { isolated } from '../../shared/isolated.ts';
import { t } from '../../shared/strings.ts';
import { Notice } from '../../shared/ui/notice.tsx';
import { detectPlatform, PLATFORMS, type Platform } from './agent-command.ts';
import { CopyCommand } from './copy-command.tsx';
import styles from './join.module.css';

/** How to start the agent on this computer, and what happens then. */
export function StartAgent({
  technician,
  command,
  lead,
  then: [opens, allows],
}: {
  technician: string;
  command: string;
  lead: string;
  /** What happens when it runs: what opens, and what becomes of what is allowed. */
  then: readonly [string, string];
}) {
  const text = t.customer.join;
  const [detected] = useState(() => detectPlatform(navigator));
  const [platform, setPlatform] = useState<Platform>(detected);
  return (
    <div className={styles.stack}>
      <p>{lead}</p>
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
            <CopyCommand command={command} />
            <p className={styles.quiet}>{text.linuxNeeds}</p>
          </li>
          <li>
            {opens}
            <p className={styles.quiet}>{allows}</p>
          </li>
        </ol>
      ) : (
        <Notice kind="warning" title={text.notHere[platform]}>
          {text.notHereAdvice(isolated(technician))}
        </Notice>
      )}
    </div>
  );
}
