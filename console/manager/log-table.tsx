import { ArrowDown, ArrowUp, ChevronsUpDown } from 'lucide-react';
import { type CSSProperties, memo, type RefObject, useEffect, useRef } from 'react';
import { Button } from 'react-aria-components';
import type { SessionRow, SORTABLE } from '../../protocol/session-query.ts';
import { cx } from '../shared/class-names.ts';
import { t } from '../shared/strings.ts';
import { areUsual, type ColumnId } from './chosen-columns.ts';
import { LOG_COLUMNS, nameOf, When } from './log-columns.tsx';
import styles from './log-table.module.css';
import { type LogView, sortedBy } from './log-view.ts';
import type { LoadedRows } from './session-pages.ts';
import { openerId } from './use-open-session.ts';
import { useVisibleRows } from './use-visible-rows.ts';

/** Rows that have to be left before the next page is asked for. */
const NEAR_END = 20;

/** The table of sessions. Only the rows in sight are in the document; `aria-rowindex` tells where they are. */
export function LogTable({
  view,
  columns,
  loaded,
  openId,
  onOpen,
  onSort,
  onNearEnd,
}: {
  view: LogView;
  columns: readonly ColumnId[];
  loaded: LoadedRows;
  openId: string | undefined;
  onOpen: (id: string) => void;
  onSort: (view: LogView) => void;
  onNearEnd: () => void;
}) {
  const { rows, hasMore, total } = loaded;
  const head = useRef<HTMLTableSectionElement>(null);
  const body = useRef<HTMLTableSectionElement>(null);
  const { first, last, rowHeight, hasScrolled } = useVisibleRows(body, rows);

  // Not after a failure: that would ask again and again, the reader decides with "Try again".
  const isIdle = hasMore && loaded.loading === undefined && loaded.problem === undefined;
  const wantsMore = isIdle && hasScrolled && last >= rows.length - NEAR_END;
  useEffect(() => {
    if (wantsMore) onNearEnd();
  }, [wantsMore, onNearEnd]);

  return (
    <table
      className={cx(styles.table, !areUsual(columns) && styles.chosen)}
      style={widthsOf(columns)}
      aria-rowcount={hasMore ? (total === undefined ? -1 : total + 1) : rows.length + 1}
      aria-label={t.log.table}
    >
      <thead ref={head} onScroll={() => alignScroll(head, body)}>
        <tr aria-rowindex={1}>
          <Heading id="created" sort="created" view={view} onSort={onSort} />
          {columns.map((id) => (
            <Heading key={id} id={id} sort={LOG_COLUMNS[id].sort} view={view} onSort={onSort} />
          ))}
        </tr>
      </thead>
      <tbody
        ref={body}
        onScroll={() => alignScroll(body, head)}
        style={{ paddingTop: first * rowHeight, paddingBottom: (rows.length - last) * rowHeight }}
      >
        {rows.slice(first, last).map((row, index) => (
          <LogRow
            key={row.id}
            row={row}
            columns={columns}
            rowIndex={first + index + 2}
            isOpen={row.id === openId}
            onOpen={onOpen}
          />
        ))}
      </tbody>
    </table>
  );
}

type Section = RefObject<HTMLTableSectionElement | null>;

/** Head and rows scroll sideways together: the rows by their bar, the head when a heading in it takes the focus. */
function alignScroll(moved: Section, other: Section): void {
  if (moved.current !== null && other.current !== null) other.current.scrollLeft = moved.current.scrollLeft;
}

/** Of a column whose words set its width. */
const LEAST_REM = 8;
const DATE_REM = 10.75;

/** Each column's width, and how wide they are at least together: from there on the table scrolls sideways. */
function widthsOf(columns: readonly ColumnId[]): CSSProperties {
  const widths = columns.map((id) => LOG_COLUMNS[id].width);
  const least = widths.reduce((sum, width) => sum + (Number.parseFloat(width) || LEAST_REM), DATE_REM);
  return {
    '--columns': widths.map((width) => width.replace('minmax(0,', `minmax(${LEAST_REM}rem,`)).join(' '),
    '--least': `${least}rem`,
  } as CSSProperties;
}

const LogRow = memo(function LogRow({
  row,
  columns,
  rowIndex,
  isOpen,
  onOpen,
}: {
  row: SessionRow;
  columns: readonly ColumnId[];
  rowIndex: number;
  isOpen: boolean;
  onOpen: (id: string) => void;
}) {
  return (
    // The whole row is a larger target for the pointer; the button in it is the one for the keyboard.
    <tr
      aria-rowindex={rowIndex}
      className={cx(styles.row, isOpen && styles.open)}
      onClick={({ target }) => !(target as Element).closest('button') && onOpen(row.id)}
    >
      <th scope="row">
        {/* A plain button: there is one per row, and rows come and go while one scrolls. */}
        <button
          type="button"
          id={openerId(row.id)}
          className={styles.opener}
          aria-label={nameOf(row)}
          aria-pressed={isOpen}
          onClick={() => onOpen(row.id)}
        >
          <When at={row.createdAt} />
        </button>
      </th>
      {columns.map((id) => (
        <td key={id} className={styles[id]}>
          {LOG_COLUMNS[id].cell(row)}
        </td>
      ))}
    </tr>
  );
});

function Heading({
  id,
  sort,
  view,
  onSort,
}: {
  id: keyof typeof t.log.columns;
  sort: (typeof SORTABLE)[number] | undefined;
  view: LogView;
  onSort: (view: LogView) => void;
}) {
  const title = t.log.columns[id];
  if (sort === undefined)
    return (
      <th scope="col" className={styles[id]}>
        {title}
      </th>
    );
  const isDown = view.sort === `-${sort}`;
  const isUp = view.sort === sort;
  return (
    <th scope="col" className={styles[id]} aria-sort={isDown ? 'descending' : isUp ? 'ascending' : 'none'}>
      <Button className={styles.sort ?? ''} onPress={() => onSort(sortedBy(view, sort))}>
        {title}
        {isDown && <ArrowDown aria-hidden="true" />}
        {isUp && <ArrowUp aria-hidden="true" />}
        {!isDown && !isUp && (
          <span className={styles.sortable} title={t.log.sorts} aria-hidden="true">
            <ChevronsUpDown />
          </span>
        )}
      </Button>
    </th>
  );
}
