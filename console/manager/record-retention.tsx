import { useState } from 'react';
import { type KeepingKind, KeepingKind as KeepingKinds } from '../../protocol/retention.ts';
import { RETENTION_KINDS } from '../../protocol/retention-kinds.ts';
import type { SessionRecord } from '../../protocol/session-record.ts';
import { dayOf, utcDayOf } from '../shared/moments.ts';
import { useMay } from '../shared/signed-in.tsx';
import { t } from '../shared/strings.ts';
import { Button } from '../shared/ui/button.tsx';
import { Deleted } from './deleted.tsx';
import { type Fact, Facts } from './facts.tsx';
import { HoldDialog } from './hold-dialog.tsx';
import { LiftDialog } from './lift-dialog.tsx';
import { Moment } from './moment.tsx';
import styles from './record-retention.module.css';

const text = t.retention.record;

/** When the session's data go, and what keeps them longer; whoever may decide that, decides it here. */
export function RecordRetention({ record, onChanged }: { record: SessionRecord; onChanged: () => void }) {
  const { retention, endedAt } = record;
  const [asking, setAsking] = useState<{ kind: KeepingKind; lift: boolean }>();
  const mayHold = useMay('session.hold');
  const kept = KeepingKinds.options.filter((kind) => retention[kind] !== undefined);
  const close = () => setAsking(undefined);
  const changed = () => {
    close();
    onChanged();
  };
  const about = asking && { kind: asking.kind, record, onClose: close, onDone: changed };

  const facts: Fact[] = [
    [text.keptUntil, <Moment key="record" at={retention.deleteAfter} />],
    ...retention.parts.map(
      ({ kind, deleteAfter, deletedAt }): Fact => [
        text.partUntil(RETENTION_KINDS[kind].name),
        deletedAt === undefined ? (
          <Moment key={kind} at={deleteAfter} />
        ) : (
          <Deleted key={kind} kind={kind} retention={retention} />
        ),
      ],
    ),
    ...kept.map((kind): Fact => [text.kept[kind], <Kept key={kind} {...{ kind, retention }} />]),
  ];
  return (
    <>
      <Facts facts={facts} />
      {endedAt === undefined && <p className={styles.words}>{text.open}</p>}
      {mayHold && (
        <div className={styles.actions}>
          {KeepingKinds.options.map((kind) => (
            <Button key={kind} size="small" onPress={() => setAsking({ kind, lift: false })}>
              {kept.includes(kind) ? text.change[kind] : text.actions[kind]}
            </Button>
          ))}
          {kept.map((kind) => (
            <Button key={kind} size="small" kind="quiet" onPress={() => setAsking({ kind, lift: true })}>
              {text.lift[kind]}
            </Button>
          ))}
        </div>
      )}
      {about && (asking.lift ? <LiftDialog {...about} /> : <HoldDialog {...about} />)}
    </>
  );
}

function Kept({ kind, retention }: { kind: KeepingKind; retention: SessionRecord['retention'] }) {
  const keeping = retention[kind];
  if (keeping === undefined) return null;
  return (
    <>
      <time dateTime={keeping.until}>{utcDayOf(keeping.until)}</time>
      <span className={styles.words} dir="auto">
        {keeping.reason}
      </span>
      <span className={styles.words}>{text.why(keeping.by.name, dayOf(keeping.at))}</span>
    </>
  );
}
