import { t } from '../../shared/strings.ts';
import { CopyCommand, type HiddenPart } from './copy-command.tsx';
import styles from './join.module.css';

/** How to start the agent on this computer, and what happens then. Only for one that the program runs on. */
export function StartAgent({
  command,
  hidden,
  lead,
  then: [opens, allows],
}: {
  command: string;
  hidden?: HiddenPart | undefined;
  lead: string;
  /** What happens when it runs: what opens, and what becomes of what is allowed. */
  then: readonly [string, string];
}) {
  const text = t.customer.join;
  return (
    <div className={styles.stack}>
      <p>{lead}</p>
      <ol className={styles.steps}>
        <li>{text.openTerminal}</li>
        <li>
          {text.paste}
          <CopyCommand command={command} hidden={hidden} />
          <p className={styles.quiet}>{text.linuxNeeds}</p>
        </li>
        <li>
          {opens}
          <p className={styles.quiet}>{allows}</p>
        </li>
      </ol>
    </div>
  );
}
