import { Ellipsis } from 'lucide-react';
import type { ReactNode } from 'react';
import { t } from '../../shared/strings.ts';
import { Button } from '../../shared/ui/button.tsx';
import { Menu } from '../../shared/ui/menu.tsx';
import { toast } from '../../shared/ui/toast.tsx';
import styles from './figure-panel.module.css';
import { csvOf, type FigureTable, fileNameOf, tabbedOf } from './figure-table.ts';

const text = t.overview;

/** The frame of one plot: its title, what it counts, and its figures to take along. */
export function FigurePanel({
  table,
  period,
  note,
  actions,
  isWide = false,
  children,
}: {
  table: FigureTable;
  period: { from: string; to: string };
  note?: string;
  actions?: ReactNode;
  isWide?: boolean;
  children: ReactNode;
}) {
  const copy = () =>
    navigator.clipboard.writeText(tabbedOf(table)).then(
      () => toast(text.copied, 'done'),
      () => toast(text.notCopied, 'warning'),
    );
  const download = () => {
    const address = URL.createObjectURL(new Blob([csvOf(table)], { type: 'text/csv;charset=utf-8' }));
    const link = document.createElement('a');
    link.href = address;
    link.download = fileNameOf(table.title, period.from, period.to);
    link.click();
    // The browser has taken the bytes when the click is over; a moment more is for those that take them later.
    setTimeout(() => URL.revokeObjectURL(address), 60_000);
  };
  return (
    <div className={`${styles.panel} ${isWide ? styles.wide : ''}`}>
      <header className={styles.head}>
        <h2 className={styles.title}>{table.title}</h2>
        <div className={styles.actions}>
          {actions}
          <Menu
            label={text.figures(table.title)}
            placement="bottom end"
            trigger={
              <Button kind="quiet" size="small" icon={<Ellipsis />} aria-label={text.figures(table.title)} />
            }
            groups={[
              {
                entries: [
                  { id: 'copy', label: text.copy, onAction: () => void copy() },
                  { id: 'csv', label: text.download, onAction: download },
                ],
              },
            ]}
          />
        </div>
      </header>
      {note !== undefined && <p className={styles.note}>{note}</p>}
      {children}
    </div>
  );
}
