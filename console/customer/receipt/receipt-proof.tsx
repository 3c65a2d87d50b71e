import { momentOf } from '../../shared/moments.ts';
import { receiptWords } from '../../shared/strings/receipt.ts';
import { CopyButton } from '../../shared/ui/copy-button.tsx';
import { TextField } from '../../shared/ui/text-field.tsx';
import { withMarks } from '../../shared/with-marks.ts';
import type { ReadReceipt } from './read-receipt.ts';
import styles from './receipt-proof.module.css';

/** What makes it a proof, and how to check it without this page. */
export function ReceiptProof({
  read,
  fileName,
  typedKey,
  isKey,
  onTypeKey,
}: {
  read: ReadReceipt;
  fileName: string;
  typedKey: string;
  isKey: boolean;
  onTypeKey: (typed: string) => void;
}) {
  const text = receiptWords;
  const { receipt, checkpoint, key, fingerprint } = read;
  const leaves = receipt.entries.map(({ leaf }) => leaf + 1);
  const [first = 0, last = first] = [leaves[0], leaves.at(-1)];
  return (
    <section className={styles.proof}>
      <h2>{text.proof}</h2>
      <p>{text.proofLead}</p>
      <dl className={styles.facts}>
        <div>
          <dt>{text.key}</dt>
          <dd>
            <code>{key}</code>
            <br />
            <span>{text.fingerprint(fingerprint)}</span>
          </dd>
        </div>
        <div>
          <dt>{text.log}</dt>
          <dd>
            <code>{checkpoint.origin}</code>
          </dd>
        </div>
        <div>
          <dt>{text.size}</dt>
          <dd>{text.sizeOf(checkpoint.size, momentOf(receipt.madeAt))}</dd>
        </div>
        <div>
          <dt>{text.places}</dt>
          <dd>{first === last ? first : text.fromTo(String(first), String(last))}</dd>
        </div>
        <div>
          <dt>{text.sessionId}</dt>
          <dd>
            <code>{receipt.sessionId}</code>
          </dd>
        </div>
      </dl>
      <p>{text.compare}</p>
      <div className={styles.check}>
        <TextField
          label={text.given}
          hint={text.givenHint}
          value={typedKey}
          onChange={onTypeKey}
          error={typedKey.trim() !== '' && !isKey ? text.givenWrong : undefined}
          inputClassName={styles.key ?? ''}
          autoComplete="off"
          spellCheck="false"
        />
        <CopyButton value={key} label={text.copyKey} />
      </div>
      <p>
        {text.elsewhere} <code className={styles.command}>{text.command(plainName(fileName))}</code>
      </p>
      <p className={styles.quiet}>{text.statedBeside}</p>
      <details className={styles.every}>
        <summary>{text.every}</summary>
        <ol>
          {everyEntry(read).map(({ ordinal, type, at, says, number }) => {
            const line = (
              <>
                <code>{text.entry(ordinal, type)}</code>
                <span className={styles.quiet}>{at ?? text.missing.short}</span>
              </>
            );
            return (
              <li key={ordinal}>
                {says === undefined ? (
                  <div className={styles.line}>{line}</div>
                ) : (
                  <details>
                    <summary className={styles.line}>{line}</summary>
                    <p className={styles.quiet}>{text.entryInLog(number)}</p>
                    <pre className={styles.says}>{says}</pre>
                  </details>
                )}
              </li>
            );
          })}
        </ol>
      </details>
    </section>
  );
}

interface ListedEntry {
  readonly ordinal: number;
  readonly type: string;
  readonly at?: string;
  /** Word for word, and its number in the log. */
  readonly says?: string;
  readonly number: number;
}

/** Those that are missing in their places. */
const everyEntry = ({ receipt, missing }: ReadReceipt): ListedEntry[] =>
  [
    ...receipt.entries.map(({ entry, leaf }) => ({
      ordinal: Number(entry.ordinal),
      type: String(entry.type),
      at: String(entry.at),
      says: withMarks(JSON.stringify(entry, null, 2)),
      number: leaf + 1,
    })),
    ...missing.map(({ ordinal, type }) => ({ ordinal, type, number: 0 })),
  ].sort((one, other) => one.ordinal - other.ordinal);

/** In a command that people copy, a name is only a name. */
const plainName = (name: string): string => (/^[\w.][\w.-]*$/.test(name) ? name : 'receipt.json');
