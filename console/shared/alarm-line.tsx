import { Link } from 'react-aria-components';
import { isGrave, type LogAlarm } from '../../protocol/log-alarm.ts';
import styles from './alarm-line.module.css';
import { t } from './strings.ts';
import { Notice } from './ui/notice.tsx';

const text = t.verification;

/** On the page where somebody lands: what is wrong with the record, and where more of it stands. */
export function AlarmLine({ alarms }: { alarms: readonly LogAlarm[] }) {
  if (alarms.length === 0) return null;
  const sentences = [...new Set(alarms.map(sentenceOf))];
  return (
    <div className={styles.line}>
      <Notice kind={alarms.some(isGrave) ? 'trouble' : 'warning'} title={text.alarmsTitle}>
        {sentences.map((sentence) => (
          <p key={sentence}>{sentence}</p>
        ))}
        <Link href="/verification">{text.toVerification}</Link>
      </Notice>
    </div>
  );
}

function sentenceOf(alarm: LogAlarm): string {
  switch (alarm.kind) {
    case 'witness':
      return text.alarmOf.witness[alarm.state](alarm.name);
    case 'verification':
      return text.alarmOf.verification(alarm.findings);
    case 'signatures':
      return text.alarmOf.signatures(alarm.sessions);
    case 'unwritable':
      return text.alarmOf.unwritable;
  }
}
