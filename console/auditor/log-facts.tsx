import type { LogState } from '../../protocol/log-state.ts';
import { Facts, Group } from '../manager/facts.tsx';
import { momentOf, secondsBetween, useNow } from '../shared/moments.ts';
import { t } from '../shared/strings.ts';
import { CopyButton } from '../shared/ui/copy-button.tsx';
import styles from './log-facts.module.css';

const text = t.verification;
const count = new Intl.NumberFormat();
const SHOWN_OF_ROOT = 16;

/** The log as its newest checkpoint says it, and the key that signed that. */
export function LogFacts({ state }: { state: LogState }) {
  const { size, root, signedAt, origin, key } = state;
  const now = useNow();
  return (
    <Group title={text.log}>
      <Facts
        facts={[
          [text.entries, <strong key="size">{count.format(size)}</strong>],
          [
            text.signed,
            signedAt === undefined ? (
              text.signedOf(size)
            ) : (
              <time key="at" dateTime={signedAt} title={signedAt}>
                {text.signedAt(momentOf(signedAt), text.age(secondsBetween(signedAt, now)))}
              </time>
            ),
          ],
          [
            text.root,
            <span key="root" className={styles.copied}>
              <code title={root}>{root.slice(0, SHOWN_OF_ROOT)}…</code>
              <CopyButton value={root} label={text.copyRoot} />
            </span>,
          ],
          [text.origin, <code key="origin">{origin}</code>],
          [
            text.key,
            <span key="key" className={styles.copied}>
              <code title={key.text}>{text.fingerprint(key.fingerprint)}</code>
              <CopyButton value={key.text} label={text.copyKey} />
            </span>,
          ],
        ]}
      />
    </Group>
  );
}
