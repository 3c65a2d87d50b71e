import { useState } from 'react';
import { Link } from 'react-aria-components';
import { cx } from '../../shared/class-names.ts';
import { t } from '../../shared/strings.ts';
import { Button } from '../../shared/ui/button.tsx';
import styles from './figure-rows.module.css';
import type { FigureRow, FigureTable } from './figure-table.ts';
import { logAddress } from './overview-view.ts';

const FEW = 10;

/** A table of figures; where its rows have bars it is the plot as well, and each number stands beside its bar. */
export function FigureRows({ table, isScrolled = false }: { table: FigureTable; isScrolled?: boolean }) {
  const { title, columns, rows } = table;
  const [isWhole, setWhole] = useState(isScrolled);
  const most = Math.max(1, ...rows.map(({ bar = [] }) => sum(bar)));
  const hasBars = rows.some(({ bar }) => bar !== undefined);
  const isTwofold = rows.some(({ bar = [] }) => bar.length > 1);
  const [name = '', ...figures] = columns;
  return (
    <>
      <div
        className={cx(styles.frame, isScrolled && styles.scrolled)}
        {...(isScrolled ? { tabIndex: 0, role: 'region', 'aria-label': title } : {})}
      >
        <table className={cx(styles.table, figures.length > 3 && hasBars && styles.many)} aria-label={title}>
          <thead>
            <tr>
              <th scope="col">{name}</th>
              {hasBars && <td className={styles.bar} />}
              {figures.map((column, index) => (
                <th key={column} scope="col" className={styles.figure}>
                  {isTwofold && index < 2 && (
                    <span className={cx(styles.swatch, index > 0 && styles.hatched)} />
                  )}
                  {column}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {(isWhole ? rows : rows.slice(0, FEW)).map((row) => (
              <tr key={row.id}>
                <th scope="row" className={styles.name}>
                  <RowName row={row} />
                </th>
                {hasBars && (
                  <td className={styles.bar}>
                    <Bar parts={row.bar ?? []} most={most} />
                  </td>
                )}
                {row.cells.slice(1).map(({ text }, index) => (
                  <td key={columns[index + 1]} className={styles.figure}>
                    {text}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {!isScrolled && rows.length > FEW && (
        <Button kind="quiet" size="small" className={styles.all} onPress={() => setWhole(!isWhole)}>
          {isWhole ? t.overview.showFewer : t.overview.showAll(rows.length)}
        </Button>
      )}
    </>
  );
}

function RowName({ row: { cells, view } }: { row: FigureRow }) {
  const name = cells[0]?.text ?? '';
  if (view === undefined) return <bdi>{name}</bdi>;
  return (
    <Link href={logAddress(view)} className={styles.link ?? ''} aria-label={t.overview.openInLog(name)}>
      <bdi>{name}</bdi>
    </Link>
  );
}

/** Decoration: its numbers stand in the row. The second part is hatched, so that colour is not needed. */
function Bar({ parts, most }: { parts: readonly number[]; most: number }) {
  return (
    <span className={styles.track} aria-hidden="true">
      {parts.map((part, index) =>
        part === 0 ? null : (
          <span
            key={index}
            className={cx(styles.part, index > 0 && styles.hatched)}
            style={{ width: `${(100 * part) / most}%` }}
          />
        ),
      )}
    </span>
  );
}

const sum = (parts: readonly number[]): number => parts.reduce((all, part) => all + part, 0);
