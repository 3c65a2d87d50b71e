import { ArrowLeft, FileCheck } from 'lucide-react';
import { useEffect } from 'react';
import { Link } from 'react-aria-components';
import { namesOfTechnicians } from '../../protocol/passing-fold.ts';
import type { SessionDetail } from '../../protocol/session-record.ts';
import { useParams } from '../shared/router.tsx';
import { useMay } from '../shared/signed-in.tsx';
import { t } from '../shared/strings.ts';
import { Button } from '../shared/ui/button.tsx';
import { StatusBadge } from '../shared/ui/status-badge.tsx';
import { watcherWords } from '../shared/watcher-words.ts';
import { ConsentAnswers } from './consent-answers.tsx';
import { Deleted } from './deleted.tsx';
import { Group } from './facts.tsx';
import { FilesMoved } from './files-moved.tsx';
import { lastList } from './last-list.ts';
import { Moment } from './moment.tsx';
import { ComputerFacts, PeopleFacts, SessionFacts, TimeFacts } from './record-facts.tsx';
import { RecordRetention } from './record-retention.tsx';
import { RecordState } from './record-state.tsx';
import styles from './session-record-page.module.css';
import { TimelineList } from './timeline-list.tsx';
import { ToolsUsed } from './tools-used.tsx';
import { WatchLink } from './watch-link.tsx';

/** `/log/:id`: the whole record of one session. */
export function SessionRecordPage() {
  const { id = '' } = useParams();
  return (
    <>
      <Link href={lastList()} className={styles.back ?? ''}>
        <ArrowLeft aria-hidden="true" />
        {t.log.record.back}
      </Link>
      <RecordState id={id} heading={<h1 className="only-for-screen-readers">{t.log.panel}</h1>}>
        {(detail, reload) => <WholeRecord detail={detail} onChanged={reload} />}
      </RecordState>
    </>
  );
}

function WholeRecord({ detail, onChanged }: { detail: SessionDetail; onChanged: () => void }) {
  const { record } = detail;
  const mayReadReads = useMay('access-log.read');
  const text = t.log.record;
  const { groups, helped, noNotes } = text;
  const title = helped(namesOfTechnicians(record), record.contact.name);
  useEffect(() => {
    document.title = `${title} - ${t.product}`;
  });
  return (
    <>
      <div className={styles.head}>
        <h1>{title}</h1>
        <StatusBadge status={record.status} />
        <div className={styles.ways}>
          <WatchLink record={record} />
          {mayReadReads && <Link href={`/reads?session=${record.id}`}>{t.reads.ofSession}</Link>}
          {record.endedAt !== undefined && (
            <Button
              icon={<FileCheck />}
              aria-description={text.receiptHint}
              onPress={() => download(`/api/v1/sessions/${record.id}/receipt`)}
            >
              {text.receipt}
            </Button>
          )}
        </div>
      </div>
      <div className={styles.columns}>
        <div className={styles.column}>
          <Group title={groups.session}>
            <SessionFacts detail={detail} />
          </Group>
          <Group title={groups.people}>
            <PeopleFacts record={record} />
          </Group>
          <Group title={groups.computer}>
            <ComputerFacts record={record} />
          </Group>
          <Group title={groups.times}>
            <TimeFacts record={record} />
          </Group>
          <Group title={t.retention.record.title}>
            <RecordRetention record={record} onChanged={onChanged} />
          </Group>
        </div>
        <div className={styles.column}>
          <Group title={groups.tools}>
            <ToolsUsed tools={record.tools} />
          </Group>
          {record.watchers !== undefined && record.watchers.length > 0 && (
            <Group title={t.watching.log.title}>
              <ul className={styles.watchers}>
                {record.watchers.map((watcher) => (
                  <li key={watcher.watchingId}>{watcherWords(watcher)}</li>
                ))}
              </ul>
            </Group>
          )}
          <Group title={groups.files}>
            <FilesMoved record={record} />
          </Group>
          <Group title={groups.consent}>
            <ConsentAnswers consent={record.consent} />
          </Group>
          <Group title={groups.notes}>
            {record.notes.length === 0 && <p className={styles.none}>{noNotes}</p>}
            {record.notes.map((note) => (
              <div key={note.noteId} className={styles.note}>
                <Moment at={note.at} />
                <p dir="auto">
                  {note.note ?? <Deleted kind="contact-details" retention={record.retention} />}
                </p>
              </div>
            ))}
          </Group>
          <Group title={groups.timeline}>
            <TimelineList detail={detail} />
          </Group>
        </div>
      </div>
    </>
  );
}

/** The browser's own download: the broker says under which name. */
function download(path: string): void {
  const link = document.createElement('a');
  link.href = path;
  link.download = '';
  link.click();
}
