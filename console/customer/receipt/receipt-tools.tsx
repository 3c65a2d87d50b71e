import type { FoldedRecord } from '../../../protocol/session-fold.ts';
import { cx } from '../../shared/class-names.ts';
import { duration } from '../../shared/figures.ts';
import { timeWithSecondsOf } from '../../shared/moments.ts';
import { receiptWords } from '../../shared/strings/receipt.ts';
import { t } from '../../shared/strings.ts';
import { ToolIcon } from '../../shared/ui/icon-for-tool.tsx';
import styles from './receipt-story.module.css';

type ToolUse = FoldedRecord['tools'][number];

/** Tool by tool: what was asked and answered, how long it was in use, and when it was taken back. */
export function ReceiptTools({ record: { tools, consent } }: { record: FoldedRecord }) {
  const text = receiptWords;
  if (tools.length === 0) return <p className={styles.quiet}>{text.noTools}</p>;
  const inAdvance = consent.answers
    .filter(({ mode }) => mode === 'in-advance')
    .flatMap(({ allowed }) => allowed);
  return (
    <>
      <ul className={styles.list}>
        {tools.map((use) => {
          const standing = standingOf(use);
          return (
            <li key={use.tool}>
              <div className={styles.line}>
                <strong className={styles.named}>
                  <ToolIcon tool={use.tool} size={20} />
                  {t.customer.tool.title[use.tool]}
                </strong>
                <span className={cx(styles.standing, styles[standing])}>{text.standing[standing]}</span>
              </div>
              <p className={styles.quiet}>{sentencesOf(use).join(' ')}</p>
            </li>
          );
        })}
      </ul>
      {inAdvance.length > 0 && (
        <p>{text.inAdvance(text.list(inAdvance.map((tool) => `“${t.customer.tool.title[tool]}”`)))}</p>
      )}
    </>
  );
}

function standingOf({ uses, decisions }: ToolUse): 'used' | 'allowed' | 'refused' {
  if (uses > 0) return 'used';
  return wasGranted(decisions) ? 'allowed' : 'refused';
}

const wasGranted = (decisions: ToolUse['decisions']): boolean => decisions.some(({ to }) => to === 'granted');

function sentencesOf(use: ToolUse): string[] {
  const text = receiptWords;
  const at = timeWithSecondsOf;
  const { requestedAt, decisions, uses, firstOpenedAt, lastClosedAt } = use;
  return [
    ...(requestedAt === undefined ? [] : [text.asked(at(requestedAt))]),
    ...(decisions.length === 0
      ? [text.notAnswered]
      : decisions.map((decision) => text.decisions[decision.to](at(decision.at)))),
    ...(uses > 0 && firstOpenedAt !== undefined
      ? [text.used(uses, duration(use.seconds), at(firstOpenedAt), at(lastClosedAt ?? firstOpenedAt))]
      : wasGranted(decisions)
        ? [text.neverUsed]
        : []),
  ];
}
