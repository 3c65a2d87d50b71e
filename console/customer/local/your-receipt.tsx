import { Download, FileText } from 'lucide-react';
import { lazy, Suspense, useEffect, useState } from 'react';
import type { LocalState } from '../../../protocol/local-page.ts';
import { isolated } from '../../shared/isolated.ts';
import { t } from '../../shared/strings.ts';
import { Button } from '../../shared/ui/button.tsx';
import { Spinner, Waiting } from '../../shared/ui/progress.tsx';
import { useLink } from './customer-link.ts';
import { saveText } from './save-text.ts';
import styles from './your-receipt.module.css';

// Whoever does not look at it does not load what checks it.
const CheckedReceipt = lazy(async () => ({
  default: (await import('../receipt/checked-receipt.tsx')).CheckedReceipt,
}));

/** What the customer takes along. The page holds it from the moment that it is there: the helper may go before the page. */
export function YourReceipt({ state }: { state: LocalState }) {
  const text = t.customer.local;
  const link = useLink();
  const [content, setContent] = useState<string>();
  const [isOpen, setOpen] = useState(false);
  const isHere = state.receipt === 'here';
  useEffect(() => {
    if (!isHere) return;
    void link.receipt().then(setContent);
  }, [isHere, link]);

  if (state.receipt === undefined) return null;
  if (state.receipt === 'none') return <p>{text.receiptNone(isolated(state.session.card.organisation))}</p>;
  const fileName = `receipt-${(state.session.endedAt ?? state.session.createdAt).slice(0, 10)}.json`;
  return (
    <section className={styles.receipt} aria-labelledby="your-receipt">
      <h2 id="your-receipt">{text.receipt}</h2>
      {content === undefined ? (
        <p className={styles.comes} role="status">
          <Spinner /> {text.receiptComes}
        </p>
      ) : (
        <>
          <p>{text.receiptLead}</p>
          <div className={styles.actions}>
            <Button
              kind="primary"
              size="large"
              icon={<Download />}
              onPress={() => saveText(content, fileName, 'application/json')}
            >
              {text.saveReceipt}
            </Button>
            <Button size="large" icon={<FileText />} onPress={() => setOpen(!isOpen)}>
              {isOpen ? text.closeReceipt : text.openReceipt}
            </Button>
          </div>
        </>
      )}
      {isOpen && content !== undefined && (
        <Suspense fallback={<Waiting />}>
          <CheckedReceipt content={content} fileName={fileName} />
        </Suspense>
      )}
    </section>
  );
}
