import { useState } from 'react';
import { entryNumbers } from '../shared/entry-numbers.ts';
import { t } from '../shared/strings.ts';
import { Button } from '../shared/ui/button.tsx';
import styles from './certificates.module.css';

const text = t.retention;
/** Ranges that are shown at once: a run over a busy log may name thousands. */
const FEW = 12;

/** Every range that a certificate names; long lists unfold. */
export function Leaves({ leaves }: { leaves: string }) {
  const [isOpen, setOpen] = useState(false);
  const ranges = entryNumbers(leaves).split(',');
  const isLong = ranges.length > FEW;
  const shown = isOpen || !isLong ? ranges : ranges.slice(0, FEW);
  return (
    <>
      <code className={styles.ranges}>{shown.join(', ') + (shown.length < ranges.length ? ', …' : '')}</code>
      {isLong && (
        <div>
          <Button kind="quiet" size="small" aria-expanded={isOpen} onPress={() => setOpen(!isOpen)}>
            {isOpen ? text.fewerLeaves : text.allLeaves(ranges.length)}
          </Button>
        </div>
      )}
    </>
  );
}
