import type { LocatedFinding, SignedAccount } from '../../../protocol/proof/receipt-signatures.ts';
import { cx } from '../../shared/class-names.ts';
import { timeWithSecondsOf } from '../../shared/moments.ts';
import { accountWords } from '../../shared/strings/accounts.ts';
import { receiptWords } from '../../shared/strings/receipt.ts';
import styles from './receipt-signatures.module.css';
import story from './receipt-story.module.css';
import { SignatureIcon } from './signature-icon.tsx';

/** Who signed what happened, checked here: with which key, and what nobody signed. */
export function ReceiptSignatures({ accounts }: { accounts: readonly SignedAccount[] }) {
  const text = receiptWords.signed;
  return (
    <section className={story.part}>
      <h2>{text.heading}</h2>
      <p>{accounts.length === 0 ? text.nothing : text.lead}</p>
      <ul className={story.list}>
        {accounts.map((account) => (
          <li key={account.side}>
            <div className={story.line}>
              <strong>{text.who[account.side]}</strong>
              <span className={cx(styles.state, styles[account.state])}>
                <SignatureIcon state={account.state} />
                {text.states[account.state]}
              </span>
            </div>
            {account.fingerprints.length > 0 && (
              <p className={story.quiet}>
                {text.statements(account.statements, account.fingerprints.length)}{' '}
                {account.fingerprints.map((fingerprint) => (
                  <code key={fingerprint}>{fingerprint} </code>
                ))}
              </p>
            )}
            <Findings account={account} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function Findings({ account: { findings, unsigned } }: { account: SignedAccount }) {
  const text = receiptWords.signed;
  if (findings.length + unsigned.length === 0) return null;
  return (
    <ul className={styles.findings}>
      {findings.map((finding) => (
        <li key={`${finding.about} ${finding.entryId} ${finding.tool}`}>{findingText(finding)}</li>
      ))}
      {unsigned.map(({ id, ordinal = 0, type, at }) => (
        <li key={id}>{text.unsigned(ordinal, type, timeWithSecondsOf(at))}</li>
      ))}
    </ul>
  );
}

/** With the entry that it is about, so that it can be found below. */
export function findingText({ about, tool, entry }: LocatedFinding): string {
  const what = accountWords.finding(about, tool);
  return entry?.ordinal === undefined ? what : `${receiptWords.entryOf(entry.ordinal)}: ${what}`;
}
