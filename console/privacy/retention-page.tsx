import { Trash2 } from 'lucide-react';
import { useEffect, useState } from 'react';
import { RetentionPreview } from '../../protocol/retention.ts';
import { minuteOf } from '../shared/moments.ts';
import { useResource } from '../shared/resource.ts';
import { useMay, useSignedIn } from '../shared/signed-in.tsx';
import { t } from '../shared/strings.ts';
import { PageHead } from '../shared/ui/app-shell.tsx';
import { Button } from '../shared/ui/button.tsx';
import { Notice } from '../shared/ui/notice.tsx';
import { Waiting } from '../shared/ui/progress.tsx';
import { Certificates } from './certificates.tsx';
import styles from './retention-page.module.css';
import { RunDialog } from './run-dialog.tsx';
import { ScheduleTable } from './schedule-table.tsx';

const text = t.retention;
const REFRESH_MS = 3000;

/** `/retention`: each kind of data with its rule, what goes when, and the certificates of what went. */
export function RetentionPage() {
  const { api } = useSignedIn();
  const mayRun = useMay('retention.run');
  const [isAsking, setAsking] = useState(false);
  const [runs, setRuns] = useState(0);
  const { resource, reload } = useResource('retention', (signal) =>
    api.get('/retention', RetentionPreview, signal),
  );
  useEffect(() => {
    document.title = `${text.title} - ${t.product}`;
  }, []);
  const kinds = resource.standing === 'there' ? resource.value.kinds : [];
  // A run goes on though its count could not be fetched once: it is asked for again.
  const [wasRunning, setWasRunning] = useState(false);
  const isRunning = resource.standing === 'there' ? resource.value.isRunning : wasRunning;
  useEffect(() => setWasRunning(isRunning), [isRunning]);
  const doubt = resource.standing === 'there' ? resource.value.clockDoubt : undefined;
  // Each answer sets it anew: nobody asks again before what they asked for is there, however long it takes.
  useEffect(() => {
    if (!isRunning) return;
    const timer = setInterval(() => {
      if (document.visibilityState !== 'visible') return;
      clearInterval(timer);
      void reload();
    }, REFRESH_MS);
    return () => clearInterval(timer);
  }, [isRunning, resource, reload]);
  useEffect(() => (isRunning ? () => setRuns((before) => before + 1) : undefined), [isRunning]);
  const isAnyDue = kinds.some(({ due }) => due !== undefined && due.now > 0);

  return (
    <>
      <PageHead
        title={text.title}
        lead={text.lead}
        actions={
          mayRun &&
          (isAnyDue || doubt !== undefined) &&
          !isRunning && (
            <Button kind="danger" icon={<Trash2 />} onPress={() => setAsking(true)}>
              {text.run}
            </Button>
          )
        }
      />
      {doubt !== undefined && !isRunning && (
        <div className={styles.notice}>
          <Notice kind="warning" title={text.doubtTitle}>
            {text.doubtText(minuteOf(doubt.clock), minuteOf(doubt.log))}
          </Notice>
        </div>
      )}
      {isRunning && (
        <div className={styles.notice}>
          <Notice title={text.running}>{text.runningText}</Notice>
        </div>
      )}
      <section className={styles.part} aria-labelledby="schedule">
        <h2 id="schedule">{text.schedule}</h2>
        {resource.standing === 'loading' && <Waiting />}
        {resource.standing === 'failed' && (
          <Notice kind="trouble" title={text.failed} actions={<Button onPress={reload}>{t.tryAgain}</Button>}>
            {resource.problem.message}
          </Notice>
        )}
        {resource.standing === 'there' && (
          <>
            <ScheduleTable kinds={kinds} />
            <p className={styles.hint}>
              {isAnyDue ? text.scheduleHint : `${text.nothingDue} ${text.scheduleHint}`}
            </p>
          </>
        )}
      </section>
      <section className={styles.part} aria-labelledby="certificates">
        <h2 id="certificates">{text.certificates}</h2>
        <p className={styles.hint}>{text.certificatesLead}</p>
        <Certificates key={runs} />
      </section>
      <RunDialog
        kinds={kinds}
        doubt={doubt}
        isOpen={isAsking}
        onClose={() => {
          setAsking(false);
          reload();
        }}
        onRan={() => {
          setAsking(false);
          setRuns((before) => before + 1);
          reload();
        }}
      />
    </>
  );
}
