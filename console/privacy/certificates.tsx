import { FileCheck } from 'lucide-react';
import { useEffect, useState } from 'react';
import { CertificatePage, type DeletionCertificate } from '../../protocol/deletion-certificate.ts';
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
import { runsOf } from './certificate-runs.ts';
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

/** Every certificate, run by run, newest first; older ones are loaded when they are asked for. */
export function Certificates() {
  const { api } = useSignedIn();
  const [before, setBefore] = useState<number>();
  const [shown, setShown] = useState<readonly DeletionCertificate[]>([]);
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
    setShown((above) => [...above.filter(({ seq }) => seq > (page.items[0]?.seq ?? 0)), ...page.items]);
    setNext(page.next);
  }, [page]);

  if (resource.standing === 'failed')
    return (
      <Notice kind="trouble" title={text.failed} actions={<Button onPress={reload}>{t.tryAgain}</Button>}>
        {resource.problem.message}
      </Notice>
    );
  if (resource.standing === 'loading' && shown.length === 0) return <Waiting />;
  if (shown.length === 0 && page?.items.length === 0)
    return (
      <EmptyState icon={<FileCheck />} title={text.noneYetTitle}>
        {text.noneYet}
      </EmptyState>
    );
  return (
    <>
      <div className={styles.runs}>
        {runsOf(shown, next !== undefined).map(({ key, at, by, entries, items, isCut }, index) => {
          const title = at === undefined ? text.runUnknown : text.runAt(momentOf(at));
          return (
            <details key={key} className={styles.run} open={index === 0 && items.length <= FEW}>
              <summary>
                <strong>{title}</strong>
                <span className={styles.sum}>
                  {by !== undefined && (
                    <>
                      <bdi>{nameOf(by)}</bdi> ·{' '}
                    </>
                  )}
                  {text.runSum(items.length, entries, isCut)}
                </span>
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
        })}
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
