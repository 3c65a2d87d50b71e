import { FileCheck } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { AccessPerson } from '../../protocol/access-log.ts';
import {
  CertificatePage,
  type DeletionCertificate,
  type Restore,
} from '../../protocol/deletion-certificate.ts';
import { RETENTION_KINDS } from '../../protocol/retention-kinds.ts';
import { dayOf, momentOf } from '../shared/moments.ts';
import { nameOf } from '../shared/person-name.ts';
import { useResource } from '../shared/resource.ts';
import { useSignedIn } from '../shared/signed-in.tsx';
import { t } from '../shared/strings.ts';
import { Button } from '../shared/ui/button.tsx';
import { EmptyState } from '../shared/ui/empty-state.tsx';
import { Notice } from '../shared/ui/notice.tsx';
import { Waiting } from '../shared/ui/progress.tsx';
import { Table, type TableColumn } from '../shared/ui/table.tsx';
import { type CertificateRun, deletedAgain, runsOf } from './certificate-runs.ts';
import styles from './certificates.module.css';
import { Leaves } from './leaves.tsx';

const text = t.retention;
/** A run over many sessions has a certificate for each step: it unfolds when it is asked for. */
const FEW = 10;
const count = new Intl.NumberFormat();

const COLUMNS: readonly TableColumn<DeletionCertificate>[] = [
  {
    id: 'when',
    title: text.when,
    isRowHeader: true,
    cell: ({ at }) => (
      <time dateTime={at} title={at}>
        {momentOf(at)}
      </time>
    ),
  },
  {
    id: 'kind',
    title: text.kind,
    cell: ({ kind, team }) => text.kindOfTeam(RETENTION_KINDS[kind].name, team),
  },
  {
    id: 'before',
    title: text.olderThan,
    cell: ({ before }) => <time dateTime={before}>{dayOf(before)}</time>,
  },
  { id: 'entries', title: text.entries, isFigure: true, cell: ({ entries }) => count.format(entries) },
  {
    id: 'sessions',
    title: text.sessions,
    isFigure: true,
    cell: ({ kind, sessions }) =>
      RETENTION_KINDS[kind].ends === 'by-itself' ? text.none : count.format(sessions),
  },
  {
    id: 'leaves',
    title: text.leaves,
    className: styles.leaves,
    cell: ({ leaves }) => <Leaves leaves={leaves} />,
  },
  { id: 'leaf', title: text.leaf, isFigure: true, cell: ({ seq }) => <code>{seq}</code> },
];

/** Every certificate, run by run, and the restores between them, newest first; older ones are loaded when they are asked for. */
export function Certificates() {
  const { api } = useSignedIn();
  const [before, setBefore] = useState<number>();
  const [shown, setShown] = useState<Shown>({ items: [], restores: [] });
  const [next, setNext] = useState<number>();
  const { resource, reload } = useResource(`certificates ${before}`, (signal) =>
    api.get(
      `/retention/certificates${before === undefined ? '' : `?before=${before}`}`,
      CertificatePage,
      signal,
    ),
  );
  const page = resource.standing === 'there' ? resource.value : undefined;
  useEffect(() => {
    if (page === undefined) return;
    setShown((above) => ({
      items: [...newerThan(above.items, before), ...page.items],
      restores: [...newerThan(above.restores, before), ...page.restores],
    }));
    setNext(page.next);
  }, [page, before]);

  if (resource.standing === 'failed')
    return (
      <Notice kind="trouble" title={text.failed} actions={<Button onPress={reload}>{t.tryAgain}</Button>}>
        {resource.problem.message}
      </Notice>
    );
  const isEmpty = shown.items.length + shown.restores.length === 0;
  if (resource.standing === 'loading' && isEmpty) return <Waiting />;
  if (isEmpty && page?.items.length === 0 && page.restores.length === 0)
    return (
      <EmptyState icon={<FileCheck />} title={text.noneYetTitle}>
        {text.noneYet}
      </EmptyState>
    );
  const lines = [...runsOf(shown.items, next !== undefined), ...shown.restores].sort((a, b) => b.seq - a.seq);
  return (
    <>
      <div className={styles.runs}>
        {lines.map((line, index) =>
          'leaves' in line ? (
            <RestoreLine key={`restore ${line.seq}`} restore={line} />
          ) : (
            <RunLine key={line.key} run={line} isOpen={index === 0 && line.items.length <= FEW} />
          ),
        )}
      </div>
      {next !== undefined && (
        <div>
          <Button isPending={resource.standing === 'loading'} onPress={() => setBefore(next)}>
            {text.more}
          </Button>
        </div>
      )}
    </>
  );
}

interface Shown {
  readonly items: readonly DeletionCertificate[];
  readonly restores: readonly Restore[];
}

/** What stays above a page of those before entry `before`; the first page replaces everything. */
const newerThan = <Line extends { seq: number }>(lines: readonly Line[], before = Number.MAX_SAFE_INTEGER) =>
  lines.filter(({ seq }) => seq >= before);

function RunLine({
  run: { at, by, entries, items, isCut },
  isOpen,
}: {
  run: CertificateRun;
  isOpen: boolean;
}) {
  const title = at === undefined ? text.runUnknown : text.runAt(momentOf(at));
  return (
    <details className={styles.run} open={isOpen}>
      <summary>
        <strong>{title}</strong>
        <Sum by={by}>{text.runSum(items.length, entries, isCut)}</Sum>
      </summary>
      <Table
        label={title}
        columns={COLUMNS}
        items={items}
        keyOf={({ seq }) => String(seq)}
        nameOf={({ kind, at }) => `${RETENTION_KINDS[kind].name}, ${momentOf(at)}`}
        whenEmpty={null}
      />
    </details>
  );
}

function RestoreLine({ restore: { seq, at, by, madeAt, leaves } }: { restore: Restore }) {
  const again = deletedAgain({ leaves });
  return (
    <details className={styles.run}>
      <summary>
        <strong>{text.restoredAt(momentOf(at))}</strong>
        <Sum by={by}>{text.restoredFrom(momentOf(madeAt), again)}</Sum>
      </summary>
      <div className={styles.again}>
        {again > 0 && (
          <>
            <p>{text.restoredAgain}</p>
            <Leaves leaves={leaves} />
          </>
        )}
        <p className={styles.sum}>
          {text.leaf}: <code>{seq}</code>
        </p>
      </div>
    </details>
  );
}

function Sum({ by, children }: { by: AccessPerson | undefined; children: string }) {
  return (
    <span className={styles.sum}>
      {by !== undefined && (
        <>
          <bdi>{nameOf(by)}</bdi> ·{' '}
        </>
      )}
      {children}
    </span>
  );
}
