import { useNow } from '../../shared/moments.ts';
import { t } from '../../shared/strings.ts';
import { Button } from '../../shared/ui/button.tsx';
import styles from './join.module.css';

/** How long the code still works, if it does (`expiresAt`), and the way to another one. */
export function CodeLife({
  expiresAt,
  onAnotherCode,
}: {
  expiresAt: string | undefined;
  onAnotherCode: () => void;
}) {
  const text = t.customer.join;
  const leftMs = Date.parse(expiresAt ?? '') - useNow();
  return (
    <p className={styles['code-life']}>
      {expiresAt !== undefined && (
        <span role={leftMs <= 0 ? 'alert' : undefined}>
          {leftMs > 0 ? text.codeLeft(Math.floor(leftMs / 60_000)) : text.codeOver}
        </span>
      )}
      <Button kind="quiet" size="small" onPress={onAnotherCode}>
        {text.anotherCode}
      </Button>
    </p>
  );
}
