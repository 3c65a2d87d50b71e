import { useEffect, useState } from 'react';
import { Waiting } from '../../shared/ui/progress.tsx';
import { NotShown } from './not-shown.tsx';
import { type ReceiptVerdict, readReceipt } from './read-receipt.ts';
import { ReceiptView } from './receipt-view.tsx';

/** The text of a receipt, checked and shown, or what is wrong with it. */
export function CheckedReceipt({ content, fileName }: { content: string; fileName: string }) {
  const [verdict, setVerdict] = useState<ReceiptVerdict>();
  useEffect(() => {
    let isShown = true;
    void readReceipt(content).then((read) => isShown && setVerdict(read));
    return () => {
      isShown = false;
    };
  }, [content]);
  if (verdict === undefined) return <Waiting />;
  if ('read' in verdict) return <ReceiptView read={verdict.read} fileName={fileName} />;
  return <NotShown verdict={verdict} />;
}
