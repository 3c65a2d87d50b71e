import { ArrowDown, ArrowUp } from 'lucide-react';
import type { ReactNode } from 'react';
import {
  Table as AriaTable,
  Cell,
  Column,
  Row,
  type SortDescriptor,
  TableBody,
  TableHeader,
} from 'react-aria-components';
import { cx } from '../class-names.ts';
import styles from './table.module.css';

export interface TableColumn<Item> {
  id: string;
  title: string;
  cell: (item: Item) => ReactNode;
  isSortable?: boolean;
  /** Figures: right-aligned and tabular. */
  isFigure?: boolean;
  /** Read out as the row's name; one column at least. */
  isRowHeader?: boolean;
  className?: string | undefined;
}

/** A table of one page of rows, on a small page a card for each. `onOpen` makes rows pressable. */
export function Table<Item>({
  label,
  columns,
  items,
  keyOf,
  nameOf,
  sort,
  onSort,
  onOpen,
  openKey,
  whenEmpty,
}: {
  label: string;
  columns: readonly TableColumn<Item>[];
  items: readonly Item[];
  keyOf: (item: Item) => string;
  /** The row in a few words, for type-ahead and screen readers. */
  nameOf: (item: Item) => string;
  sort?: SortDescriptor | undefined;
  onSort?: ((sort: SortDescriptor) => void) | undefined;
  onOpen?: ((key: string) => void) | undefined;
  openKey?: string | undefined;
  whenEmpty: ReactNode;
}) {
  return (
    <div className={styles.frame}>
      <AriaTable
        aria-label={label}
        className={styles.table ?? ''}
        {...(sort ? { sortDescriptor: sort } : {})}
        {...(onSort ? { onSortChange: onSort } : {})}
        {...(onOpen ? { onRowAction: (key) => onOpen(String(key)) } : {})}
      >
        <TableHeader>
          {columns.map((column) => (
            <Column
              key={column.id}
              id={column.id}
              isRowHeader={column.isRowHeader ?? false}
              allowsSorting={column.isSortable ?? false}
              className={cx(styles.column, column.isFigure && styles.figure, column.className)}
            >
              {({ sortDirection }) => (
                <span className={styles.heading}>
                  {column.title}
                  {sortDirection === 'ascending' && <ArrowUp aria-hidden="true" />}
                  {sortDirection === 'descending' && <ArrowDown aria-hidden="true" />}
                </span>
              )}
            </Column>
          ))}
        </TableHeader>
        <TableBody renderEmptyState={() => whenEmpty}>
          {items.map((item) => (
            <Row
              key={keyOf(item)}
              id={keyOf(item)}
              textValue={nameOf(item)}
              className={cx(styles.row, openKey === keyOf(item) && styles.open, onOpen && styles.pressable)}
            >
              {columns.map((column) => (
                <Cell
                  key={column.id}
                  className={cx(
                    styles.cell,
                    column.isFigure && styles.figure,
                    column.isRowHeader && styles.name,
                    column.className,
                  )}
                >
                  <span className={styles.title} aria-hidden="true">
                    {column.title}
                  </span>
                  <div className={styles.value}>{column.cell(item)}</div>
                </Cell>
              ))}
            </Row>
          ))}
        </TableBody>
      </AriaTable>
    </div>
  );
}
