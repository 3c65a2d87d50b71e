import { momentOf } from '../../shared/moments.ts';
import { t } from '../../shared/strings.ts';
import { CopyButton } from '../../shared/ui/copy-button.tsx';
import { TextField } from '../../shared/ui/text-field.tsx';
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
  const text = t.receipt;
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
          {everyEntry(read).map(({ ordinal, type, at }) => (
            <li key={ordinal}>
              <code>{text.entry(ordinal, type)}</code>
              <span className={styles.quiet}>{at ?? text.missing.short}</span>
            </li>
          ))}
        </ol>
      </details>
    </section>
  );
}

/** Those that are missing in their places. */
const everyEntry = ({ receipt, missing }: ReadReceipt): { ordinal: number; type: string; at?: string }[] =>
  [
    ...receipt.entries.map(({ entry }) => ({
      ordinal: Number(entry.ordinal),
      type: String(entry.type),
      at: String(entry.at),
    })),
    ...missing.map(({ ordinal, type }) => ({ ordinal, type })),
  ].sort((one, other) => one.ordinal - other.ordinal);

/** In a command that people copy, a name is only a name. */
const plainName = (name: string): string => (/^[\w.][\w.-]*$/.test(name) ? name : 'receipt.json');
