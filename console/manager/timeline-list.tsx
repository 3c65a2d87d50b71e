import {
  CircleCheck,
  CircleDashed,
  CircleDot,
  CircleHelp,
  CircleSlash,
  Eye,
  File,
  Lock,
  LogIn,
  LogOut,
  NotebookPen,
  PenLine,
  Plug,
  TriangleAlert,
} from 'lucide-react';
import { useState } from 'react';
import type { SessionDetail } from '../../protocol/session-record.ts';
import { cx } from '../shared/class-names.ts';
import { clock } from '../shared/figures.ts';
import { momentOf, secondsBetween, timeWithSecondsOf } from '../shared/moments.ts';
import { accountWords } from '../shared/strings/accounts.ts';
import { timelineWords } from '../shared/strings/timeline.ts';
import { t } from '../shared/strings.ts';
import { Switch } from '../shared/ui/switch.tsx';
import { isQuiet, type LineKind, timelineOf } from './timeline.ts';
import styles from './timeline-list.module.css';

const icons: Record<LineKind, typeof Eye> = {
  session: CircleDot,
  asked: CircleHelp,
  allowed: CircleCheck,
  refused: CircleSlash,
  opened: LogIn,
  closed: LogOut,
  file: File,
  connection: Plug,
  note: NotebookPen,
  kept: Lock,
  read: Eye,
  signed: PenLine,
};

/** What happened, line by line: the time of day, and how far into the session. */
export function TimelineList({ detail }: { detail: SessionDetail }) {
  const { createdAt } = detail.record;
  const [showsSigned, setShowsSigned] = useState(false);
  const lines = timelineOf(detail);
  const quiet = lines.filter(isQuiet).length;
  return (
    <>
      {quiet > 0 && (
        <Switch isSelected={showsSigned} onChange={setShowsSigned}>
          {accountWords.showSigned(quiet)}
        </Switch>
      )}
      <ol className={styles.timeline}>
        {lines
          .filter((line) => showsSigned || !isQuiet(line))
          .map((line) => {
            const Icon = icons[line.kind];
            return (
              <li
                key={line.id}
                className={cx(styles.line, styles[line.kind], line.trouble && styles.trouble)}
              >
                <span className={styles.mark}>
                  <Icon aria-hidden="true" />
                </span>
                <div className={styles.words}>
                  <p>{line.sentence}</p>
                  {line.detail !== undefined && line.detail !== '' && (
                    <p className={styles.detail} dir="auto">
                      {line.detail}
                    </p>
                  )}
                  {line.signedText !== undefined && (
                    <details className={styles.signedText}>
                      <summary>{accountWords.asSigned}</summary>
                      <code>{line.signedText}</code>
                    </details>
                  )}
                  {line.marks.map(({ sentence, disagrees }) => (
                    <p key={sentence} className={cx(styles.marked, disagrees && styles.disagrees)}>
                      {disagrees ? <TriangleAlert aria-hidden="true" /> : <CircleDashed aria-hidden="true" />}
                      {sentence}
                    </p>
                  ))}
                  <p className={styles.when}>
                    <time dateTime={line.at} title={line.at}>
                      {whenOf(line.at, createdAt)}
                    </time>
                    <span className={styles.leaf} title={timelineWords.numberMeaning}>
                      {timelineWords.number(line.number)}
                    </span>
                  </p>
                </div>
              </li>
            );
          })}
      </ol>
    </>
  );
}

const DAY_SECONDS = 86_400;

/** The time of day, and how far into the session; of what came days later, the day. */
function whenOf(at: string, createdAt: string): string {
  const seconds = secondsBetween(createdAt, at);
  if (seconds > DAY_SECONDS) return momentOf(at);
  return `${timeWithSecondsOf(at)} · ${t.log.record.after(clock(seconds))}`;
}
