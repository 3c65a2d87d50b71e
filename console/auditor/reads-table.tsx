import { useState } from 'react';
import { Link } from 'react-aria-components';
import type { AccessRow } from '../../protocol/access-log.ts';
import { dayOf, timeWithSecondsOf } from '../shared/moments.ts';
import { nameOf } from '../shared/person-name.ts';
import { t } from '../shared/strings.ts';
import { Button } from '../shared/ui/button.tsx';
import { Table, type TableColumn } from '../shared/ui/table.tsx';
import { wordsOf } from './access-words.ts';
import styles from './reads-table.module.css';
import { leadOf, type Visit, visitsOf } from './visits.ts';

const text = t.reads;

const COLUMNS: readonly TableColumn<Visit>[] = [
  {
    id: 'at',
    title: text.columns.at,
    className: styles.at,
    cell: ([{ at }]) => (
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
    cell: ([{ who }]) => (
      <>
        <bdi>{nameOf(who)}</bdi>
        {who?.name !== undefined && who.email !== undefined && <div className={styles.soft}>{who.email}</div>}
      </>
    ),
  },
  { id: 'what', title: text.columns.what, className: styles.what, cell: (visit) => <Deeds visit={visit} /> },
  {
    id: 'address',
    title: text.columns.address,
    cell: ([{ address }]) =>
      address === undefined ? '–' : <span className={styles.address}>{address}</span>,
  },
  {
    id: 'number',
    title: text.columns.number,
    isFigure: true,
    cell: ([{ seq }, ...older]) => (
      <span className={styles.soft} title={text.numberMeaning}>
        {older.length === 0 ? seq : `${older.at(-1)?.seq}–${seq}`}
      </span>
    ),
  },
];

/** One page visit a line, newest first; most are one entry. */
export function ReadsTable({ rows }: { rows: readonly AccessRow[] }) {
  return (
    <Table
      label={text.table}
      columns={COLUMNS}
      items={visitsOf(rows)}
      keyOf={([{ id }]) => id}
      nameOf={(visit) => `${nameOf(visit[0].who)}: ${wordsOf(leadOf(visit)).deed}`}
      whenEmpty={null}
    />
  );
}

function Deeds({ visit }: { visit: Visit }) {
  const [isOpen, setOpen] = useState(false);
  const lead = leadOf(visit);
  const others = visit.filter((row) => row !== lead);
  if (others.length === 0) return <What row={lead} />;
  return (
    <>
      <What row={lead} />
      {isOpen && others.map((row) => <What key={row.id} row={row} />)}
      <div>
        <Button kind="quiet" size="small" aria-expanded={isOpen} onPress={() => setOpen(!isOpen)}>
          {isOpen ? text.lessOfVisit : text.moreOfVisit(others.length)}
        </Button>
      </div>
    </>
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
