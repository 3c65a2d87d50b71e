import type { ReactNode } from 'react';
import { receiptWords } from '../../shared/strings/receipt.ts';
import { Notice } from '../../shared/ui/notice.tsx';
import type { ReceiptVerdict } from './read-receipt.ts';

/** Why a file is not shown as a receipt; nothing for one that is. */
export function NotShown({ verdict, children }: { verdict: ReceiptVerdict; children?: ReactNode }) {
  const text = receiptWords;
  if ('other' in verdict)
    return (
      <Notice kind="warning" title={text.otherTitle}>
        {children}
        {verdict.other}
      </Notice>
    );
  if ('problem' in verdict)
    return (
      <Notice kind="trouble" title={text.wrong}>
        {children}
        {verdict.problem}
      </Notice>
    );
  return null;
}
