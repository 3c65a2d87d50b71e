import { FileText } from 'lucide-react';
import { useEffect, useState } from 'react';
import { DropZone, FileTrigger, isFileDropItem } from 'react-aria-components';
import { receiptWords } from '../../shared/strings/receipt.ts';
import { t } from '../../shared/strings.ts';
import { Button } from '../../shared/ui/button.tsx';
import { CustomerFrame } from '../customer-frame.tsx';
import { StepTitle } from '../step-title.tsx';
import { NotShown } from './not-shown.tsx';
import { type ReceiptVerdict, readReceipt } from './read-receipt.ts';
import styles from './receipt-page.module.css';
import { ReceiptView } from './receipt-view.tsx';

interface Opened {
  readonly fileName: string;
  readonly verdict: ReceiptVerdict;
}

/** `/receipt`: reads a receipt in this browser. Once loaded the page asks nothing of anybody. */
export function ReceiptPage() {
  const text = receiptWords;
  const [opened, setOpened] = useState<Opened>();
  const [isReading, setReading] = useState(false);

  useEffect(() => {
    document.title = `${text.pageTitle} - ${t.product}`;
  });

  const open = async (file: File | undefined) => {
    if (file === undefined) return;
    setReading(true);
    try {
      setOpened({ fileName: file.name, verdict: await readReceipt(await file.text()) });
    } catch {
      setOpened({ fileName: file.name, verdict: { problem: text.unreadable } });
    } finally {
      setReading(false);
    }
  };
  const choose = (label: string, kind: 'primary' | 'secondary') => (
    <FileTrigger
      acceptedFileTypes={['.json', 'application/json']}
      onSelect={(files) => void open(files?.[0])}
    >
      <Button kind={kind} size="large" icon={<FileText />} isPending={isReading}>
        {isReading ? text.reading : label}
      </Button>
    </FileTrigger>
  );

  if (opened !== undefined && 'read' in opened.verdict)
    return (
      <CustomerFrame>
        <ReceiptView
          key={opened.verdict.read.receipt.madeAt}
          read={opened.verdict.read}
          fileName={opened.fileName}
          actions={choose(text.another, 'secondary')}
        />
      </CustomerFrame>
    );
  return (
    <CustomerFrame>
      <div className={styles.page}>
        <div>
          <StepTitle>{text.heading}</StepTitle>
          <p className={styles.lead}>{text.lead}</p>
        </div>
        {opened !== undefined && (
          <NotShown verdict={opened.verdict}>
            <p className={styles.file}>
              <bdi>{opened.fileName}</bdi>
            </p>
          </NotShown>
        )}
        <DropZone
          className={styles.zone ?? ''}
          aria-label={text.dropZone}
          getDropOperation={() => 'copy'}
          onDrop={async ({ items }) => open(await items.find(isFileDropItem)?.getFile())}
        >
          {choose(opened === undefined ? text.open : text.another, 'primary')}
          <span className={styles.quiet}>{text.drop}</span>
        </DropZone>
        <p className={styles.quiet}>{text.stays}</p>
      </div>
    </CustomerFrame>
  );
}
