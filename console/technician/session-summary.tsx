import type { ReactNode } from 'react';
import type { ConsoleSessionState } from '../../protocol/session-state.ts';
import { t } from '../shared/strings.ts';
import { ToolIcon } from '../shared/ui/icon-for-tool.tsx';
import styles from './session-summary.module.css';

/** Names and their values; a value that is not there is left out. */
export function Facts({ facts }: { facts: readonly (readonly [string, ReactNode])[] }) {
  return (
    <dl className={styles.facts}>
      {facts
        .filter(([, value]) => value !== undefined)
        .map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd className="foreign">{value}</dd>
          </div>
        ))}
    </dl>
  );
}

/** What was written down when the session was opened. */
export function SessionSummary({ state }: { state: ConsoleSessionState }) {
  const { contact } = state;
  const names = t.technician.open;
  return (
    <Facts
      facts={[
        [names.name, contact.name],
        [names.company, contact.company],
        [names.contactName, contact.contactName],
        [names.phone, contact.phone],
        [names.email, contact.email],
        [names.reference, state.reference],
        [names.reason, state.reason],
        [
          t.technician.waiting.asksFor,
          <ul key="tools" className={styles.tools}>
            {state.requested.map((tool) => (
              <li key={tool}>
                <ToolIcon tool={tool} size={16} />
                {t.tools.name[tool]}
              </li>
            ))}
          </ul>,
        ],
      ]}
    />
  );
}
