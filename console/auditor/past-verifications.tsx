import type { PastVerification } from '../../protocol/log-verification.ts';
import { momentOf } from '../shared/moments.ts';
import { t } from '../shared/strings.ts';
import { Table, type TableColumn } from '../shared/ui/table.tsx';
import styles from './past-verifications.module.css';
import { authorOf, tookOf } from './verification-words.ts';

const text = t.verification;
const count = new Intl.NumberFormat();
const figure = (value: number | undefined) => (value === undefined ? text.none : count.format(value));

/** Things that do not fit, and sessions that are not what was signed. */
const foundIn = ({ findings, notAsSigned = 0 }: PastVerification) =>
  findings === undefined ? undefined : findings + notAsSigned;

const COLUMNS: readonly TableColumn<PastVerification>[] = [
  {
    id: 'when',
    title: text.when,
    isRowHeader: true,
    cell: ({ startedAt }) => (
      <time dateTime={startedAt} title={startedAt}>
        {momentOf(startedAt)}
      </time>
    ),
  },
  { id: 'who', title: text.who, cell: ({ by }) => <bdi>{authorOf(by)}</bdi> },
  {
    id: 'outcome',
    title: text.outcome,
    cell: ({ outcome }) => <strong className={styles[outcome]}>{text.outcomes[outcome]}</strong>,
  },
  { id: 'entries', title: text.entries, isFigure: true, cell: ({ size }) => figure(size) },
  { id: 'found', title: text.found, isFigure: true, cell: (one) => figure(foundIn(one)) },
  { id: 'took', title: text.took, isFigure: true, cell: (one) => tookOf(one) ?? text.none },
];

/** The last few, as the log itself tells of them. */
export function PastVerifications({ past }: { past: readonly PastVerification[] }) {
  return (
    <section className={styles.part} aria-labelledby="past">
      <h2 id="past">{text.past}</h2>
      <p className={styles.soft}>{text.pastLead}</p>
      <Table
        label={text.past}
        columns={COLUMNS}
        items={past}
        keyOf={({ startedAt }) => startedAt}
        nameOf={({ startedAt, outcome }) => `${momentOf(startedAt)}: ${text.outcomes[outcome]}`}
        whenEmpty={null}
      />
    </section>
  );
}
