import type { ReactNode } from 'react';
import type { SessionRow, SORTABLE } from '../../protocol/session-query.ts';
import { duration } from '../shared/figures.ts';
import { dayOf, timeOf } from '../shared/moments.ts';
import { t } from '../shared/strings.ts';
import { ToolIcon } from '../shared/ui/icon-for-tool.tsx';
import { StatusBadge } from '../shared/ui/status-badge.tsx';
import styles from './log-table.module.css';

export interface LogColumn {
  readonly id: keyof typeof t.log.columns;
  readonly sort?: (typeof SORTABLE)[number];
  readonly cell: (row: SessionRow) => ReactNode;
}

/** A text of unknown length and direction on one line; what does not fit shows when it is pointed at. */
const foreign = (text: string | undefined): ReactNode =>
  text === undefined ? (
    <span className={styles.nothing}>–</span>
  ) : (
    <span className={styles.cut} title={text}>
      <bdi>{text}</bdi>
    </span>
  );

/** The columns after "when", which is the row's name and its button, in the order in which a manager reads. */
export const LOG_COLUMNS: readonly LogColumn[] = [
  { id: 'technician', sort: 'technician', cell: ({ technician }) => foreign(technician) },
  { id: 'contact', sort: 'contact', cell: ({ contact }) => foreign(contact) },
  { id: 'company', sort: 'company', cell: ({ company }) => foreign(company) },
  { id: 'platform', sort: 'platform', cell: ({ platform }) => foreign(platform) },
  {
    id: 'tools',
    cell: ({ tools }) =>
      tools.length === 0 ? (
        <span className={styles.nothing}>{t.log.none}</span>
      ) : (
        <ul className={styles.tools}>
          {tools.map((tool) => (
            <li key={tool} title={t.tools.name[tool]}>
              <ToolIcon tool={tool} size={16} />
              <span className="only-for-screen-readers">{t.tools.name[tool]}</span>
            </li>
          ))}
        </ul>
      ),
  },
  {
    id: 'active',
    sort: 'active',
    cell: ({ activeSeconds }) => (activeSeconds === undefined ? foreign(undefined) : duration(activeSeconds)),
  },
  {
    id: 'outcome',
    cell: ({ outcome }) => (outcome === undefined ? foreign(undefined) : t.session.outcome[outcome]),
  },
  { id: 'status', sort: 'status', cell: ({ status }) => <StatusBadge status={status} /> },
];

/** The moment a session was opened, day and time apart so that a column of them lines up. */
export function When({ at }: { at: string }) {
  return (
    <time dateTime={at} className={styles.when}>
      <span>{dayOf(at)}</span> <span className={styles.time}>{timeOf(at)}</span>
    </time>
  );
}

export const nameOf = (row: SessionRow): string =>
  t.log.row(row.technician, row.contact, `${dayOf(row.createdAt)} ${timeOf(row.createdAt)}`);
