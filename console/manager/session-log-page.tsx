import { useCallback, useEffect, useMemo, useState } from 'react';
import { cx } from '../shared/class-names.ts';
import { navigate, useLocation } from '../shared/router.tsx';
import { useSignedIn } from '../shared/signed-in.tsx';
import { useStore } from '../shared/store.ts';
import { t } from '../shared/strings.ts';
import { PageHead } from '../shared/ui/app-shell.tsx';
import { Button } from '../shared/ui/button.tsx';
import { ChoiceMenu } from '../shared/ui/choice-menu.tsx';
import { Notice } from '../shared/ui/notice.tsx';
import { BackwardsPeriod } from './backwards-period.tsx';
import { areUsual, COLUMN_IDS, type ColumnId, rememberColumns, rememberedColumns } from './chosen-columns.ts';
import { ExportDialog } from './export-dialog.tsx';
import { FilterBar } from './filter-bar.tsx';
import { FilterChips } from './filter-chip-row.tsx';
import { FoldedPlots } from './folded-plots.tsx';
import { rememberList } from './last-list.ts';
import { leftOut } from './left-out.ts';
import { ListState } from './list-state.tsx';
import { LogActions } from './log-actions.tsx';
import { LogTable } from './log-table.tsx';
import {
  addressOfView,
  endsBeforeItBegins,
  isFiltered,
  type LogView,
  questionOf,
  viewInAddress,
  withoutFilters,
} from './log-view.ts';
import styles from './session-log-page.module.css';
import { SessionPages } from './session-pages.ts';
import { SessionPanel } from './session-panel.tsx';
import { useLogKeys } from './use-log-keys.ts';
import { useNarrow } from './use-narrow.ts';
import { useOpenSession } from './use-open-session.ts';
import { ViewsMenu } from './views-menu.tsx';

/** `/log`: who helped whom, when, with what. The filters and the open session live in the address. */
export function SessionLogPage() {
  const { me, api } = useSignedIn();
  const { search } = useLocation();
  const view = useMemo(() => viewInAddress(search), [search]);
  const unread = useMemo(() => leftOut(search), [search]);
  const pages = useMemo(() => new SessionPages(api), [api]);
  const loaded = useStore(pages.loaded);
  const { openId, open, close, step } = useOpenSession(view, loaded.rows);
  const [isExporting, setExporting] = useState(false);
  const isNarrow = useNarrow();
  useEffect(() => rememberList(search), [search]);

  const question = questionOf(view, new Date()).toString();
  const isBackwards = endsBeforeItBegins(view);
  useEffect(() => {
    if (!isBackwards) void pages.ask(new URLSearchParams(question));
  }, [pages, question, isBackwards]);
  useEffect(() => () => pages.close(), [pages]);
  useEffect(() => {
    document.title = `${t.log.title} - ${t.product}`;
  }, []);

  const change = useCallback(
    (next: LogView, { replace = false } = {}) => navigate(`/log${addressOfView(next)}`, { replace }),
    [],
  );
  const columns = view.columns.length > 0 ? view.columns : rememberedColumns();
  const chooseColumns = (chosen: readonly ColumnId[]) => {
    rememberColumns(chosen);
    change({ ...view, columns: areUsual(chosen) ? [] : chosen }, { replace: true });
  };
  const more = useCallback(() => void pages.more(), [pages]);
  useLogKeys({ step, close, onExport: () => setExporting(true), onEnd: more });

  const role = me.user.role;
  const lead = role === 'technician' || role === 'manager' ? t.log.lead[role] : t.log.lead.everything;
  const canExport = me.actions.includes('session.export') && !isBackwards;
  return (
    <>
      <PageHead
        title={t.log.title}
        lead={lead}
        actions={
          <>
            <div className={styles.columns}>
              <ChoiceMenu
                label={t.log.chooseColumns}
                choices={COLUMN_IDS.map((value) => ({ value, label: t.log.columns[value] }))}
                chosen={columns}
                onChange={(chosen) => chosen.length > 0 && chooseColumns(chosen)}
              />
            </div>
            <ViewsMenu search={addressOfView({ ...view, columns })} />
            <LogActions onExport={canExport ? () => setExporting(true) : undefined} />
          </>
        }
      />
      <FilterBar view={view} onChange={change} />
      <FilterChips view={view} onChange={change} />
      {unread.length > 0 && (
        <div className={styles.unread}>
          <Notice
            kind="warning"
            title={t.log.leftOutTitle}
            actions={<Button onPress={() => change(view, { replace: true })}>{t.log.leftOutDrop}</Button>}
          >
            {t.log.leftOut(unread)}
          </Notice>
        </div>
      )}
      <FoldedPlots view={view} />
      <div className={cx(styles.split, openId !== undefined && styles.open)}>
        <div className={styles.list} inert={isNarrow && openId !== undefined}>
          {isBackwards ? (
            <BackwardsPeriod view={view} onChange={change} />
          ) : (
            <ListState
              loaded={loaded}
              isFiltered={isFiltered(view)}
              onAgain={() => void pages.again()}
              onClear={() => change(withoutFilters(view))}
              onMore={more}
            >
              <LogTable
                view={view}
                columns={columns}
                loaded={loaded}
                openId={openId}
                onOpen={open}
                onSort={change}
                onNearEnd={more}
              />
            </ListState>
          )}
        </div>
        {openId !== undefined && <SessionPanel id={openId} onClose={close} onStep={step} onFilter={change} />}
      </div>
      {isExporting && canExport && (
        <ExportDialog
          view={view}
          columns={columns}
          total={loaded.total}
          onClose={() => setExporting(false)}
        />
      )}
    </>
  );
}
