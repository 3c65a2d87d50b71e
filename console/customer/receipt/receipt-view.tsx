import { Printer } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { isDisagreement } from '../../../protocol/proof/account.ts';
import { lackTheirEnd } from '../../../protocol/proof/receipt-signatures.ts';
import { receiptWords } from '../../shared/strings/receipt.ts';
import { Button } from '../../shared/ui/button.tsx';
import { Notice } from '../../shared/ui/notice.tsx';
import { StepTitle } from '../step-title.tsx';
import { problemWith, type ReadReceipt, readTold, type ToldKey } from './read-receipt.ts';
import { ReceiptProof } from './receipt-proof.tsx';
import { findingText } from './receipt-signatures.tsx';
import { ReceiptStory } from './receipt-story.tsx';
import styles from './receipt-view.module.css';

/** A receipt: whether it is right, what it tells, and how others can check it. Made for the screen and for paper. */
export function ReceiptView({
  read,
  fileName,
  actions,
}: {
  read: ReadReceipt;
  fileName: string;
  /** Beside "Print". */
  actions?: ReactNode;
}) {
  const text = receiptWords;
  const [typedKey, setTypedKey] = useState('');
  const told = readTold(typedKey);
  const problem = told && problemWith(read.receipt, told);
  const why = text.rightWhy(read.receipt.entries.length);
  const contradictions = read.accounts
    .flatMap(({ findings }) => findings)
    .filter(({ about }) => isDisagreement(about));
  return (
    <article className={styles.receipt}>
      <StepTitle>{text.title}</StepTitle>
      {problem !== undefined ? (
        <Notice kind="trouble" title={text.otherKey}>
          <p>{problem}</p>
          <p>{text.otherKeyWhy}</p>
        </Notice>
      ) : contradictions.length > 0 ? (
        <Notice kind="trouble" title={text.signed.contradicts}>
          <p>{text.signed.contradictsWhy}</p>
          <ul className={styles.contradictions}>
            {contradictions.map((finding) => (
              <li key={`${finding.about} ${finding.entryId} ${finding.tool}`}>{findingText(finding)}</li>
            ))}
          </ul>
        </Notice>
      ) : (
        <Notice kind="done" title={told === undefined ? text.unchanged : text.right}>
          {`${why} ${whose(told)}`}
          {lackTheirEnd(read.accounts) && <p>{text.asFarAsItGoes}</p>}
        </Notice>
      )}
      <ReceiptStory read={read} />
      <ReceiptProof
        read={read}
        fileName={fileName}
        typedKey={typedKey}
        onTypeKey={setTypedKey}
        isKey={told !== undefined}
      />
      <div className={styles.actions}>
        {problem === undefined && (
          <Button kind="primary" size="large" icon={<Printer />} onPress={() => window.print()}>
            {text.print}
          </Button>
        )}
        {actions}
      </div>
    </article>
  );
}

function whose(told: ToldKey | undefined): string {
  const text = receiptWords;
  if (told === undefined) return text.unchangedWhose;
  return 'key' in told ? text.rightWithKey : text.rightWithFingerprint;
}
