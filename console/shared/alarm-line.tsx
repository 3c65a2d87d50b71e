import { Link } from 'react-aria-components';
import { isGrave, type LogAlarm } from '../../protocol/log-alarm.ts';
import styles from './alarm-line.module.css';
import { minuteOf } from './moments.ts';
import { useLocation } from './router.tsx';
import { useMay } from './signed-in.tsx';
import { t } from './strings.ts';
import { Notice } from './ui/notice.tsx';

const text = t.verification;
const VERIFICATION = '/verification';

/** What is wrong with the record, and where more of it stands. */
export function AlarmLine({ alarms }: { alarms: readonly LogAlarm[] }) {
  const { path } = useLocation();
  const mayReadRetention = useMay('retention.read');
  if (alarms.length === 0) return null;
  const sentences = [...new Set(alarms.map(sentenceOf))];
  const rows = alarms.find((alarm) => alarm.kind === 'rows');
  return (
    <div className={styles.line}>
      <Notice kind={alarms.some(isGrave) ? 'trouble' : 'warning'} title={text.alarmsTitle}>
        {sentences.map((sentence) => (
          <p key={sentence}>{sentence}</p>
        ))}
        {path === VERIFICATION && rows !== undefined && (
          <>
            <p>{text.rowsNamed(rows.named, rows.left + rows.righted > rows.named.length)}</p>
            <p>{text.rowsNext}</p>
          </>
        )}
        <div className={styles.links}>
          {path !== VERIFICATION && <Link href={VERIFICATION}>{text.toVerification}</Link>}
          {mayReadRetention && alarms.some(({ kind }) => kind === 'clock') && (
            <Link href="/retention">{text.toRetention}</Link>
          )}
        </div>
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
    case 'rows':
      return text.alarmOf.rows(alarm.left, alarm.righted);
    case 'clock':
      return text.alarmOf.clock(minuteOf(alarm.clock), minuteOf(alarm.log));
  }
}
