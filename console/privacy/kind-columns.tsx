import { t } from '../shared/strings.ts';
import type { TableColumn } from '../shared/ui/table.tsx';
import styles from './schedule-table.module.css';

const text = t.retention;

/** A kind of data, as every table of such rows begins: what it is and what it holds. */
export const KIND_COLUMN: TableColumn<{ name: string; holds: string }> = {
  id: 'kind',
  title: text.kind,
  isRowHeader: true,
  className: styles.kind,
  cell: ({ name, holds }) => (
    <>
      <strong className={styles.name}>{name}</strong>
      <span className={styles.words}>{holds}</span>
    </>
  ),
};

export const WHY_COLUMN: TableColumn<{ purpose: string; ground: string }> = {
  id: 'why',
  title: text.why,
  className: styles.why,
  cell: ({ purpose, ground }) => (
    <>
      {purpose}
      <span className={styles.words}>{ground}</span>
    </>
  ),
};

/** How long a kind is kept, and by which teams for another time; without a period, for ever. */
export function KeptFor({
  period,
  title,
}: {
  period: { days: number; teams: readonly { team: string; days: number }[] } | undefined;
  title?: string;
}) {
  if (period === undefined) return text.forEver;
  return (
    <>
      <strong title={title}>{text.periodOf(period.days)}</strong>
      {period.teams.map(({ team, days }) => (
        <span key={team} className={styles.words}>
          {text.ofTeam(team, days)}
        </span>
      ))}
    </>
  );
}
