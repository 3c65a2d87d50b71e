import { useState } from 'react';
import { Link } from 'react-aria-components';
import type { Outcome } from '../../protocol/session.ts';
import { SessionDetail, type SessionRecord } from '../../protocol/session-record.ts';
import type { ConsoleSessionState } from '../../protocol/session-state.ts';
import { TOOLS } from '../../protocol/tool.ts';
import type { Problem } from '../shared/api.ts';
import { duration } from '../shared/figures.ts';
import { useResource } from '../shared/resource.ts';
import { navigate } from '../shared/router.tsx';
import { useSignedIn } from '../shared/signed-in.tsx';
import { t } from '../shared/strings.ts';
import { PageHead } from '../shared/ui/app-shell.tsx';
import { Button } from '../shared/ui/button.tsx';
import { EmptyState } from '../shared/ui/empty-state.tsx';
import { Notice } from '../shared/ui/notice.tsx';
import { Waiting } from '../shared/ui/progress.tsx';
import { StatusBadge } from '../shared/ui/status-badge.tsx';
import { toast } from '../shared/ui/toast.tsx';
import { useAction } from '../shared/use-action.ts';
import styles from './before-session.module.css';
import { OutcomeFields } from './outcome-fields.tsx';
import { emptyDraft, keepDraft } from './session-draft.ts';
import { Facts } from './session-summary.tsx';
import type { SupportSession } from './support-session.ts';

const text = t.technician.ended;

/** How it ended, in figures of its record, and what can still be said about it. */
export function EndedSession({
  session,
  state,
  problem,
}: {
  session: SupportSession;
  state: ConsoleSessionState | undefined;
  problem: Problem | undefined;
}) {
  const { api } = useSignedIn();
  const { resource, reload } = useResource(`${session.sessionId} ${state?.revision}`, (signal) =>
    api.get(`/sessions/${session.sessionId}`, SessionDetail, signal),
  );
  // Somebody else's now: their record tells it, and there is nothing to say here.
  if (problem?.code === 'session.passed-on')
    return (
      <EmptyState
        isPage
        title={problem.message}
        action={<Button onPress={() => navigate('/')}>{text.home}</Button>}
      />
    );
  if (resource.standing === 'loading') return <Waiting />;
  if (resource.standing === 'failed' && state)
    return (
      <>
        <PageHead title={titleOf(state)} lead={state.endReason && t.session.endReason[state.endReason]} />
        <Notice
          kind="trouble"
          title={t.log.recordFailed}
          actions={
            <>
              <Button onPress={reload}>{t.tryAgain}</Button>
              <Button kind="quiet" onPress={() => navigate('/')}>
                {text.home}
              </Button>
            </>
          }
        >
          {resource.problem.message}
        </Notice>
      </>
    );
  if (resource.standing === 'failed')
    return (
      <EmptyState
        isPage
        title={(problem ?? resource.problem).message}
        action={<Button onPress={() => navigate('/')}>{text.home}</Button>}
      />
    );
  return <Summary session={session} record={resource.value.record} onSaved={reload} />;
}

function Summary({
  session,
  record,
  onSaved,
}: {
  session: SupportSession;
  record: SessionRecord;
  onSaved: () => void;
}) {
  const { status } = record;
  const used = record.tools.filter((use) => use.uses > 0).map((use) => t.tools.name[use.tool]);
  const transferred = record.files.filter((file) => file.standing === 'completed').length;
  return (
    <>
      <PageHead title={titleOf(record)} lead={record.endReason && t.session.endReason[record.endReason]} />
      <div className={styles.columns}>
        <section className={styles.card} aria-label={t.technician.waiting.summary}>
          <div>
            <StatusBadge status={status} outcome={record.outcome} />
          </div>
          <Facts
            facts={[
              [t.technician.open.name, t.technician.home.of(record.contact.name, record.contact.company)],
              [t.technician.open.reference, record.reference],
              [t.technician.open.reason, record.reason],
              [text.length, record.activeSeconds === undefined ? undefined : duration(record.activeSeconds)],
              [
                text.waited,
                record.waitingSeconds === undefined ? undefined : duration(record.waitingSeconds),
              ],
              [text.usedTools, used.length === 0 ? text.none : used.join(', ')],
              [text.files, transferred === 0 ? undefined : text.fileCount(transferred)],
              [
                text.outcome,
                record.outcome === undefined ? text.noOutcome : t.session.outcome[record.outcome],
              ],
            ]}
          />
          <div className={styles.buttons}>
            <Button kind="primary" onPress={() => navigate('/')}>
              {text.home}
            </Button>
            {record.startedAt === undefined && (
              <Button onPress={() => openAgain(record)}>{text.again}</Button>
            )}
          </div>
          <p>
            <Link href={`/log/${record.id}`}>{text.record}</Link>
          </p>
        </section>
        {record.startedAt !== undefined && record.outcome === undefined && (
          <LateNote session={session} onSaved={onSaved} />
        )}
      </div>
    </>
  );
}

function titleOf({ status, endReason }: Pick<SessionRecord, 'status' | 'endReason'>): string {
  // Silence is a refusal to the broker; to the technician it is somebody who may still want help.
  if (endReason === 'consent-timed-out') return text.unanswered;
  return status === 'created' || status === 'joined' || status === 'active'
    ? t.session.status[status]
    : text.titles[status];
}

/** Outcome and note, when somebody else ended it before they could be said. */
function LateNote({ session, onSaved }: { session: SupportSession; onSaved: () => void }) {
  const [outcome, setOutcome] = useState<Outcome>();
  const [note, setNote] = useState('');
  const { isPending, act } = useAction();
  async function save() {
    const isSaved = await act(() =>
      session.send({
        type: 'session.end',
        ...(outcome === undefined ? {} : { outcome }),
        ...(note.trim() === '' ? {} : { note }),
      }),
    );
    if (!isSaved) return;
    toast(text.saved, 'done');
    onSaved();
  }
  return (
    <section className={styles.card} aria-labelledby="late-note">
      <h2 id="late-note">{text.addNote}</h2>
      <OutcomeFields
        outcome={outcome}
        note={note}
        hint={t.technician.notes.hintAfterwards}
        onOutcome={setOutcome}
        onNote={setNote}
      />
      <div className={styles.buttons}>
        <Button isPending={isPending} isDisabled={outcome === undefined && note.trim() === ''} onPress={save}>
          {text.save}
        </Button>
      </div>
    </section>
  );
}

function openAgain(record: SessionRecord): void {
  const { contact } = record;
  const asked = TOOLS.filter((tool) => record.tools.some((use) => use.tool === tool && use.requestedAt));
  keepDraft({
    contact: {
      name: contact.name,
      contactName: contact.contactName ?? '',
      company: contact.company ?? '',
      phone: contact.phone ?? '',
      email: contact.email ?? '',
    },
    reference: record.reference ?? '',
    reason: record.reason,
    team: record.technician.team ?? '',
    // Of a session that nobody joined nothing was asked: the usual tools, then.
    tools: asked.length > 0 ? asked : emptyDraft('').tools,
  });
  navigate('/sessions/new');
}
