import { CircleAlert, CircleDashed, CircleSlash, PenLine } from 'lucide-react';
import type { AccountReport, AccountReports } from '../../protocol/proof/account.ts';
import { cx } from '../shared/class-names.ts';
import { accountWords } from '../shared/strings/accounts.ts';
import styles from './account-line.module.css';
import type { Fact } from './facts.tsx';

const icons: Record<AccountReport['state'], typeof PenLine> = {
  signed: PenLine,
  unsigned: CircleSlash,
  incomplete: CircleDashed,
  disagrees: CircleAlert,
};

/** How far each side signed what the record says; none of a side that had nothing to sign. */
export const accountFacts = ({ customer, technician }: AccountReports): Fact[] => [
  [accountWords.customer, customer && <AccountLine report={customer} />],
  [accountWords.technician, technician && <AccountLine report={technician} />],
];

function AccountLine({ report: { state, findings } }: { report: AccountReport }) {
  const Icon = icons[state];
  // What has a line in the timeline is marked there.
  const [first, ...others] = findings.filter(({ entryId }) => entryId === undefined);
  const marked = findings.length - others.length - (first ? 1 : 0);
  return (
    <span className={cx(styles.line, styles[state])}>
      <Icon aria-hidden="true" />
      <span>
        {accountWords.states[state]}
        {[first, ...others].map(
          (finding) =>
            finding && (
              <span key={finding.about} className={styles.why}>
                {accountWords.findings[finding.about]}
              </span>
            ),
        )}
        {marked > 0 && <span className={styles.why}>{accountWords.marked(marked)}</span>}
      </span>
    </span>
  );
}
