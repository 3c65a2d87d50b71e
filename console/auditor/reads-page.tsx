import { Download, SearchX } from 'lucide-react';
import { useCallback, useEffect, useMemo } from 'react';
import { Link } from 'react-aria-components';
import { AccessPage, type AccessRow } from '../../protocol/access-log.ts';
import { BackwardsPeriod } from '../manager/backwards-period.tsx';
import { endsBeforeItBegins } from '../manager/log-view.ts';
import { type LoadedPages, PagedRows } from '../shared/paged-rows.ts';
import { navigate, useLocation } from '../shared/router.tsx';
import { useSignedIn } from '../shared/signed-in.tsx';
import { useStore } from '../shared/store.ts';
import { t } from '../shared/strings.ts';
import { PageHead } from '../shared/ui/app-shell.tsx';
import { Button } from '../shared/ui/button.tsx';
import { EmptyState } from '../shared/ui/empty-state.tsx';
import { Menu } from '../shared/ui/menu.tsx';
import { Notice } from '../shared/ui/notice.tsx';
import { Waiting } from '../shared/ui/progress.tsx';
import { toast } from '../shared/ui/toast.tsx';
import { ReadsFilters } from './reads-filters.tsx';
import styles from './reads-page.module.css';
import { ReadsTable } from './reads-table.tsx';
import { addressOfReads, isNarrowed, questionOfReads, type ReadsView, readsInAddress } from './reads-view.ts';

const text = t.reads;
const FORMATS = ['csv', 'json', 'ndjson'] as const;

/** `/reads`: who read, searched, exported, signed in or changed something. The filters live in the address. */
export function ReadsPage() {
  const { api } = useSignedIn();
  const { search } = useLocation();
  const view = useMemo(() => readsInAddress(search), [search]);
  const pages = useMemo(() => new PagedRows<AccessRow>(api, '/access-log', AccessPage), [api]);
  const loaded = useStore(pages.loaded);

  const question = questionOfReads(view, new Date()).toString();
  const isBackwards = endsBeforeItBegins(view);
  useEffect(() => {
    if (!isBackwards) void pages.ask(new URLSearchParams(question));
  }, [pages, question, isBackwards]);
  useEffect(() => () => pages.close(), [pages]);
  useEffect(() => {
    document.title = `${text.title} - ${t.product}`;
  }, []);

  const change = useCallback((next: ReadsView) => navigate(`/reads${addressOfReads(next)}`), []);
  return (
    <>
      <PageHead
        title={text.title}
        lead={text.lead}
        actions={isBackwards ? undefined : <ExportMenu view={view} />}
      />
      <ReadsFilters view={view} onChange={change} />
      {view.session !== '' && <OfOneSession view={view} onChange={change} />}
      {isBackwards ? (
        <BackwardsPeriod view={view} onChange={change} />
      ) : (
        <List loaded={loaded} view={view} pages={pages} onClear={() => change(readsInAddress(''))} />
      )}
    </>
  );
}

function ExportMenu({ view }: { view: ReadsView }) {
  const files = FORMATS.map((format) => ({
    id: format,
    label: `${t.log.formats[format].name} – ${t.log.formats[format].use}`,
    onAction: () => download(view, format),
  }));
  const proofs = {
    id: 'proofs',
    label: text.exportProofs,
    onAction: () => download(view, 'ndjson', true),
  };
  return (
    <Menu
      label={text.export}
      placement="bottom end"
      trigger={<Button icon={<Download />}>{text.export}</Button>}
      groups={[{ entries: [...files, proofs] }]}
    />
  );
}

/** Which session the list is about, and the way back to all. */
function OfOneSession({ view, onChange }: { view: ReadsView; onChange: (view: ReadsView) => void }) {
  return (
    <p className={styles.session}>
      <strong>{text.ofSession}</strong>
      <Link href={`/log/${view.session}`}>{text.toRecord}</Link>
      <Button kind="quiet" size="small" onPress={() => onChange({ ...view, session: '' })}>
        {text.allSessions}
      </Button>
    </p>
  );
}

function List({
  loaded,
  view,
  pages,
  onClear,
}: {
  loaded: LoadedPages<AccessRow>;
  view: ReadsView;
  pages: PagedRows<AccessRow>;
  onClear: () => void;
}) {
  const { rows, hasMore, loading, problem } = loaded;
  if (rows.length === 0 && problem === undefined) {
    if (loading !== undefined) return <Waiting label={text.loading} />;
    return isNarrowed(view) ? (
      <EmptyState
        icon={<SearchX />}
        title={text.noMatchTitle}
        action={<Button onPress={onClear}>{text.clear}</Button>}
      >
        {text.noMatch}
      </EmptyState>
    ) : (
      <EmptyState title={text.emptyTitle}>{text.empty}</EmptyState>
    );
  }
  return (
    <div aria-busy={loading === 'first'}>
      {rows.length > 0 && (
        <>
          <p className={styles.count} role="status">
            {text.counted(rows.length, hasMore)}
          </p>
          <ReadsTable rows={rows} />
        </>
      )}
      {problem !== undefined && (
        <Notice
          kind="trouble"
          title={text.failedTitle}
          actions={<Button onPress={() => void pages.again()}>{t.tryAgain}</Button>}
        >
          {problem.message}
        </Notice>
      )}
      {hasMore && problem === undefined && (
        <div className={styles.more}>
          <Button isPending={loading === 'more'} onPress={() => void pages.more()}>
            {text.loadMore}
          </Button>
        </div>
      )}
    </div>
  );
}

/** The browser's own download takes the stream, so that any size goes to disk. */
function download(view: ReadsView, format: (typeof FORMATS)[number], withProofs = false): void {
  const question = questionOfReads(view, new Date());
  question.set('format', format);
  if (withProofs) question.set('proofs', 'true');
  const link = document.createElement('a');
  link.href = `/api/v1/access-log/export?${question}`;
  link.download = `who-read-what.${format}`;
  link.click();
  toast(text.exportStarted, 'done');
}
