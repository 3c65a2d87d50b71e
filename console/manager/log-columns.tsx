import type { ReactNode } from 'react';
import type { SessionRow, SORTABLE } from '../../protocol/session-query.ts';
import { duration } from '../shared/figures.ts';
import { dayOf, timeOf } from '../shared/moments.ts';
import { t } from '../shared/strings.ts';
import { ToolIcon } from '../shared/ui/icon-for-tool.tsx';
import { StatusBadge } from '../shared/ui/status-badge.tsx';
import type { ColumnId } from './chosen-columns.ts';
import styles from './log-table.module.css';

export interface LogColumn {
  /** In a grid of the columns that were chosen. */
  readonly width: string;
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

const TEXT = 'minmax(0, 1fr)';

/** The columns after "when", which is the row's name and its button. */
export const LOG_COLUMNS: Readonly<Record<ColumnId, LogColumn>> = {
  technician: { width: TEXT, sort: 'technician', cell: ({ technician }) => foreign(technician) },
  team: { width: TEXT, cell: ({ team }) => foreign(team) },
  contact: { width: TEXT, sort: 'contact', cell: ({ contact }) => foreign(contact) },
  company: { width: TEXT, sort: 'company', cell: ({ company }) => foreign(company) },
  reference: { width: TEXT, cell: ({ reference }) => foreign(reference) },
  reason: { width: 'minmax(0, 1.5fr)', cell: ({ reason }) => foreign(reason) },
  platform: { width: TEXT, sort: 'platform', cell: ({ platform }) => foreign(platform) },
  tools: {
    width: '8.75rem',
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
  active: { width: '7rem', sort: 'active', cell: ({ activeSeconds }) => lengthOf(activeSeconds) },
  total: { width: '7rem', sort: 'total', cell: ({ totalSeconds }) => lengthOf(totalSeconds) },
  outcome: {
    width: '6.5rem',
    cell: ({ outcome }) => (outcome === undefined ? foreign(undefined) : t.session.outcome[outcome]),
  },
  signatures: {
    width: '9rem',
    cell: ({ signatures }) => foreign(signatures && t.log.signed[signatures]),
  },
  status: { width: '7.5rem', sort: 'status', cell: ({ status }) => <StatusBadge status={status} /> },
};

const lengthOf = (seconds: number | undefined): ReactNode =>
  seconds === undefined ? foreign(undefined) : duration(seconds);

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
