import type { MissingEntry } from '../../../protocol/proof/whole-session.ts';
import { timeWithSecondsOf } from '../../shared/moments.ts';
import { receiptWords } from '../../shared/strings/receipt.ts';
import story from './receipt-story.module.css';

/** What receipts leave out: by number and kind, which the entries around it vouch for, and between when. */
export function ReceiptMissing({ missing }: { missing: readonly MissingEntry[] }) {
  const text = receiptWords.missing;
  return (
    <section className={story.part}>
      <h2>{text.heading}</h2>
      <p>{text.lead(missing.length)}</p>
      <ul className={story.list}>
        {missing.map(({ ordinal, type, from, to }) => (
          <li key={ordinal}>
            <div className={story.line}>
              <span>{text.what(ordinal, type)}</span>
              <span className={story.quiet}>{text.when(timeWithSecondsOf(from), timeWithSecondsOf(to))}</span>
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}
