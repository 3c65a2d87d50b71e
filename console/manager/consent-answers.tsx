import type { SessionRecord } from '../../protocol/session-record.ts';
import type { Tool } from '../../protocol/tool.ts';
import { t } from '../shared/strings.ts';
import styles from './consent-answers.module.css';
import { Moment } from './moment.tsx';

const and = new Intl.ListFormat('en', { type: 'conjunction' });
const names = (tools: readonly Tool[]) => and.format(tools.map((tool) => t.tools.name[tool]));

/** Every answer that the customer gave, and the text that was in front of them. */
export function ConsentAnswers({ consent }: { consent: SessionRecord['consent'] }) {
  const text = t.log.record;
  if (consent.answers.length === 0) return <p className={styles.quiet}>{text.noConsent}</p>;
  return (
    <ol className={styles.answers}>
      {consent.answers.map((answer, index) => (
        <li key={index}>
          <span className={styles.quiet}>
            <Moment at={answer.at} /> · {text.consentMode[answer.mode]}
          </span>
          {answer.allowed.length > 0 && <span>{text.allowed(names(answer.allowed))}</span>}
          {answer.refused.length > 0 && <span>{text.refused(names(answer.refused))}</span>}
        </li>
      ))}
      {consent.textVersion !== undefined && (
        <li className={styles.quiet}>
          {consent.text === undefined ? (
            text.consentText(consent.textVersion)
          ) : (
            <details>
              <summary>{text.consentText(consent.textVersion)}</summary>
              <p className={styles.shown} dir="auto">
                {consent.text}
              </p>
            </details>
          )}
        </li>
      )}
    </ol>
  );
}
