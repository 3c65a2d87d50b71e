import type { KindPreview } from '../../protocol/retention.ts';
import { t } from '../shared/strings.ts';
import { Table, type TableColumn } from '../shared/ui/table.tsx';
import { KeptFor, KIND_COLUMN, WHY_COLUMN } from './kind-columns.tsx';
import styles from './schedule-table.module.css';

const text = t.retention;

/** Figures of one row count the same thing, so only the first says what. */
const figure = (
  id: string,
  title: string,
  of: (kind: KindPreview) => number | undefined,
): TableColumn<KindPreview> => ({
  id,
  title,
  isFigure: true,
  cell: (kind) => {
    const value = of(kind);
    if (value === undefined) return <span className={styles.none}>{text.none}</span>;
    return <span className={value === 0 ? styles.none : undefined}>{text.amount(value, kind.counts)}</span>;
  },
});

const COLUMNS: readonly TableColumn<KindPreview>[] = [
  KIND_COLUMN,
  { id: 'period', title: text.period, className: styles.period, cell: (kind) => <Period {...kind} /> },
  WHY_COLUMN,
  figure('due', text.due, ({ due }) => due?.now),
  figure('within-7', text.within(7), ({ due }) => due?.within7Days),
  figure('within-30', text.within(30), ({ due }) => due?.within30Days),
  figure('within-90', text.within(90), ({ due }) => due?.within90Days),
  figure('held', text.held, ({ held }) => held),
];

/** Each kind of data: its rule, and how much of it goes when. */
export function ScheduleTable({ kinds }: { kinds: readonly KindPreview[] }) {
  return (
    <Table
      label={text.schedule}
      columns={COLUMNS}
      items={kinds}
      keyOf={({ kind }) => kind}
      nameOf={({ name }) => name}
      whenEmpty={null}
    />
  );
}

function Period({ period }: KindPreview) {
  const title = period === undefined ? {} : { title: text.bounds(period.minDays, period.maxDays) };
  return <KeptFor period={period} {...title} />;
}
