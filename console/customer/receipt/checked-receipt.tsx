import { useMemo } from 'react';
import { t } from '../../shared/strings.ts';
import { Notice } from '../../shared/ui/notice.tsx';
import { readReceipt } from './read-receipt.ts';
import { ReceiptView } from './receipt-view.tsx';

/** The text of a receipt, checked and shown, or what is wrong with it. */
export function CheckedReceipt({ content, fileName }: { content: string; fileName: string }) {
  const verdict = useMemo(() => readReceipt(content), [content]);
  if ('read' in verdict) return <ReceiptView read={verdict.read} fileName={fileName} />;
  return (
    <Notice kind="trouble" title={t.receipt.wrong}>
      {verdict.problem}
    </Notice>
  );
}
