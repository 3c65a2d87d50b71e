import { Link } from 'react-aria-components';
import type { AccessRow } from '../../protocol/access-log.ts';
import { dayOf, timeWithSecondsOf } from '../shared/moments.ts';
import { t } from '../shared/strings.ts';
import { Table, type TableColumn } from '../shared/ui/table.tsx';
import { nameOf, wordsOf } from './access-words.ts';
import styles from './reads-table.module.css';

const text = t.reads;

const COLUMNS: readonly TableColumn<AccessRow>[] = [
  {
    id: 'at',
    title: text.columns.at,
    className: styles.at,
    cell: ({ at }) => (
      <time dateTime={at} title={at}>
        {dayOf(at)} <span className={styles.soft}>{timeWithSecondsOf(at)}</span>
      </time>
    ),
  },
  {
    id: 'who',
    title: text.columns.who,
    isRowHeader: true,
    className: styles.who,
    cell: ({ who }) => (
      <>
        <bdi>{nameOf(who)}</bdi>
        {who?.name !== undefined && who.email !== undefined && <div className={styles.soft}>{who.email}</div>}
      </>
    ),
  },
  { id: 'what', title: text.columns.what, className: styles.what, cell: (row) => <What row={row} /> },
  {
    id: 'address',
    title: text.columns.address,
    cell: ({ address }) => (address === undefined ? '–' : <span className={styles.address}>{address}</span>),
  },
  {
    id: 'number',
    title: text.columns.number,
    isFigure: true,
    cell: ({ seq }) => (
      <span className={styles.soft} title={text.numberMeaning}>
        {seq}
      </span>
    ),
  },
];

/** One entry a line, newest first. */
export function ReadsTable({ rows }: { rows: readonly AccessRow[] }) {
  return (
    <Table
      label={text.table}
      columns={COLUMNS}
      items={rows}
      keyOf={({ id }) => id}
      nameOf={(row) => `${nameOf(row.who)}: ${wordsOf(row).deed}`}
      whenEmpty={null}
    />
  );
}

function What({ row }: { row: AccessRow }) {
  const { deed, detail } = wordsOf(row);
  const { session } = row;
  return (
    <>
      <span>
        {deed}
        {session !== undefined && (
          <>
            {' '}
            <Link href={`/log/${session.id}`} className={styles.session ?? ''}>
              {session.technician === undefined || session.contact === undefined
                ? text.someSession
                : text.session(session.technician, session.contact)}
            </Link>
          </>
        )}
      </span>
      {detail !== undefined && (
        <div className={styles.detail} dir="auto">
          {detail}
        </div>
      )}
    </>
  );
}
